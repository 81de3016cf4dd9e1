// SPDX-License-Identifier: Apache-2.0
#include "ownership.hpp"

#include <sys/stat.h>

#include <array>
#include <cstdio>

namespace releve::core {

std::string why_not_trusted(const std::filesystem::path& file_or_folder, uid_t user) {
    struct stat status {};
    if (user != 0 || ::stat(file_or_folder.c_str(), &status) != 0) return {}; // what is not there is reported elsewhere
    const auto path = file_or_folder.string();
    constexpr auto rule = ", and a host that runs as root loads only what root alone can write: ";
    if (status.st_uid != 0)
        return path + ": belongs to user " + std::to_string(status.st_uid) + rule +
               "'chown root' it if you trust it, or run the host as another user";
    if ((status.st_mode & (S_IWGRP | S_IWOTH)) == 0) return {};
    std::array<char, 8> mode{};
    std::snprintf(mode.data(), mode.size(), "%04o", static_cast<unsigned>(status.st_mode & 07777U));
    return path + ": others can write to it (mode " + mode.data() + ")" + rule +
           "'chmod go-w' it, if you trust what it holds";
}

} // namespace releve::core
