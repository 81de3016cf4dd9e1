// SPDX-License-Identifier: Apache-2.0
// How a pipeline ends: within its grace, whatever a node does.
#include "components.hpp"

#include <releve/testing/catch.hpp>

using namespace releve::core;
using testbed::bed;
using testbed::stored;

TEST_CASE("a source that waits for a full sink is let go at the end") {
    bed<real_clock> b{R"([source.s]
component = "flood"
total = 10000000
[sink.slow]
component = "store"
pause = "1h"
queue = { size = "64KiB" }
inputs = ["s"]
)"};
    b.file.pipeline.site.grace = 3'000'000'000;
    b.pipeline->start();
    while (b.node("s").made().waits() == 0) std::this_thread::yield();
    CHECK(b.pipeline->stop());
    // Every record that was made is written, or counted as dropped, at the one or the other end.
    const auto& made = b.node("s").figures();
    const auto& slow = b.node("slow").figures();
    CHECK(made.records > 0);
    CHECK(made.records == slow.written + slow.dropped + made.dropped);
    CHECK(slow.dropped + made.dropped > 0);
}

TEST_CASE("a sink whose database is away tries once more at the end, and what is left is counted and logged") {
    constexpr std::int64_t start = 1'767'225'600'000'000'000;
    bed<virtual_clock> b{R"([source.s]
component = "flood"
total = 1000
[sink.db]
component = "store"
fail_first = 1000000
inputs = ["s"])",
                         start};
    b.pipeline->start();
    b.clock.settle();
    CHECK(b.pipeline->stop());
    CHECK(stored("db").empty());
    CHECK(b.node("db").figures().dropped == 1000);
    CHECK(b.of_event("lost_at_end") ==
          std::vector<std::string>{"db: 1000 records could not be written before the end and are lost"});
}

TEST_CASE("a node that does not end is reported and abandoned; the rest ends as usual") {
    testbed::released = false;
    // The node's thread goes on with all of this after the pipeline has ended: it is kept, as the program keeps it.
    static auto* const kept = new bed<real_clock>{R"([source.h]
component = "hang"
[source.s]
component = "beat"
[sink.db]
component = "store"
inputs = ["h", "s"])"};
    auto& b = *kept;
    b.file.pipeline.site.grace = 3'000'000'000;
    b.pipeline->start();
    const auto hangs = [] {
        const auto all = testbed::happened();
        return std::find(all.begin(), all.end(), "hangs") != all.end();
    };
    while (!hangs() || stored("db").empty()) std::this_thread::yield();
    CHECK_FALSE(b.pipeline->stop());
    CHECK(b.node("h").life().is(node_state::abandoned));
    CHECK(b.of_event("abandoned") == std::vector<std::string>{"h: it does not end (grace 3 s): it is left behind"});
    CHECK(stored("db").size() == 1);
    testbed::released = true;
    while (!b.node("h").life().ended()) std::this_thread::yield();
}
