// SPDX-License-Identifier: Apache-2.0
#include "metrics_page.hpp"

#include "spool_of.hpp"

#include <releve/kit/text/printable.hpp>
#include <releve/string.hpp>

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <map>
#include <utility>
#include <vector>

namespace releve::core {

namespace {

using labels = std::vector<std::pair<std::string, std::string>>;

std::string spell_number(double number) {
    if (std::isnan(number)) return "NaN";
    if (std::isinf(number)) return number > 0 ? "+Inf" : "-Inf";
    std::array<char, 32> text{};
    return {text.data(), std::to_chars(text.data(), text.data() + text.size(), number).ptr};
}

/// As Prometheus' format escapes it; other control characters and what is not UTF-8 become U+FFFD: one odd label would
/// cost the whole page.
std::string escaped(std::string_view text, bool in_quotes) {
    std::string made;
    for (const char c : kit::printable_lines(text)) {
        if (c == '\n') {
            made += "\\n";
            continue;
        }
        if (c == '\\' || (c == '"' && in_quotes)) made += '\\';
        made += c;
    }
    return made;
}

/// A plugin may name a label freely; Prometheus needs ASCII, and each name once.
std::string label_name(std::string_view key, const labels& taken) {
    std::string made{key};
    for (char& c : made)
        if (!((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9'))) c = '_';
    if (made.empty() || (made[0] >= '0' && made[0] <= '9')) made.insert(made.begin(), '_');
    const auto same = [&](const auto& one) { return one.first == made; };
    while (std::any_of(taken.begin(), taken.end(), same)) made += '_';
    return made;
}

/// Metrics of one name are together, whichever node they are of.
struct family {
    std::string help, lines;
    std::map<std::string, std::uint64_t> samples; // how often each came
};

class page {
public:
    void add(const std::string& name, std::string_view help, const labels& of, double value) {
        auto& into = all_[name];
        if (into.help.empty()) into.help = help;
        std::string sample;
        for (const auto& [key, text] : of)
            sample += (sample.empty() ? "" : ",") + key + "=\"" + escaped(text, true) + '"';
        // Two labels that differ only in what can't be shown: a page with the same sample twice is refused as a whole.
        if (const auto same = ++into.samples[sample]; same > 1)
            sample += (sample.empty() ? "" : ",") + ("_same=\"" + std::to_string(same)) + '"';
        into.lines += "releve_" + name + (sample.empty() ? " " : "{" + sample + "} ") + spell_number(value) + '\n';
    }
    bool has(const std::string& name) const { return all_.count(name) != 0; }
    std::string text() const {
        std::string made;
        for (const auto& [name, one] : all_) {
            made += "# HELP releve_" + name + " " + escaped(one.help, false) + "\n";
            made += "# TYPE releve_" + name + (name.ends_with("_total") ? " counter\n" : " gauge\n") + one.lines;
        }
        return made;
    }

private:
    std::map<std::string, family> all_;
};

struct count {
    const char *name, *help;
    std::atomic<std::uint64_t> figures::*value;
    bool (*fits)(const node&);
};

bool any(const node&) { return true; }
bool makes(const node& who) { return who.makes(); }
bool takes(const node& who) { return who.takes(); }
bool sink(const node& who) { return who.takes() && !who.is_transform(); }
bool polled(const node& who) { return who.abi().collect != nullptr; }

constexpr std::array counts{
    count{"made_records_total", "Records that the node made", &figures::records, makes},
    count{"made_batches_total", "Batches that the node made", &figures::batches, makes},
    count{"taken_records_total", "Records that were given to the node", &figures::taken, takes},
    count{"written_records_total", "Records that the sink has written", &figures::written, sink},
    count{"rejected_records_total", "Records that the sink can never write", &figures::rejected, sink},
    count{"dropped_records_total", "Records that were thrown away", &figures::dropped, any},
    count{"failures_total", "Calls of the node that failed", &figures::failures, any},
    count{"skipped_readings_total", "Readings left out because one took longer than the interval", &figures::overruns,
          polled},
    count{"misbehaviours_total", "Times that the component broke the plugin contract", &figures::misbehaved, any},
};

void add_node(page& into, const node& who) {
    const labels of{{"node", who.name()}};
    for (const auto& one : counts)
        if (one.fits(who)) into.add(one.name, one.help, of, static_cast<double>((who.figures().*one.value).load()));
    into.add("node_up", "Whether the node runs and its last call went well", of,
             who.life().is(node_state::running) ? 1 : 0);
    into.add("node_info", "What the node is",
             {{"node", who.name()},
              {"kind", std::string{word_of(who.section().kind)}},
              {"component", std::string{view(who.abi().name)}}},
             1);
    if (const auto time = who.figures().last_time.load(std::memory_order_relaxed); time != never)
        into.add("last_value_timestamp_seconds", "Time of the last record that the node made or was given", of,
                 static_cast<double>(time) / 1e9);
    if (const auto spool = spool_of(who)) {
        into.add("spool_bytes", "What waits for the sink on disk", of, static_cast<double>(spool->bytes));
        into.add("spool_records", "Records that wait for the sink on disk", of, static_cast<double>(spool->records));
    }
    if (who.is_transform()) return;
    const bool owed = who.takes();
    into.add("queue_bytes", "What waits in the node's queue", of,
             static_cast<double>(owed ? who.owed().bytes() : who.made().bytes()));
    into.add("queue_limit_bytes", "What may wait in the node's queue", of,
             static_cast<double>(who.section().queue_bytes));
    if (who.makes())
        into.add("emit_waits_total", "Times that the node had to wait for room before it could go on", of,
                 static_cast<double>(who.made().waits()));
}

void add_dead_letters(page& into, const runtime& of) {
    try {
        for (const auto& [sink, count] : of.dead_letters())
            into.add("dead_letters", "Records that the sink refused for good, and that are kept", {{"node", sink}},
                     static_cast<double>(count));
    } catch (const std::exception&) { // a state file that can't be read now: no figure is better than a wrong one
    }
}

} // namespace

std::string metrics_page(runtime& of, std::int64_t since) {
    page made;
    made.add("build_info", "The version that runs, and its site",
             {{"version", RELEVE_VERSION}, {"site", of.site().name}}, 1);
    made.add("start_timestamp_seconds", "When it was started", {}, static_cast<double>(since) / 1e9);
    made.add("series", "Series that nodes have declared", {}, of.series().size());
    for (const auto& one : of.nodes()) add_node(made, *one);
    add_dead_letters(made, of);
    const page host = made;
    for (const auto& one : of.metrics().samples()) {
        labels own{{"node", one.node}};
        for (const auto& [key, value] : one.labels) own.emplace_back(label_name(key, own), value);
        made.add((host.has(one.name) ? "node_" : "") + one.name, one.help, own, one.value);
    }
    return made.text();
}

} // namespace releve::core
