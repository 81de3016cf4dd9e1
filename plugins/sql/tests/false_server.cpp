// SPDX-License-Identifier: Apache-2.0
#include "tests/false_server.hpp"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <stdexcept>
#include <string_view>

namespace releve::sql::tests {
namespace {

using namespace std::string_literals;

std::string packet(int number, const std::string& body) {
    std::string made;
    for (unsigned shift = 0; shift < 24; shift += 8) made += static_cast<char>(body.size() >> shift & 0xffU);
    made += static_cast<char>(number);
    return made + body;
}

/// Of PostgreSQL: a letter, the size with itself, the rest.
std::string message(char type, const std::string& body) {
    std::string made{type};
    const auto size = body.size() + 4;
    for (int shift = 24; shift >= 0; shift -= 8)
        made += static_cast<char>(size >> static_cast<unsigned>(shift) & 0xffU);
    return made + body;
}

/// Version 10, as MariaDB's, without CLIENT_SSL.
const std::string mysql_greeting = "\x0a"
                                   "5.5.5-10.11.0-MariaDB\0"s
                                   "\1\0\0\0abcdefgh\0\x0d\xa2\x2d\2\0\x08\0\x15\0\0\0\0\0\0\0\0\0\0"s
                                   "abcdefghijkl\0mysql_native_password\0"s;
const std::string mysql_ok = "\0\0\0\2\0\0\0"s;

} // namespace

false_server::false_server(trick which)
    : which_{which}
    , listener_{::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)} {
    sockaddr_in at{};
    at.sin_family = AF_INET;
    at.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof at;
    int ends[2];
    if (::bind(listener_.get(), reinterpret_cast<sockaddr*>(&at), size) != 0 || ::listen(listener_.get(), 8) != 0 ||
        ::getsockname(listener_.get(), reinterpret_cast<sockaddr*>(&at), &size) != 0 || ::pipe(ends) != 0)
        throw std::runtime_error("no port");
    port_ = ntohs(at.sin_port);
    stop_.reset(ends[0]);
    stop_other_.reset(ends[1]);
    thread_ = std::thread{[this] { run(); }};
}

false_server::~false_server() {
    stop_other_.reset();
    thread_.join();
}

std::string false_server::heard() {
    const std::lock_guard lock{mutex_};
    return heard_;
}

void false_server::run() {
    for (;;) {
        pollfd all[] = {{listener_.get(), POLLIN, 0}, {stop_.get(), POLLIN, 0}};
        ::poll(all, 2, -1);
        if (all[1].revents != 0) return;
        const kit::descriptor peer{::accept4(listener_.get(), nullptr, nullptr, SOCK_CLOEXEC)};
        if (peer) talk(peer.get());
    }
}

void false_server::talk(int peer) {
    if (which_ == trick::postgresql_no_tls || which_ == trick::postgresql_endless)
        talk_postgresql(peer);
    else
        talk_mysql(peer);
}

bool false_server::send(int peer, const std::string& bytes) {
    for (std::string_view left = bytes; !left.empty();) {
        pollfd all[] = {{peer, POLLOUT, 0}, {stop_.get(), POLLIN, 0}};
        ::poll(all, 2, -1);
        if (all[1].revents != 0) return false;
        const auto done = ::send(peer, left.data(), left.size(), MSG_NOSIGNAL | MSG_DONTWAIT);
        if (done <= 0) return false;
        sent_ += static_cast<std::size_t>(done);
        left.remove_prefix(static_cast<std::size_t>(done));
    }
    return true;
}

std::string false_server::receive(int peer) {
    pollfd all[] = {{peer, POLLIN, 0}, {stop_.get(), POLLIN, 0}};
    ::poll(all, 2, -1);
    if (all[1].revents != 0) return {};
    char bytes[4096];
    const auto got = ::recv(peer, bytes, sizeof bytes, 0);
    if (got <= 0) return {};
    const std::lock_guard lock{mutex_};
    heard_.append(bytes, static_cast<std::size_t>(got));
    return {bytes, static_cast<std::size_t>(got)};
}

void false_server::send_without_end(int peer, const std::string& row) {
    std::string many;
    while (many.size() < 65'536) many += row;
    while (send(peer, many)) ::poll(nullptr, 0, 1); // some 50 MB/s
}

void false_server::talk_mysql(int peer) {
    if (!send(peer, packet(0, mysql_greeting)) || receive(peer).empty()) return;
    if (which_ == trick::mysql_clear_password || which_ == trick::mysql_dialog) {
        const auto method = which_ == trick::mysql_dialog ? "dialog\0\4Password: "s : "mysql_clear_password\0"s;
        if (!send(peer, packet(2, "\xfe" + method))) return;
        receive(peer);
        return;
    }
    if (!send(peer, packet(2, mysql_ok))) return;
    while (!receive(peer).empty()) {
        if (which_ != trick::mysql_endless) {
            send(peer, packet(1, mysql_ok));
            continue;
        }
        const auto column = "\3def\0\0\0\1x\1x\x0c\x21\0\xff\0\0\0\xfd\0\0\0\0\0"s;
        if (!send(peer, packet(1, "\1") + packet(2, column) + packet(3, "\xfe\0\0\2\0"s))) return;
        std::string row;
        for (int number = 4; number < 260; ++number) row += packet(number, "\xc8" + std::string(200, 'x'));
        send_without_end(peer, row);
        return;
    }
}

void false_server::talk_postgresql(int peer) {
    const auto first = receive(peer);
    if (first.empty()) return;
    constexpr std::string_view wants_tls{"\x04\xd2\x16\x2f", 4}; // SSLRequest
    if (first.find(wants_tls) != first.npos && (!send(peer, "N") || receive(peer).empty())) return;
    if (which_ == trick::postgresql_no_tls) {
        if (send(peer, message('R', "\0\0\0\3"s))) receive(peer); // AuthenticationCleartextPassword
        return;
    }
    const auto ready = message('Z', "I");
    if (!send(peer, message('R', "\0\0\0\0"s) + message('S', "server_version\0"s + "15.0\0"s) +
                        message('K', "\0\0\0\1\0\0\0\1"s) + ready))
        return;
    if (receive(peer).empty()) return;
    if (!send(peer, message('T', "\0\1x\0\0\0\0\0\0\0\0\0\0\x19\xff\xff\xff\xff\xff\xff\0\0"s))) return;
    send_without_end(peer, message('D', "\0\1\0\0\0\xc8"s + std::string(200, 'x')));
}

} // namespace releve::sql::tests
