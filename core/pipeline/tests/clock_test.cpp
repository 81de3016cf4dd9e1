// SPDX-License-Identifier: Apache-2.0
#include "pipeline/clock.hpp"

#include <releve/testing/catch.hpp>

#include <unistd.h>

#include <array>
#include <atomic>
#include <thread>
#include <vector>

using namespace releve::core;

TEST_CASE("a wake that comes before the sleep is not lost") {
    real_clock time;
    waiter me{time};
    me.wake();
    me.sleep({}, never); // would not return
    SUCCEED();
}

TEST_CASE("a sleeper is woken by its descriptor, with the events") {
    real_clock time;
    waiter me{time};
    std::array<int, 2> pipe_ends{};
    REQUIRE(pipe(pipe_ends.data()) == 0);
    REQUIRE(write(pipe_ends[1], "x", 1) == 1);
    std::array<releve_wait, 1> fds{releve_wait{pipe_ends[0], RELEVE_READABLE, 0}};
    me.sleep(fds, never);
    CHECK(fds[0].revents == RELEVE_READABLE);
    close(pipe_ends[0]);
    close(pipe_ends[1]);
}

TEST_CASE("wakes from many threads are seen") {
    real_clock time;
    waiter me{time};
    std::atomic<int> given{0};
    constexpr int threads = 4, each = 2000;
    std::vector<std::thread> all;
    for (int t = 0; t < threads; ++t)
        all.emplace_back([&] {
            for (int i = 0; i < each; ++i) {
                ++given;
                me.wake();
            }
        });
    while (given < threads * each) me.sleep({}, never);
    for (auto& one : all) one.join();
    SUCCEED();
}

TEST_CASE("the virtual clock goes from deadline to deadline while all sleep") {
    virtual_clock time{1000};
    std::vector<std::int64_t> woken;
    waiter me{time};
    std::atomic<bool> end{false};
    std::thread sleeper{[&] {
        for (std::int64_t next = 1500; !end; next += 500) {
            while (!end && time.steady() < next) me.sleep({}, next);
            if (!end) woken.push_back(time.now());
        }
        me.retire();
    }};
    time.advance_to(3000);
    CHECK(woken == std::vector<std::int64_t>{1500, 2000, 2500, 3000});
    CHECK(time.now() == 3000);
    end = true;
    me.wake();
    sleeper.join();
}

TEST_CASE("the virtual clock waits for a thread that has something to read") {
    virtual_clock time{0};
    std::array<int, 2> pipe_ends{};
    REQUIRE(pipe(pipe_ends.data()) == 0);
    waiter me{time};
    std::int64_t read_at = -1;
    std::thread reader{[&] {
        std::array<releve_wait, 1> fds{releve_wait{pipe_ends[0], RELEVE_READABLE, 0}};
        while (fds[0].revents == 0) me.sleep(fds, never);
        read_at = time.now();
        me.retire();
    }};
    time.advance_to(500);
    REQUIRE(write(pipe_ends[1], "x", 1) == 1);
    time.advance_to(9000);
    reader.join();
    CHECK(read_at == 500); // and not at any time after
    close(pipe_ends[0]);
    close(pipe_ends[1]);
}
