// SPDX-License-Identifier: Apache-2.0
// One connection to an owserver, kept open where the server allows it. Every wait is limited; a request that finds its
// kept connection closed is sent once more over a new one.
#pragma once

#include "bus.hpp"
#include "owserver_message.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace releve::onewire {

struct owserver_address {
    std::string host, port; // host without brackets
};

/// "localhost", "localhost:4304", "[::1]:4304"; nothing when it is none.
std::optional<owserver_address> owserver_address_in(std::string_view text);

struct owserver_limits {
    duration connect = std::chrono::seconds{3};
    duration silence = std::chrono::seconds{10}; // without a byte of an answer; a ping begins it anew
    duration answer = std::chrono::seconds{60};  // for a whole request, however many pings
};

/// The server's own "no": the reply's result, below 0.
struct refused : std::runtime_error {
    refused(std::int32_t with, const std::string& why)
        : std::runtime_error(why)
        , code(with) {}
    std::int32_t code;
};

/// Each request throws bus_lost when there is no right answer, and refused.
class owserver_client {
public:
    static constexpr int most_pings = 10'000; // in a request
    static constexpr std::size_t most_entries = 10'000;

    owserver_client(owserver_address to, owserver_limits limits, bool uncached, surroundings around);
    owserver_client(const owserver_client&) = delete;
    owserver_client& operator=(const owserver_client&) = delete;
    ~owserver_client() { close(); }

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
    void check(const reply& got) const;

    owserver_address to_;
    owserver_limits limits_;
    std::uint32_t flags_;
    surroundings around_;
    int fd_ = -1;
    bool used_ = false; // fd_ has answered before
    bool no_dirall_ = false;
    reply_reader reader_;
    duration until_{}; // steady
};

} // namespace releve::onewire
