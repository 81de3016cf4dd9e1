// SPDX-License-Identifier: Apache-2.0
// clamp-voltage HOST [PORT]: all that a program needs to read a WES.
#include "client/server.hpp"

#include <iostream>
#include <string>

int main(int argc, char** argv) try {
    if (argc < 2) return std::cerr << "usage: clamp-voltage HOST [PORT]\n", 2;
    const auto port = argc > 2 ? static_cast<std::uint16_t>(std::stoi(argv[2])) : std::uint16_t{80};
    releve::wes::server server{
        {.host = argv[1], .port = port, .user = "admin", .password = "wes"}}; // the factory account
    if (auto clamp = server.clamp(1); clamp.enabled()) std::cout << "Clamp 1: " << clamp.voltage() << " V\n";
    return 0;
} catch (const std::exception& e) {
    std::cerr << "clamp-voltage: " << e.what() << "\n";
    return 1;
}
