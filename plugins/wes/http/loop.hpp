// SPDX-License-Identifier: Apache-2.0
// Many HTTP requests at once on one thread, in libcurl's multi interface. Who runs the loop lends it the waiting.
#pragma once

#include <releve/time.hpp>

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <span>
#include <string>

namespace releve::wes {

struct http_request {
    std::string host;
    std::uint16_t port = 80;
    std::string path = "/data.cgx";
    std::string unix_socket;    // connects there instead
    bool over_ftp = false;      // the path of a file, or of a folder to be listed, which ends with '/'
    std::string post;           // the body of a POST; empty: GET
    std::string user, password; // sent at once (Basic), not only after a 401
    releve::duration connect_limit = std::chrono::seconds{3};
    releve::duration limit = std::chrono::seconds{10}; // for everything
    std::size_t largest_body = 262'144;                // 256 KiB
    bool connect_only = false;                         // no request is sent
};

struct http_reply {
    /// Why there is no reply, as a sentence's end ("refuses the connection"); empty: there is one.
    std::string failure;
    int status = 0; // of HTTP
    std::string content_type;
    std::string body; // until the connection was closed
    releve::duration took{};
};

/// One descriptor to wait for, and what came (poll(2)'s bits).
struct http_wait {
    int fd;
    short events, revents;
};

class http_loop {
public:
    /// Waits until a descriptor is ready or `limit` is over. False: no more waiting, the loop is to return.
    using waiter = std::function<bool(std::span<http_wait>, releve::duration limit)>;
    using on_reply = std::function<void(http_reply&&)>;

    http_loop();
    ~http_loop();
    http_loop(const http_loop&) = delete;
    http_loop& operator=(const http_loop&) = delete;

    /// Begins; `done` is called from run() with what came of it. At most 512 requests at once: std::length_error.
    void start(const http_request& what, on_reply done);
    /// Requests under way.
    std::size_t under_way() const noexcept;
    /// Serves all requests until none is under way, or `enough` says so (asked after each step), or the waiter ends it.
    /// What is under way then stays so, for the next run.
    void run(const waiter& wait, const std::function<bool()>& enough);
    /// Gives up all that is under way, silently and at once.
    void abandon() noexcept;

    static constexpr std::size_t most_at_once = 512;

private:
    struct state;
    std::unique_ptr<state> state_;
};

} // namespace releve::wes
