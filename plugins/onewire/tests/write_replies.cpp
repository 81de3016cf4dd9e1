// SPDX-License-Identifier: Apache-2.0
// Writes replies and the kernel's texts into a folder, a file each: a corpus to begin fuzzing with.
#include "tests/testdata.hpp"

#include <cstdio>
#include <filesystem>
#include <fstream>

int main(int argc, char** argv) {
    using onewire_testing::reply_bytes;
    if (argc != 2) {
        std::fprintf(stderr, "usage: onewire_write_replies FOLDER\n");
        return 2;
    }
    const std::filesystem::path folder{argv[1]};
    std::filesystem::create_directories(folder);
    int number = 0;
    for (const auto& bytes :
         {reply_bytes(3, "4.2") + onewire_testing::ping_bytes() + reply_bytes(-1, ""),
          reply_bytes(0, std::string{"/10.000010EF0000,/28.000028D70200\0", 34}),
          reply_bytes(24, "          32,          33"), std::string{"/10.000010EF0000,/28.000028D70200"},
          std::string{"37 01 4b 46 7f ff 09 10 26 : crc=26 YES\n37 01 4b 46 7f ff 09 10 26 t=19437\n"},
          std::string{"00 crc=YES c=1\n00 crc=YES c=2\n00 crc=YES c=41\n00 crc=YES c=-1\n"},
          std::string{"0,1,0,1,0,1,0,1"}, std::string{"         4.2"}, std::string{"28.000028D70200"}})
        std::ofstream{folder / std::to_string(number++), std::ios::binary} << bytes;
}
