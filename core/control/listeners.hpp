// SPDX-License-Identifier: Apache-2.0
// Listening sockets. Each function throws std::system_error.
#pragma once
#include "config/pipeline_file.hpp"
#include "descriptor.hpp"

#include <filesystem>
#include <string>

namespace releve::core {

/// Mode 0660; replaces the socket that a host which was killed has left. Makes the folder where there is none.
descriptor listen_unix(const std::filesystem::path& path);
descriptor listen_tcp(const listen_address& at);
/// "127.0.0.1:9464", "[::1]:9464": where the socket really listens.
std::string address_of(const descriptor& socket);

} // namespace releve::core
