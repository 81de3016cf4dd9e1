// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <sys/socket.h>
#include <sys/un.h>

#include <cerrno>
#include <filesystem>
#include <system_error>

namespace releve::core {

/// Throws std::system_error (ENAMETOOLONG): a path may have at most 107 bytes.
inline sockaddr_un unix_address(const std::filesystem::path& path) {
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    const auto& text = path.native();
    if (text.size() >= sizeof address.sun_path)
        throw std::system_error(ENAMETOOLONG, std::generic_category(),
                                path.string() + ": a socket's path has at most 107 bytes");
    text.copy(address.sun_path, text.size());
    return address;
}

} // namespace releve::core
