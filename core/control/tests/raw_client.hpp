// SPDX-License-Identifier: Apache-2.0
// A client that breaks the protocol as a test needs.
#pragma once
#include "control/unix_address.hpp"

#include <releve/kit/io/descriptor.hpp>
#include <releve/kit/io/host_port.hpp>

#include <arpa/inet.h>
#include <netinet/in.h>

#include <array>
#include <string>
#include <string_view>

class raw_client {
public:
    explicit raw_client(const std::filesystem::path& path)
        : socket_{::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0)} {
        const auto address = releve::core::unix_address(path);
        if (connect(socket_.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0)
            throw std::system_error(errno, std::generic_category(), path.string());
    }
    /// Over TCP, to "127.0.0.1:9464".
    explicit raw_client(const std::string& address)
        : socket_{::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)} {
        const auto at = releve::kit::host_port_in(address);
        sockaddr_in to{};
        to.sin_family = AF_INET;
        to.sin_port = htons(at.port);
        if (inet_pton(AF_INET, at.host.c_str(), &to.sin_addr) != 1 ||
            connect(socket_.get(), reinterpret_cast<const sockaddr*>(&to), sizeof to) != 0)
            throw std::system_error(errno, std::generic_category(), address);
    }
    /// Whether the other side took it all.
    bool send_all(std::string_view text) const {
        while (!text.empty()) {
            const auto sent = ::send(socket_.get(), text.data(), text.size(), MSG_NOSIGNAL);
            if (sent <= 0) return false;
            text.remove_prefix(static_cast<std::size_t>(sent));
        }
        return true;
    }
    /// Sends as much as the other side takes: it may have closed.
    void send(std::string_view text) const {
        static_cast<void>(::send(socket_.get(), text.data(), text.size(), MSG_NOSIGNAL));
    }
    /// What arrives next; empty: the other side has closed.
    std::string receive() const {
        std::array<char, 65536> bytes{};
        const auto size = recv(socket_.get(), bytes.data(), bytes.size(), 0);
        return size > 0 ? std::string{bytes.data(), static_cast<std::size_t>(size)} : std::string{};
    }
    /// What arrives until `text`, or until the other side has closed.
    std::string receive_until(std::string_view text) const {
        std::string all;
        while (all.find(text) == std::string::npos) {
            const auto some = receive();
            if (some.empty()) break;
            all += some;
        }
        return all;
    }

private:
    releve::kit::descriptor socket_;
};
