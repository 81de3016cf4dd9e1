// SPDX-License-Identifier: Apache-2.0
#include "records/series_table.hpp"
#include "spool/dead_letters.hpp"
#include "spool/spool_reader.hpp"
#include "spool/store.hpp"

#include <releve/testing/catch.hpp>

#include <stdlib.h>

#include <cmath>

using namespace releve::core;

namespace {

/// A state file in which the sink db refused a number, a text and an absent value.
struct refused_three {
    std::filesystem::path folder;
    series_table series;

    refused_three() {
        auto name = (std::filesystem::temp_directory_path() / "releve-XXXXXX").string();
        REQUIRE(::mkdtemp(name.data()) != nullptr);
        folder = name;
        releve_series what{};
        what.size = sizeof what;
        what.kind = RELEVE_KIND_GAUGE;
        what.name = {"power", 5};
        what.unit = {"W", 1};
        what.help = {"Power", 5};
        std::string why;
        const auto number = series.declare({this, "meter", "site"}, what, why);
        REQUIRE(number != 0);
        epoch one;
        one.sinks.emplace_back().sink = "db";
        const auto add = [&](std::uint32_t index, releve_record record, std::string text) {
            dead_letter made;
            made.time = 9;
            made.sink = "db";
            made.batch = 4;
            made.index = index;
            made.record = record;
            made.text = std::move(text);
            made.reason = "too large";
            one.dead.push_back(made);
        };
        add(0, {1, {0.1}, number, RELEVE_VALUE_NUMBER, RELEVE_QUALITY_SUSPECT, 0}, {});
        add(1, {2, {0}, number, RELEVE_VALUE_TEXT, RELEVE_QUALITY_GOOD, 0}, "heures creuses");
        add(2, {3, {std::nan("")}, number, RELEVE_VALUE_NUMBER, RELEVE_QUALITY_ABSENT, 0}, {});
        store kept{folder};
        kept.commit(one, series);
    }
    ~refused_three() { std::filesystem::remove_all(folder); }
    refused_three(const refused_three&) = delete;
    refused_three& operator=(const refused_three&) = delete;

    std::vector<kept_letter> letters(const letter_choice& which = {.all = true}) const {
        std::vector<kept_letter> all;
        const database in{folder / store::file_name, database::access::read};
        each_dead_letter(in, which, [&](const kept_letter& one) { all.push_back(one); });
        return all;
    }
};

} // namespace

TEST_CASE_METHOD(refused_three, "dead letters are shown whole, with their series in words") {
    const auto all = letters();
    REQUIRE(all.size() == 3);
    CHECK(all[0].series_text == R"(power{device="meter", site="site"})");
    CHECK(all[0].unit == "W");
    CHECK(all[0].value == 0.1);
    CHECK(all[0].quality == RELEVE_QUALITY_SUSPECT);
    CHECK(all[0].time == 9);
    CHECK(all[0].reason == "too large");
    CHECK(all[1].text == "heures creuses");
    CHECK(all[2].type == kept_letter::value_type::absent);
    CHECK(letters({.sink = "db"}).size() == 3);
    CHECK(letters({.sink = "other"}).empty());
    CHECK(letters({.numbers = {2}}).at(0).number == 2);
}

TEST_CASE_METHOD(refused_three,
                 "dead letters that are replayed wait for their sink again, behind what waits, as they were") {
    {
        store kept{folder};
        const auto next = kept.next_id_of("db");
        CHECK(kept.replay_dead_letters({.all = true}, 77) == 3);
        CHECK(kept.next_id_of("db") > next);
    }
    CHECK(letters().empty());
    store kept{folder};
    const auto waiting = kept.backlogs().at("db");
    CHECK(waiting.batches == 1);
    CHECK(waiting.records == 3);
    CHECK(waiting.oldest == 77);
    series_table later;
    kept.restore(later);
    batch_pool pool;
    spool_reader reader{kept.file(), "db", pool, later};
    const auto piece = reader.read(0, kept.next_id_of("db") - 1, 1 << 20);
    REQUIRE(piece.batches.size() == 1);
    CHECK(piece.unreadable.empty());
    const auto& b = *piece.batches[0].batch;
    REQUIRE(b.count == 3);
    CHECK(b.records[0].value.number == 0.1);
    CHECK(b.records[0].time == 1);
    CHECK(b.records[0].quality == RELEVE_QUALITY_SUSPECT);
    CHECK(std::string_view{b.text + b.records[1].value.text.offset, b.records[1].value.text.size} == "heures creuses");
    CHECK(std::isnan(b.records[2].value.number));
    CHECK(b.records[2].quality == RELEVE_QUALITY_ABSENT);
}

TEST_CASE_METHOD(refused_three, "a number that is not there changes nothing") {
    using Catch::Matchers::Message;
    const auto* message = "there is no dead letter 8: see releve dead-letters list";
    {
        database in{folder / store::file_name, database::access::write};
        CHECK_THROWS_MATCHES(drop_dead_letters(in, {.numbers = {1, 8}}), std::runtime_error, Message(message));
    }
    {
        store kept{folder};
        CHECK_THROWS_MATCHES(kept.replay_dead_letters({.numbers = {1, 8}}, 1), std::runtime_error, Message(message));
        CHECK(kept.backlogs().empty());
        CHECK(kept.replay_dead_letters({.numbers = {1, 1}}, 1) == 1);
    }
    CHECK(letters().size() == 2);
    database in{folder / store::file_name, database::access::write};
    CHECK(drop_dead_letters(in, {.numbers = {2}}) == 1);
    CHECK(drop_dead_letters(in, {.sink = "db"}) == 1);
    CHECK(letters().empty());
}

TEST_CASE_METHOD(refused_three, "dead letters are bounded: the oldest go, and are counted") {
    {
        store kept{folder};
        CHECK(kept.take_dropped_letters() == 0);
        epoch more;
        for (std::int64_t i = 0; i < store::max_dead_letters - 1; ++i) {
            auto& made = more.dead.emplace_back();
            made.sink = "other";
            made.batch = 5;
            made.index = static_cast<std::uint32_t>(i);
            made.record = {i, {1}, 1, RELEVE_VALUE_NUMBER, RELEVE_QUALITY_GOOD, 0};
        }
        kept.commit(more, series);
        CHECK(kept.take_dropped_letters() == 2);
        CHECK(kept.take_dropped_letters() == 0);
        CHECK(kept.dead_letters().at("other") == store::max_dead_letters - 1);
        CHECK(kept.dead_letters().at("db") == 1);
    }
    CHECK(letters().front().record_time == 3);
}
