// SPDX-License-Identifier: Apache-2.0
// A client that breaks the protocol as a test needs.
#pragma once
#include "control/unix_address.hpp"

#include <releve/kit/io/descriptor.hpp>

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
