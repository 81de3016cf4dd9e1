// SPDX-License-Identifier: Apache-2.0
// One connection to an owserver, kept open where the server allows it. Every wait has a timeout. When the kept
// connection turns out to be closed, the request is sent once more over a new one.
#pragma once

#include "bus.hpp"
#include "owserver/message.hpp"

#include <releve/kit/io/descriptor.hpp>
#include <releve/kit/io/host_port.hpp>
#include <releve/kit/io/wait.hpp>

#include <cstdint>
#include <string>
#include <vector>

namespace releve::onewire {

inline constexpr std::uint16_t owserver_port = 4304;

struct owserver_timeouts {
    duration connect = std::chrono::seconds{3};  // with the look-up of the name
    duration silence = std::chrono::seconds{10}; // without a byte of a reply; restarted by a ping
    duration answer = std::chrono::seconds{60};  // for a whole request, however many pings
};

/// The server refuses a request. `code`: the reply's result, below 0.
struct refused : std::runtime_error {
    refused(std::int32_t with, const std::string& why)
        : std::runtime_error(why)
        , code(with) {}
    std::int32_t code;
};

/// Each request throws bus_lost (no valid reply), refused or stopped.
class owserver_client {
public:
    static constexpr int max_pings = 10'000; // in a request
    static constexpr std::size_t max_entries = 10'000;
    static constexpr std::size_t max_bytes = 4'194'304; // of a whole reply, with pings and all entries of a list

    owserver_client(kit::host_port to, owserver_timeouts timeouts, bool uncached, kit::waiter wait);
    owserver_client(const owserver_client&) = delete;
    owserver_client& operator=(const owserver_client&) = delete;
    ~owserver_client() = default;

    void connect();
    std::string read(const std::string& path);
    void write(const std::string& path, const std::string& data);
    std::vector<std::string> directory(const std::string& path);
    void close() noexcept;

private:
    reply ask(const request& what);
    reply ask_once(const request& what);
    std::vector<std::string> directory_by_entry(const std::string& path);
    void send_all(std::string_view bytes);
    reply receive();
    void check_bounds();
    void check(const reply& got) const;

    kit::host_port to_;
    owserver_timeouts timeouts_;
    std::uint32_t flags_;
    kit::waiter wait_;
    kit::descriptor socket_;
    bool used_ = false; // fd_ has answered before
    bool no_dirall_ = false;
    reply_reader reader_;
    duration until_{};                      // steady; of the request
    std::size_t received_ = 0, looked_ = 0; // bytes of the reply; those at which a stop was looked for
    int pings_ = 0;                         // of the reply
};

} // namespace releve::onewire
