// SPDX-License-Identifier: Apache-2.0
#include "pipeline/node/queues.hpp"

#include <releve/testing/catch.hpp>

#include <thread>

using namespace releve::core;

namespace {

struct fixture {
    batch_pool pool;
    real_clock time;
    batch_ref batch(std::uint32_t id, std::uint32_t records = 10) {
        batch_ref made{pool.take(records, 0)};
        made->batch.count = records;
        made->sequence = id;
        return made;
    }
    std::size_t size = batch(0)->bytes();
};

} // namespace

TEST_CASE_METHOD(fixture, "an emitter waits while its queue is full, and goes on when the router has taken half") {
    made_queue made{2 * size};
    REQUIRE(made.push({batch(1), 1, {}, {}}, time));
    REQUIRE(made.push({batch(2), 2, {}, {}}, time));
    bool taken = false;
    std::thread emitter{[&, third = batch(3)] { taken = made.push({third, 3, {}, {}}, time); }};
    while (made.waits() == 0) std::this_thread::yield();
    CHECK(made.bytes() == 2 * size);
    CHECK(made.pop().batch->sequence == 1);
    emitter.join();
    CHECK(taken);
    CHECK(made.pop().batch->sequence == 2);
    CHECK(made.pop().batch->sequence == 3);
    CHECK_FALSE(made.pop());
}

TEST_CASE_METHOD(fixture, "an emitter that waits for room is let go when the queue is closed") {
    made_queue made{size};
    REQUIRE(made.push({batch(1), 1, {}, {}}, time));
    bool taken = true;
    std::thread emitter{[&, second = batch(2)] { taken = made.push({second, 2, {}, {}}, time); }};
    while (made.waits() == 0) std::this_thread::yield();
    made.close();
    emitter.join();
    CHECK_FALSE(taken);
}

TEST_CASE_METHOD(fixture, "a batch greater than the queue has room when the queue is empty") {
    made_queue made{size / 2};
    CHECK(made.push({batch(1), 1, {}, {}}, time));
    CHECK(made.pop().batch->sequence == 1);
}

TEST_CASE_METHOD(fixture, "drop_oldest makes room, and says how many records it cost") {
    owed_queue owed{3 * size, true};
    for (std::uint32_t i = 1; i <= 3; ++i) CHECK(owed.push(batch(i)) == 0);
    CHECK(owed.has_room());
    CHECK(owed.push(batch(4)) == 10);
    std::vector<owed_batch> taken;
    owed.take(taken, 10);
    REQUIRE(taken.size() == 3);
    CHECK(taken.front().batch->sequence == 2);
    CHECK(owed.bytes() == 3 * size); // until it is settled
}

TEST_CASE_METHOD(fixture, "block has no room while what was taken is not settled") {
    owed_queue owed{2 * size, false};
    owed.push(batch(1));
    owed.push(batch(2));
    CHECK_FALSE(owed.has_room());
    std::vector<owed_batch> taken;
    owed.take(taken, 1);
    CHECK_FALSE(owed.has_room());
    owed.settle(taken.front());
    CHECK(owed.has_room());
}

TEST_CASE_METHOD(fixture, "what is put back comes first, in its order and with its id") {
    owed_queue owed{100 * size, false};
    for (std::uint32_t i = 1; i <= 4; ++i) owed.push(batch(i));
    std::vector<owed_batch> taken;
    owed.take(taken, 2);
    const auto first_id = taken.front().id;
    owed.put_back(taken);
    owed.take(taken, 10);
    REQUIRE(taken.size() == 4);
    CHECK(taken[0].id == first_id);
    for (std::size_t i = 0; i < 4; ++i) CHECK(taken[i].batch->sequence == i + 1);
}
