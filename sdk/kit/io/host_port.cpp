// SPDX-License-Identifier: Apache-2.0
#include <releve/kit/io/host_port.hpp>

#include <releve/kit/text/number.hpp>

#include <arpa/inet.h>
#include <netinet/in.h>

#include <algorithm>
#include <stdexcept>

namespace releve::kit {

bool is_host(std::string_view text) noexcept {
    constexpr std::size_t longest = 253; // RFC 1035
    return !text.empty() && text.size() <= longest && std::all_of(text.begin(), text.end(), [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '.' || c == '-' ||
               c == '_' || c == ':' || c == '%';
    });
}

bool is_address(const std::string& host) noexcept {
    in6_addr unused{};
    return ::inet_pton(AF_INET, host.c_str(), &unused) == 1 || ::inet_pton(AF_INET6, host.c_str(), &unused) == 1;
}

host_port host_port_in(std::string_view text, std::optional<std::uint16_t> default_port) {
    const auto no_port = std::string_view::npos;
    auto host = text;
    auto colon = no_port;
    if (text.starts_with('[')) { // an IPv6 address, whose colons are its own
        const auto end = text.find(']');
        if (end == no_port) throw std::invalid_argument("has a '[' without its ']'; write [::1]:80");
        host = text.substr(1, end - 1);
        if (end + 1 < text.size()) colon = end + 1;
        if (colon != no_port && text[colon] != ':') throw std::invalid_argument("has no ':' and port after the ']'");
    } else if (colon = text.find(':'); colon != no_port) {
        host = text.substr(0, colon);
        if (text.find(':', colon + 1) != no_port)
            throw std::invalid_argument("has several ':'; write an IPv6 address in brackets, [::1]:80");
    }
    if (colon == no_port && !default_port) throw std::invalid_argument("has no port; write host:port");
    if (!is_host(host)) throw std::invalid_argument("does not begin with the name or the address of a host");
    host_port made{std::string{host}, default_port.value_or(0)};
    if (colon == no_port) return made;
    const auto port = integer_in<std::uint16_t>(text.substr(colon + 1));
    if (!port || *port == 0) throw std::invalid_argument("has no port of 1 to 65535 after the ':'");
    made.port = *port;
    return made;
}

std::string text_of(const host_port& of) {
    const bool brackets = of.host.find(':') != std::string::npos;
    return (brackets ? "[" + of.host + "]" : of.host) + ":" + std::to_string(of.port);
}

} // namespace releve::kit
