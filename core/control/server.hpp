// SPDX-License-Identifier: Apache-2.0
// One thread that answers HTTP requests on listening sockets. One request a connection, bounded in size and time; so is
// the number of connections.
#pragma once
#include "http.hpp"

#include <chrono>
#include <functional>
#include <memory>
#include <string>
#include <thread>

namespace releve::core {

class tap;

inline constexpr auto plain_text = "text/plain; charset=utf-8"; // of an answer in words

struct answer {
    unsigned status = 200;
    std::string type = "application/json";
    std::string body = {};
    /// Instead of a body: records until the client goes. `wake` may be called from any thread.
    std::function<std::unique_ptr<tap>(std::function<void()> wake)> records = {};
    /// Instead of all that: it is under way. `give` may be called from any thread, once, while the server is there.
    std::function<void(std::function<void(answer)> give)> later = {};
};

class server {
public:
    static constexpr std::size_t most_connections = 64;
    /// For a request to come whole, and for the client to take each piece of its answer (but of a tap, which waits).
    static constexpr std::chrono::milliseconds usual_patience{10'000};
    static constexpr std::chrono::seconds tick_interval{10};

    /// [server's thread] `local`: through the Unix socket.
    using handler = std::function<answer(const request&, bool local)>;

    /// `tick` is called every tick_interval on the server's thread. Takes over the sockets; -1: there is none.
    server(int local_socket, int network_socket, handler handle, std::function<void()> tick,
           std::chrono::milliseconds patience = usual_patience);
    /// Breaks off what is under way.
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
