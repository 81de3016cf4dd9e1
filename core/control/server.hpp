// SPDX-License-Identifier: Apache-2.0
// One thread that serves HTTP requests on listening sockets: one request per connection, of bounded size and time, and
// a bounded number of connections.
#pragma once
#include "http.hpp"

#include <chrono>
#include <functional>
#include <memory>
#include <string>
#include <thread>

namespace releve::core {

class tap;

inline constexpr auto plain_text = "text/plain; charset=utf-8"; // of a sentence

struct response {
    unsigned status = 200;
    std::string type = "application/json";
    std::string body = {};
    /// Instead of a body: records until the client closes. `wake` may be called from any thread.
    std::function<std::unique_ptr<tap>(std::function<void()> wake)> records = {};
    /// Instead of all that: the response comes later. `give` may be called from any thread, once, while the server
    /// exists.
    std::function<void(std::function<void(response)> give)> later = {};
};

class server {
public:
    /// Through each of the two sockets: however many come over the network, the Unix socket answers.
    static constexpr std::size_t max_connections = 64;
    /// Bytes of responses that the clients of one socket have not taken yet, with one that may be larger.
    static constexpr std::size_t max_sending = 16 << 20;
    /// Bytes that a client may send after its request.
    static constexpr std::size_t max_passed_over = 64 << 10;
    /// For a request to arrive completely, and for the client to take each piece of its response; not of a tap.
    static constexpr std::chrono::milliseconds default_timeout{10'000};
    static constexpr std::chrono::seconds tick_interval{10};

    /// [server's thread] `local`: through the Unix socket.
    using handler = std::function<response(const request&, bool local)>;

    /// `tick` is called every tick_interval on the server's thread. Owns the sockets from now on; -1: none.
    server(int local_socket, int network_socket, handler handle, std::function<void()> tick,
           std::chrono::milliseconds timeout = default_timeout);
    /// Cuts off requests in progress.
    ~server();
    server(const server&) = delete;
    server& operator=(const server&) = delete;

private:
    struct inside;
    class session;
    std::unique_ptr<inside> inside_;
    std::thread thread_;
};

} // namespace releve::core
