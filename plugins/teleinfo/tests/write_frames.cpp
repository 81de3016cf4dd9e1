// SPDX-License-Identifier: Apache-2.0
// Writes the frames of the tests into a folder, a file each: a corpus to begin fuzzing with, and something to play.
#include "tests/frames.hpp"

#include <cstdio>
#include <filesystem>
#include <fstream>

int main(int argc, char** argv) {
    if (argc != 2) {
        std::fprintf(stderr, "usage: teleinfo_write_frames FOLDER\n");
        return 2;
    }
    const std::filesystem::path folder{argv[1]};
    std::filesystem::create_directories(folder);
    for (const auto& [name, bytes] : tic_frames::all()) {
        auto file_name = name + ".tic";
        for (auto& c : file_name)
            if (c == ' ' || c == ',') c = '_';
        std::ofstream{folder / file_name, std::ios::binary} << bytes << bytes;
    }
}
