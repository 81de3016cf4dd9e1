// SPDX-License-Identifier: Apache-2.0
// Runs each check in its own process, so that a crash or a hang is a failed check.
#pragma once
#include <filesystem>
#include <optional>
#include <string>

namespace releve::conformance {

struct order {
    std::filesystem::path plugin;
    std::optional<std::filesystem::path> sample;
    std::string component; // empty: all
    std::string check;     // empty: all
    bool json = false;
};

/// The exit code of the program.
int check_all(const order& given);

} // namespace releve::conformance
