// SPDX-License-Identifier: Apache-2.0
#include "io/peer.hpp"

#include <releve/kit/io/bell.hpp>
#include <releve/kit/io/wait.hpp>

#include <releve/testing/catch.hpp>

using namespace std::chrono_literals;
using namespace releve::kit;
using releve::duration;

TEST_CASE("a program waits for a descriptor, a time or a stop") {
    const bell ready, stop;
    const auto wait = poll_waiter(stop.fd());
    CHECK_FALSE(wait.ready(ready.fd(), RELEVE_READABLE, 0s));
    CHECK_FALSE(wait.ready(ready.fd(), RELEVE_READABLE, -1s));
    const auto before = wait.steady();
    CHECK_FALSE(wait.ready(ready.fd(), RELEVE_READABLE, 1ms));
    wait.pause(1ms);
    CHECK(wait.steady() - before >= 2ms);
    ready.ring();
    CHECK(wait.ready(ready.fd(), RELEVE_READABLE, peer::timeout));
    stop.ring();
    CHECK_THROWS_AS(wait.ready(ready.fd(), RELEVE_READABLE, peer::timeout), releve::stopped);
    CHECK_THROWS_AS(wait.pause(peer::timeout), releve::stopped);
}

TEST_CASE("each descriptor of a wait is marked or not") {
    const bell one, two;
    two.ring();
    releve_wait both[] = {{one.fd(), RELEVE_READABLE, 7}, {two.fd(), RELEVE_READABLE, 0}};
    CHECK(poll_waiter().ready(both, peer::timeout));
    CHECK(both[0].revents == 0);
    CHECK(both[1].revents != 0);
    two.silence();
    CHECK_FALSE(poll_waiter().ready(both, 0s));
    CHECK(both[1].revents == 0);
}

TEST_CASE("a wait that is woken for another reason continues until the time is over") {
    duration now{};
    int waits = 0;
    const waiter wait{[&](std::span<releve_wait>, duration timeout) {
                          ++waits;
                          now += std::min<duration>(timeout, 1s); // as a host that has an acknowledgement to tell
                      },
                      [&] { return now; }};
    CHECK_FALSE(wait.ready(0, RELEVE_READABLE, 3500ms));
    CHECK(waits == 4);
    CHECK(now == 3500ms);
}
