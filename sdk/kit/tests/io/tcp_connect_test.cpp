// SPDX-License-Identifier: Apache-2.0
#include "io/peer.hpp"

#include <releve/kit/io/bell.hpp>
#include <releve/kit/io/tcp_connect.hpp>

#include <releve/testing/catch.hpp>

#include <fcntl.h>
#include <netinet/tcp.h>

#include <vector>

using namespace std::chrono_literals;
using namespace releve::kit;
using releve::duration;

namespace {

/// A server whose queue of connections is full: it takes no other one.
struct full_server {
    peer::server server{0};
    std::vector<descriptor> queued;

    full_server() {
        const auto wait = poll_waiter();
        for (int i = 0; i < 8; ++i) {
            descriptor one{::socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0)};
            sockaddr_in to{};
            to.sin_family = AF_INET;
            to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
            to.sin_port = htons(server.port());
            ::connect(one.get(), reinterpret_cast<const sockaddr*>(&to), sizeof to);
            if (i == 0) wait.ready(one.get(), RELEVE_WRITABLE, peer::timeout);
            queued.push_back(std::move(one));
        }
    }
};

/// Its time is over as soon as nothing is ready.
waiter impatient(duration& now) {
    return {[&now](std::span<releve_wait> fds, duration timeout) {
                if (!poll_waiter().ready(fds, 0s)) now += timeout;
            },
            [&now] { return now; }};
}

} // namespace

TEST_CASE("a connection is made, without blocking and not for children") {
    const peer::server server;
    const auto made = tcp_connect({"127.0.0.1", server.port()}, peer::timeout, poll_waiter());
    CHECK((::fcntl(made.get(), F_GETFL) & O_NONBLOCK) != 0);
    CHECK((::fcntl(made.get(), F_GETFD) & FD_CLOEXEC) != 0);
    int on = 0;
    socklen_t size = sizeof on;
    CHECK(::getsockopt(made.get(), IPPROTO_TCP, TCP_NODELAY, &on, &size) == 0);
    CHECK(on == 1);
    const auto peer = server.accept();
    REQUIRE(::write(peer.get(), "a", 1) == 1);
    CHECK(poll_waiter().ready(made.get(), RELEVE_READABLE, peer::timeout));
    keep_alive(made.get(), 10s, 5s);
    CHECK(::getsockopt(made.get(), SOL_SOCKET, SO_KEEPALIVE, &on, &size) == 0);
    CHECK(on == 1);
}

TEST_CASE("all addresses of a name are tried") {
    const peer::server server; // on 127.0.0.1 alone: ::1, which is first, refuses
    CHECK(tcp_connect({"localhost", server.port()}, peer::timeout, poll_waiter()));
}

TEST_CASE("a refusal is reported as one") {
    peer::server server;
    server.close();
    CHECK_THROWS_WITH(tcp_connect({"127.0.0.1", server.port()}, peer::timeout, poll_waiter()),
                      "refuses the connection");
    CHECK_THROWS_WITH(tcp_connect({"localhost", server.port()}, peer::timeout, poll_waiter()),
                      "refuses the connection");
}

TEST_CASE("a server that takes no connection has its time, and a stop does not wait for it") {
    const full_server full;
    duration now{};
    CHECK_THROWS_WITH(tcp_connect({"127.0.0.1", full.server.port()}, 3s, impatient(now)),
                      "does not accept the connection in time");
    CHECK(now == 3s);
    const bell stop;
    stop.ring();
    CHECK_THROWS_AS(tcp_connect({"127.0.0.1", full.server.port()}, peer::timeout, poll_waiter(stop.fd())),
                    releve::stopped);
}

TEST_CASE("an attempt never blocks") {
    const full_server full;
    tcp_attempt attempt{{"127.0.0.1", full.server.port()}, 3s, 100s};
    CHECK(attempt.deadline() == 100s);
    CHECK_FALSE(attempt.go_on(100s));
    CHECK(attempt.deadline() == 103s);
    CHECK(attempt.fd() >= 0);
    CHECK(attempt.events() == RELEVE_WRITABLE);
    CHECK_FALSE(attempt.go_on(102s));
    CHECK_THROWS_AS(attempt.go_on(103s), io_failure);
}

TEST_CASE("errors are the ends of sentences") {
    CHECK(connection_problem(ECONNREFUSED) == "refuses the connection");
    CHECK(connection_problem(ECONNRESET) == "cut the connection");
    CHECK(connection_problem(EHOSTUNREACH) == "can't be reached: No route to host");
    CHECK(connection_problem(EACCES) == "can't be connected to: Permission denied");
}
