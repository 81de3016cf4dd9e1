// SPDX-License-Identifier: Apache-2.0
// Listening sockets. Each function throws std::system_error.
#pragma once
#include <releve/kit/io/descriptor.hpp>
#include <releve/kit/io/host_port.hpp>

#include <filesystem>
#include <string>

namespace releve::core {

/// Mode 0660. Replaces the socket of a host that was killed; makes the folder when it is missing.
kit::descriptor listen_unix(const std::filesystem::path& path);
/// The host is an IP address; port 0: the system chooses one.
kit::descriptor listen_tcp(const kit::host_port& at);
/// "127.0.0.1:9464", "[::1]:9464": where the socket listens.
std::string address_of(const kit::descriptor& socket);

} // namespace releve::core
