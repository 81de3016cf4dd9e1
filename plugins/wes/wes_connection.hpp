// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "http_loop.hpp"
#include "m2m_link.hpp"

#include <releve/connection.hpp>

#include <atomic>
#include <memory>
#include <string>
#include <vector>

namespace releve::wes {

/// [connection.NAME] component = "wes": the servers of a site and their passwords.
class wes_connection final : public connection {
public:
    static constexpr auto summary = "WES energy servers: where they are and how to log in";
    static void describe(option_list& o);
    explicit wes_connection(context& host);

    struct server {
        std::string name;
        http_request request;
        m2m_address m2m;
    };
    const std::vector<server>& servers() const noexcept { return servers_; }

    /// A WES is asked one thing at a time, whichever node asks. False: another node is at it.
    bool begin(std::size_t which) noexcept { return !busy_[which].test_and_set(std::memory_order_acquire); }
    void end(std::size_t which) noexcept { busy_[which].clear(std::memory_order_release); }

private:
    std::vector<server> servers_;
    std::unique_ptr<std::atomic_flag[]> busy_;
};

/// A server is this one's until the end of its life: waits while another node asks it. Throws stopped.
class held_server {
public:
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
