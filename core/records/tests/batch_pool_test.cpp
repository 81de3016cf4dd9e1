// SPDX-License-Identifier: Apache-2.0
#include "records/batch_pool.hpp"

#include <releve/testing/catch.hpp>

#include <cstring>

using namespace releve::core;

namespace {
batch_block* usual(batch_pool& pool) { return pool.take(batch_pool::usual_records, batch_pool::usual_text); }
} // namespace

TEST_CASE("a block of the usual shape is used again") {
    batch_pool pool;
    auto* first = usual(pool);
    { const batch_ref gone{first}; }
    auto* second = usual(pool);
    CHECK(second == first);
    CHECK(second->references == 1);
    pool.give_back(second);
}

TEST_CASE("a batch lives as long as anyone refers to it") {
    batch_pool pool;
    batch_ref a{pool.take(2, 0)};
    batch_ref b = a;
    batch_ref c = batch_ref::share(&*b);
    CHECK(a->references == 3);
    a = {};
    b = {};
    CHECK(c->references == 1);
}

TEST_CASE("a mostly empty batch shrinks to what it holds, the same to the byte") {
    batch_pool pool;
    auto* block = usual(pool);
    block->batch.count = 2;
    block->batch.text_size = 3;
    block->records()[0].series = 7;
    block->records()[1].series = 8;
    std::memcpy(block->text(), "abc", 3);
    const batch_ref small{pool.shrink(block)};
    CHECK(small->bytes() < 300);
    REQUIRE(small->batch.count == 2);
    CHECK(small->batch.records[1].series == 8);
    CHECK(std::memcmp(small->batch.text, "abc", 3) == 0);
}

TEST_CASE("a batch that is more than half full stays where it is") {
    batch_pool pool;
    auto* block = usual(pool);
    block->batch.count = 900;
    const batch_ref same{pool.shrink(block)};
    CHECK(same.operator->() == block);
}
