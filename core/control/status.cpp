// SPDX-License-Identifier: Apache-2.0
#include "status.hpp"

#include "json_text.hpp"
#include "record_json.hpp"
#include "spool_of.hpp"

#include <releve/string.hpp>

#include <boost/json.hpp>

#include <cmath>

namespace releve::core {

namespace {

namespace json = boost::json;

double seconds_between(std::int64_t from, std::int64_t to) { return static_cast<double>(to - from) / 1e9; }

/// To the digits that somebody reads.
double rounded(double rate) { return std::round(rate * 1000) / 1000; }

json::value queue_of(const node& who) {
    if (who.is_transform()) return nullptr;
    if (who.takes()) return {{"bytes", who.owed().bytes()}, {"limit", who.owed().limit()}};
    return {{"bytes", who.made().bytes()}, {"limit", who.section().queue_bytes}};
}

json::value spool_json(const node& who, std::int64_t now) {
    const auto on_disk = spool_of(who);
    if (!on_disk) return nullptr;
    json::object made{{"bytes", on_disk->bytes}, {"records", on_disk->records}, {"oldest", nullptr}};
    if (on_disk->oldest != never)
        made["oldest"] = {{"time", iso_time(on_disk->oldest)}, {"age_s", seconds_between(on_disk->oldest, now)}};
    return made;
}

json::value last_error_of(const node& who, std::int64_t now) {
    const auto [text, time] = who.figures().last_error();
    if (text.empty()) return nullptr;
    return {{"text", text}, {"time", iso_time(time)}, {"age_s", seconds_between(time, now)}};
}

json::value last_value_of(const node& who, std::int64_t now) {
    const auto time = who.figures().last_time.load(std::memory_order_relaxed);
    if (time == never) return nullptr;
    return {{"time", iso_time(time)}, {"age_s", seconds_between(time, now)}};
}

/// What only the state file knows.
struct state_file {
    std::map<std::string, std::int64_t> dead_letters; // by sink
    json::array orphan_spools;
    json::value trouble = nullptr; // why it can't be read
};

state_file read_state_file(const runtime& of, std::int64_t now) {
    state_file made;
    try {
        made.dead_letters = of.dead_letters();
        for (const auto& [sink, what] : of.orphan_spools())
            made.orphan_spools.push_back(
                {{"sink", sink},
                 {"bytes", what.bytes},
                 {"records", what.records},
                 {"oldest", {{"time", iso_time(what.oldest)}, {"age_s", seconds_between(what.oldest, now)}}}});
    } catch (const std::exception& e) { // damaged, and not replaced yet: the rest of the status matters all the more
        made.trouble = e.what();
    }
    return made;
}

} // namespace

status::status(runtime& of)
    : of_{of}
    , since_{of.clock().now()} {
    sample();
}

void status::sample() {
    std::map<std::string, watched> now;
    for (const auto& one : of_.nodes()) {
        auto& its = now[one->name()];
        if (const auto old = rates_.find(one->name()); old != rates_.end() && old->second.who == one)
            its = std::move(old->second);
        its.who = one;
        its.made_and_taken.sample(of_.clock().steady(), {one->figures().records, one->figures().taken});
    }
    rates_ = std::move(now);
}

std::string status::json() const {
    const auto now = of_.clock().now();
    const auto steady = of_.clock().steady();
    auto kept = read_state_file(of_, now);
    if (const auto why = of_.state_file_trouble(); !why.empty()) kept.trouble = why;
    json::array nodes;
    for (const auto& who : of_.nodes()) {
        const auto& one = *who;
        const auto at = rates_.find(one.name());
        const auto rate = [&](std::size_t which, std::uint64_t count) { // of a new node: after the next sample
            const bool known = at != rates_.end() && at->second.who == who;
            return known ? rounded(at->second.made_and_taken.of(which, count, steady)) : 0;
        };
        const auto& done = one.figures();
        const auto records = done.records.load(), taken = done.taken.load();
        nodes.push_back({{"name", one.name()},
                         {"kind", word_of(one.section().kind)},
                         {"component", json::string{view(one.abi().name)}},
                         {"state", spell(one.life().state())},
                         {"records", records},
                         {"batches", done.batches.load()},
                         {"records_per_s", rate(0, records)},
                         {"taken", taken},
                         {"taken_per_s", rate(1, taken)},
                         {"written", done.written.load()},
                         {"rejected", done.rejected.load()},
                         {"dead_letters", kept.dead_letters[one.name()]},
                         {"dropped", done.dropped.load()},
                         {"failures", done.failures.load()},
                         {"overruns", done.overruns.load()},
                         {"misbehaved", done.misbehaved.load()},
                         {"queue", queue_of(one)},
                         {"spool", spool_json(one, now)},
                         {"last_error", last_error_of(one, now)},
                         {"last_value", last_value_of(one, now)}});
    }
    return json_text(json::object{{"site", of_.site().name},
                                  {"version", RELEVE_VERSION},
                                  {"since", iso_time(since_)},
                                  {"now", iso_time(now)},
                                  {"nodes", std::move(nodes)},
                                  {"orphan_spools", std::move(kept.orphan_spools)},
                                  {"state_file_error", std::move(kept.trouble)}}) +
           "\n";
}

} // namespace releve::core
