// SPDX-License-Identifier: Apache-2.0
#include "status.hpp"

#include "record_json.hpp"
#include "spool_of.hpp"

#include <releve/string.hpp>

#include <boost/json.hpp>

#include <cmath>

namespace releve::core {

namespace {

namespace json = boost::json;

double seconds_between(std::int64_t from, std::int64_t to) { return static_cast<double>(to - from) / 1e9; }

/// As exact as anybody reads it.
double rounded(double rate) { return std::round(rate * 1000) / 1000; }

json::value queue_of(const node& who) {
    if (who.is_transform()) return nullptr;
    if (who.takes()) return {{"bytes", who.owed.bytes()}, {"limit", who.owed.limit()}};
    return {{"bytes", who.made.bytes()}, {"limit", who.section.queue_bytes}};
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
    const auto [text, time] = who.last_error_and_time();
    if (text.empty()) return nullptr;
    return {{"text", text}, {"time", iso_time(time)}, {"age_s", seconds_between(time, now)}};
}

json::value last_value_of(const node& who, std::int64_t now) {
    const auto time = who.figures.last_time.load(std::memory_order_relaxed);
    if (time == never) return nullptr;
    return {{"time", iso_time(time)}, {"age_s", seconds_between(time, now)}};
}

} // namespace

status::status(runtime& of)
    : of_{of}
    , since_{of.time().now()} {
    sample();
}

void status::sample() {
    std::vector<std::uint64_t> counts;
    for (const auto& one : of_.nodes()) {
        counts.push_back(one->figures.records);
        counts.push_back(one->figures.taken);
    }
    rates_.sample(of_.time().steady(), std::move(counts));
}

std::string status::json() const {
    const auto now = of_.time().now();
    const auto steady = of_.time().steady();
    json::array nodes;
    for (std::size_t i = 0; i < of_.nodes().size(); ++i) {
        const auto& one = *of_.nodes()[i];
        const auto& done = one.figures;
        const auto records = done.records.load(), taken = done.taken.load();
        nodes.push_back({{"name", one.name()},
                         {"kind", word_of(one.section.is)},
                         {"component", json::string{view(one.abi().name)}},
                         {"state", spell(one.how.load())},
                         {"records", records},
                         {"batches", done.batches.load()},
                         {"records_per_s", rounded(rates_.of(2 * i, records, steady))},
                         {"taken", taken},
                         {"taken_per_s", rounded(rates_.of(2 * i + 1, taken, steady))},
                         {"written", done.written.load()},
                         {"rejected", done.rejected.load()},
                         {"dropped", done.dropped.load()},
                         {"failures", done.failures.load()},
                         {"overruns", done.overruns.load()},
                         {"misbehaved", done.misbehaved.load()},
                         {"queue", queue_of(one)},
                         {"spool", spool_json(one, now)},
                         {"last_error", last_error_of(one, now)},
                         {"last_value", last_value_of(one, now)}});
    }
    return json::serialize(json::object{{"site", of_.site().name},
                                        {"version", RELEVE_VERSION},
                                        {"since", iso_time(since_)},
                                        {"now", iso_time(now)},
                                        {"nodes", std::move(nodes)}}) +
           "\n";
}

} // namespace releve::core
