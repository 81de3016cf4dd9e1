// SPDX-License-Identifier: Apache-2.0
// Where a server is, as people write it. [any thread]
#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace releve::kit {

struct host_port {
    std::string host; // a name, an IPv4 or an IPv6 address, without brackets
    std::uint16_t port = 0;
    bool operator==(const host_port&) const = default;
};

/// A host name or an address, at most 253 characters: letters, digits, - . _ : and % (the zone of an IPv6 address), so
/// nothing that would change the meaning of a URL.
bool is_host(std::string_view text) noexcept;
/// An IPv4 or IPv6 address in digits: no look-up is needed.
bool is_address(const std::string& host) noexcept;

/// "server:80", "192.168.1.20:80", "[::1]:80"; with a default port also "server" and "[::1]". The port is 1 to 65535.
/// Throws std::invalid_argument with the end of a sentence: "has no port; write host:port".
host_port host_port_in(std::string_view text, std::optional<std::uint16_t> default_port = std::nullopt);

/// "server:80", "[::1]:80".
std::string text_of(const host_port& of);

} // namespace releve::kit
