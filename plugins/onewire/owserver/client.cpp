// SPDX-License-Identifier: Apache-2.0
#include "owserver/client.hpp"

#include <releve/kit/io/tcp_connect.hpp>

#include <sys/socket.h>

#include <algorithm>
#include <array>
#include <cerrno>

namespace releve::onewire {
namespace {

/// The connection ended before a reply. When it was a kept one, a new one is worth a try.
struct connection_ended : bus_lost {
    using bus_lost::bus_lost;
};

} // namespace

owserver_client::owserver_client(kit::host_port to, owserver_timeouts timeouts, bool uncached, kit::waiter wait)
    : to_{std::move(to)}
    , timeouts_{timeouts}
    , flags_{flag_ownet | flag_persistence | flag_trim | (uncached ? flag_uncached : 0)}
    , wait_{std::move(wait)} {}

void owserver_client::close() noexcept {
    socket_.reset();
    used_ = false;
    reader_ = {};
}

void owserver_client::connect() {
    close();
    try {
        socket_ = kit::tcp_connect(to_, timeouts_.connect, wait_);
    } catch (const kit::io_failure& why) {
        throw bus_lost(std::string{why.what()} + (why.error == ECONNREFUSED ? ": does owserver run there?" : ""));
    }
}

std::string owserver_client::read(const std::string& path) {
    const auto got = ask({request_type::read, path, {}, flags_});
    check(got);
    try {
        return value_of(got);
    } catch (const bad_message& why) {
        close();
        throw bus_lost(why.what());
    }
}

void owserver_client::write(const std::string& path, const std::string& data) {
    check(ask({request_type::write, path, data, flags_}));
}

std::vector<std::string> owserver_client::directory(const std::string& path) {
    if (no_dirall_) return directory_by_entry(path);
    const auto got = ask({request_type::dirall, path, {}, flags_});
    if (got.result == result_unknown_type) { // an old server
        no_dirall_ = true;
        return directory_by_entry(path);
    }
    check(got);
    try {
        return entries_of(got.payload);
    } catch (const bad_message& why) {
        close();
        throw bus_lost(why.what());
    }
}

std::vector<std::string> owserver_client::directory_by_entry(const std::string& path) {
    std::vector<std::string> entries;
    auto got = ask({request_type::dir, path, {}, flags_});
    try {
        while (true) {
            check(got);
            if (got.payload.empty()) break; // the end of the list
            for (auto& one : entries_of(got.payload)) entries.push_back(std::move(one));
            if (entries.size() > max_entries) throw bad_message("lists a directory without end");
            got = receive();
        }
    } catch (const bad_message& why) {
        close();
        throw bus_lost(why.what());
    } catch (...) { // what is left of the list would be taken for the next answer
        close();
        throw;
    }
    if ((got.flags & flag_persistence) == 0) close();
    return entries;
}

void owserver_client::check(const reply& got) const {
    if (got.result >= 0) return;
    // -1 no such device or property, -2 no such entry, -5 input/output: as the system's own numbers
    const auto code = got.result;
    throw refused(code, code == -1 || code == -2 ? "is not on the bus"
                                                 : "can't be read: " + kit::error_text(code > -4096 ? -code : EIO));
}

reply owserver_client::ask(const request& what) {
    if (!socket_) connect();
    const bool kept = used_;
    try {
        return ask_once(what);
    } catch (const connection_ended&) {
        if (!kept) throw;
        connect(); // it was closed since, by a restart or for being idle
        return ask_once(what);
    }
}

reply owserver_client::ask_once(const request& what) {
    until_ = wait_.steady() + timeouts_.answer;
    received_ = looked_ = 0;
    pings_ = 0;
    try {
        send_all(encode(what));
        auto got = receive();
        used_ = true;
        // Not granted: the server closes after this reply, or after the last one of a list.
        if ((got.flags & flag_persistence) == 0 && what.type != request_type::dir) close();
        return got;
    } catch (const bad_message& why) {
        close();
        throw bus_lost(why.what());
    } catch (...) {
        close();
        throw;
    }
}

void owserver_client::send_all(std::string_view bytes) {
    while (!bytes.empty()) {
        const auto sent = ::send(socket_.get(), bytes.data(), bytes.size(), MSG_NOSIGNAL);
        if (sent > 0) {
            bytes.remove_prefix(static_cast<std::size_t>(sent));
        } else if (errno == EAGAIN || errno == EWOULDBLOCK) {
            if (!wait_.ready(socket_.get(), RELEVE_WRITABLE, std::min(timeouts_.silence, until_ - wait_.steady())))
                throw bus_lost("takes no request");
        } else if (errno != EINTR) {
            throw connection_ended("closes the connection: " + kit::error_text(errno));
        }
    }
}

/// Where bytes come without a pause, nothing else looks at the time and at a stop.
void owserver_client::check_bounds() {
    if (received_ > max_bytes) throw bus_lost("answers without end");
    if (wait_.steady() >= until_) throw bus_lost("does not end its answer within the time limit");
    constexpr std::size_t often = 65'536; // bytes
    if (received_ - looked_ < often) return;
    looked_ = received_;
    wait_.pause(duration{0}); // throws at a stop
}

reply owserver_client::receive() {
    std::array<char, 8192> buffer{};
    while (true) {
        check_bounds();
        reply got;
        for (auto event = reader_.next(got); event != message_event::none; event = reader_.next(got)) {
            if (event == message_event::reply) return got;
            if (++pings_ > max_pings) throw bus_lost("says without end that it is working");
        }
        const auto left = until_ - wait_.steady();
        const auto size = ::recv(socket_.get(), buffer.data(), buffer.size(), 0);
        if (size > 0) {
            received_ += static_cast<std::size_t>(size);
            reader_.feed({buffer.data(), static_cast<std::size_t>(size)});
        } else if (size == 0) {
            throw connection_ended(reader_.left() != 0 ? "ends in the middle of its answer"
                                                       : "closes the connection without an answer");
        } else if (errno == EAGAIN || errno == EWOULDBLOCK) {
            if (!wait_.ready(socket_.get(), RELEVE_READABLE, std::min(timeouts_.silence, left)))
                throw bus_lost("does not answer within the time limit");
        } else if (errno != EINTR) {
            throw connection_ended("closes the connection: " + kit::error_text(errno));
        }
    }
}

} // namespace releve::onewire
