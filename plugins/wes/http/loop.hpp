// SPDX-License-Identifier: Apache-2.0
// Many HTTP and FTP requests at once on one thread, in libcurl's multi interface. The owner of the loop lends it the
// waiting and the clock.
#pragma once

#include <releve/kit/io/wait.hpp>

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
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
    duration connect_timeout = std::chrono::seconds{3};
    duration timeout = std::chrono::seconds{10}; // of the whole exchange
    std::size_t max_body = 262'144;              // bytes; of the head, and of the lines of FTP: 64 KiB
    bool connect_only = false;                   // no request is sent
};

struct http_reply {
    /// Why there is no reply, as the end of a sentence ("refuses the connection"); empty: there is one.
    std::string failure;
    int status = 0; // of HTTP
    std::string content_type;
    std::string body; // until the connection was closed
    duration took{};
};

class http_loop {
public:
    using on_reply = std::function<void(http_reply&&)>;

    http_loop();
    ~http_loop();
    http_loop(const http_loop&) = delete;
    http_loop& operator=(const http_loop&) = delete;

    static constexpr std::size_t max_at_once = 512;

    /// Starts a request; `done` is called from run(), and may start others. More than max_at_once: std::length_error.
    void start(const http_request& what, on_reply done);
    /// Requests in progress.
    std::size_t under_way() const noexcept;
    /// Serves all requests until none is in progress, `until` is reached on the waiter's clock, or `also` (-1: none) is
    /// readable. Requests in progress then continue in the next run. Throws releve::stopped.
    void run(const kit::waiter& wait, duration until = duration::max(), int also = -1);
    /// Abandons all requests at once; their `done` is not called.
    void abandon() noexcept;

private:
    struct state;
    std::unique_ptr<state> state_;
};

/// A single request. Throws releve::stopped.
http_reply fetch(const http_request& what, const kit::waiter& wait);

} // namespace releve::wes
