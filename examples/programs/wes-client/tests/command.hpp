// SPDX-License-Identifier: Apache-2.0
// A program run by a shell.
#pragma once
#include <sys/wait.h>

#include <array>
#include <cstdio>
#include <stdexcept>
#include <string>

namespace wes_command {

struct ran {
    int code = -1;
    std::string said; // both streams
};

inline ran run(const std::string& command) {
    ran made;
    auto* from = ::popen((command + " 2>&1").c_str(), "r");
    if (from == nullptr) throw std::runtime_error("no shell");
    std::array<char, 4096> part{};
    std::size_t got = 0;
    while ((got = std::fread(part.data(), 1, part.size(), from)) > 0) made.said.append(part.data(), got);
    const auto status = ::pclose(from);
    made.code = WIFEXITED(status) ? WEXITSTATUS(status) : -1;
    return made;
}

} // namespace wes_command
