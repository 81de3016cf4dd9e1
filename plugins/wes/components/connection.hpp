// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "client/transport.hpp"
#include "http/loop.hpp"
#include "m2m/link.hpp"

#include <releve/askable.hpp>
#include <releve/connection.hpp>

#include <atomic>
#include <functional>
#include <memory>
#include <string>
#include <vector>

namespace releve::wes {

/// [connection.NAME] component = "wes": the servers of a site and their passwords. Other programs ask them through it
/// (host_transport).
class wes_connection final : public connection, public askable {
public:
    static constexpr auto summary = "WES energy servers: where they are and how to log in";
    static void describe(option_list& o);
    explicit wes_connection(context& host);

    struct server {
        std::string name;
        http_request request;
        m2m_address m2m;
        std::uint16_t ftp_port;
        std::string ftp_user, ftp_password;
    };
    const std::vector<server>& servers() const noexcept { return servers_; }

    /// A WES is asked one thing at a time, whoever asks. False: somebody else is at it, or waits for it in a
    /// held_server, which comes before those who only look in.
    bool begin(std::size_t which) noexcept {
        return turns_[which].waiting == 0 && !turns_[which].busy.test_and_set(std::memory_order_acquire);
    }
    void end(std::size_t which) noexcept { turns_[which].busy.clear(std::memory_order_release); }

    /// "host" (the name or the address of a server), perhaps "port", and one of wanted_words; or "known", which is
    /// answered by the server's name.
    std::optional<std::string> reply(const question& asked) override;

private:
    friend class held_server;
    struct turn {
        std::atomic_flag busy;
        std::atomic<int> waiting{0};
    };
    std::optional<std::size_t> server_of(const question& asked) const;
    server_address address_of(std::size_t which) const;

    std::vector<server> servers_;
    std::unique_ptr<turn[]> turns_;
};

/// A server is this one's until the end of its life. Waits while somebody else asks it; `pause` waits a moment, and
/// throws stopped.
class held_server {
public:
    held_server(wes_connection& of, std::size_t which, const std::function<void()>& pause);
    held_server(wes_connection& of, std::size_t which, context& who);
    held_server(const held_server&) = delete;
    held_server& operator=(const held_server&) = delete;
    ~held_server() { of_.end(which_); }

private:
    wes_connection& of_;
    std::size_t which_;
};

/// One request, and the reply to it or why there is none. [node] Throws stopped.
http_reply fetch(context& who, const http_request& what);

} // namespace releve::wes
