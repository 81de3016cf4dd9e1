// SPDX-License-Identifier: Apache-2.0
#include "io/peer.hpp"

#include <releve/kit/io/turn.hpp>

#include <releve/testing/catch.hpp>

#include <atomic>
#include <memory>
#include <thread>
#include <vector>

using namespace std::chrono_literals;
using namespace releve::kit;

TEST_CASE("a turn is one's alone") {
    turn device;
    CHECK(device.try_take());
    CHECK_FALSE(device.try_take());
    device.release();
    CHECK_FALSE(device.taken());
    {
        const held_turn mine{device, poll_waiter(), peer::timeout};
        CHECK(device.taken());
        CHECK_THROWS_WITH((held_turn{device, poll_waiter(), 0s}), "is in use: its turn did not come in time");
    }
    CHECK(device.try_take());
}

TEST_CASE("those that wait are served in order of arrival, before those that only try") {
    turn device;
    REQUIRE(device.try_take());
    auto first = std::make_unique<turn_request>(device), second = std::make_unique<turn_request>(device),
         third = std::make_unique<turn_request>(device);
    const auto wait = poll_waiter();
    CHECK_FALSE(wait.ready(first->fd(), RELEVE_READABLE, 0s));
    device.release();
    CHECK(first->granted());
    CHECK_FALSE(second->granted());
    CHECK(wait.ready(first->fd(), RELEVE_READABLE, peer::timeout));
    CHECK_FALSE(device.try_take());
    second.reset(); // gives up its place
    first.reset();
    CHECK(third->granted());
    third->detach();
    third.reset();
    CHECK(device.taken());
    device.release();
    CHECK(device.try_take());
}

TEST_CASE("several requests can share a bell") {
    turn one, two;
    REQUIRE(one.try_take());
    REQUIRE(two.try_take());
    const auto rings = std::make_shared<const bell>();
    const turn_request for_one{one, rings}, for_two{two, rings};
    CHECK(for_one.fd() == for_two.fd());
    two.release();
    CHECK(poll_waiter().ready(for_one.fd(), RELEVE_READABLE, peer::timeout));
    CHECK(for_two.granted());
    CHECK_FALSE(for_one.granted());
}

TEST_CASE("a free turn is granted at once") {
    turn device;
    const turn_request mine{device};
    CHECK(mine.granted());
    CHECK(poll_waiter().ready(mine.fd(), RELEVE_READABLE, 0s));
}

TEST_CASE("a stop ends the wait for a turn, and gives up the place") {
    turn device;
    REQUIRE(device.try_take());
    const bell stop;
    stop.ring();
    CHECK_THROWS_AS((held_turn{device, poll_waiter(stop.fd()), peer::timeout}), releve::stopped);
    device.release();
    CHECK_FALSE(device.taken());
}

TEST_CASE("threads use a device one at a time") {
    turn device;
    int uses = 0; // guarded by the turn alone
    std::atomic<int> inside{0};
    std::atomic<bool> together{false};
    std::vector<std::thread> users;
    for (int i = 0; i < 4; ++i)
        users.emplace_back([&] {
            const auto wait = poll_waiter();
            for (int n = 0; n < 500; ++n) {
                const held_turn mine{device, wait, peer::timeout};
                if (++inside != 1) together = true;
                ++uses;
                --inside;
            }
        });
    for (auto& one : users) one.join();
    CHECK(uses == 2000);
    CHECK_FALSE(together);
    CHECK_FALSE(device.taken());
}
