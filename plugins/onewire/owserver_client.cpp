// SPDX-License-Identifier: Apache-2.0
#include "owserver_client.hpp"

#include <netdb.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <memory>
#include <system_error>

namespace releve::onewire {
namespace {

std::string reason(int error) { return std::generic_category().message(error); }

/// The connection ended before an answer: worth another one when it was an old connection.
struct connection_ended : bus_lost {
    using bus_lost::bus_lost;
};

bool is_host(std::string_view text) {
    return !text.empty() && text.size() <= 253 && std::all_of(text.begin(), text.end(), [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '.' || c == '-' ||
               c == '_' || c == ':' || c == '%';
    });
}

bool is_port(std::string_view text) {
    if (text.empty() || text.size() > 5 || text.find_first_not_of("0123456789") != std::string_view::npos) return false;
    const auto port = std::stol(std::string{text});
    return port > 0 && port < 65'536;
}

} // namespace

std::optional<owserver_address> owserver_address_in(std::string_view text) {
    std::string_view host = text, port = "4304";
    if (text.starts_with('[')) {
        const auto end = text.find(']');
        if (end == std::string_view::npos) return std::nullopt;
        host = text.substr(1, end - 1);
        text.remove_prefix(end + 1);
        if (!text.empty() && text.front() != ':') return std::nullopt;
        if (!text.empty()) port = text.substr(1);
    } else if (const auto colon = text.find(':'); colon != std::string_view::npos) {
        host = text.substr(0, colon);
        port = text.substr(colon + 1);
    }
    if (!is_host(host) || !is_port(port)) return std::nullopt;
    return owserver_address{std::string{host}, std::string{port}};
}

owserver_client::owserver_client(owserver_address to, owserver_limits limits, bool uncached, surroundings around)
    : to_{std::move(to)}
    , limits_{limits}
    , flags_{flag_ownet | flag_persistence | flag_trim | (uncached ? flag_uncached : 0)}
    , around_{std::move(around)} {}

void owserver_client::close() noexcept {
    if (fd_ >= 0) ::close(fd_);
    fd_ = -1;
    used_ = false;
    reader_ = {};
}

void owserver_client::connect() {
    close();
    addrinfo hints{};
    hints.ai_socktype = SOCK_STREAM;
    addrinfo* list = nullptr;
    if (const int error = ::getaddrinfo(to_.host.c_str(), to_.port.c_str(), &hints, &list); error != 0)
        throw bus_lost(std::string{"has no address: "}.append(::gai_strerror(error)));
    const std::unique_ptr<addrinfo, decltype(&::freeaddrinfo)> all{list, &::freeaddrinfo};
    int error = ENOENT;
    for (const auto* one = list; one != nullptr; one = one->ai_next) {
        close();
        fd_ = ::socket(one->ai_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, one->ai_protocol);
        if (fd_ < 0) {
            error = errno;
            continue;
        }
        error = ::connect(fd_, one->ai_addr, one->ai_addrlen) == 0 ? 0 : errno;
        if (error == EINPROGRESS) {
            if (!around_.ready(fd_, POLLOUT, limits_.connect)) {
                error = ETIMEDOUT;
                continue;
            }
            socklen_t size = sizeof error;
            ::getsockopt(fd_, SOL_SOCKET, SO_ERROR, &error, &size);
        }
        if (error == 0) return;
    }
    close();
    throw bus_lost(error == ECONNREFUSED ? "refuses the connection: does owserver run there?"
                                         : "can't be connected to: " + reason(error));
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
            if (entries.size() > most_entries) throw bad_message("lists a directory without end");
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
                                                 : "can't be read: " + reason(code > -4096 ? -code : EIO));
}

reply owserver_client::ask(const request& what) {
    if (fd_ < 0) connect();
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
    until_ = around_.steady() + limits_.answer;
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
        const auto sent = ::send(fd_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
        if (sent > 0) {
            bytes.remove_prefix(static_cast<std::size_t>(sent));
        } else if (errno == EAGAIN || errno == EWOULDBLOCK) {
            if (!around_.ready(fd_, POLLOUT, limits_.silence)) throw bus_lost("takes no request");
        } else if (errno != EINTR) {
            throw connection_ended("closes the connection: " + reason(errno));
        }
    }
}

reply owserver_client::receive() {
    std::array<char, 8192> buffer{};
    int pings = 0;
    while (true) {
        reply got;
        for (auto event = reader_.next(got); event != message_event::none; event = reader_.next(got)) {
            if (event == message_event::reply) return got;
            if (++pings > most_pings) throw bus_lost("says for ever that it is working");
        }
        const auto left = until_ - around_.steady();
        if (left <= duration{0}) throw bus_lost("does not end its answer within the time limit");
        const auto size = ::recv(fd_, buffer.data(), buffer.size(), 0);
        if (size > 0) {
            reader_.feed({buffer.data(), static_cast<std::size_t>(size)});
        } else if (size == 0) {
            throw connection_ended(reader_.left() != 0 ? "ends in the middle of its answer"
                                                       : "closes the connection without an answer");
        } else if (errno == EAGAIN || errno == EWOULDBLOCK) {
            if (!around_.ready(fd_, POLLIN, std::min(limits_.silence, left)))
                throw bus_lost("does not answer within the time limit");
        } else if (errno != EINTR) {
            throw connection_ended("closes the connection: " + reason(errno));
        }
    }
}

} // namespace releve::onewire
