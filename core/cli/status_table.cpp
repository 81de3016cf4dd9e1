// SPDX-License-Identifier: Apache-2.0
#include "status_table.hpp"

#include "options.hpp"
#include "telemetry/log.hpp"

#include <releve/kit/text/printable.hpp>

#include <boost/json.hpp>

#include <algorithm>
#include <array>
#include <cstdint>
#include <cstdio>
#include <vector>

namespace releve::core {

namespace {

namespace json = boost::json;

struct column {
    const char* title;
    bool right; // aligned
};
constexpr std::array columns{column{"node", false},    column{"kind", false},     column{"state", false},
                             column{"made", true},     column{"per s", true},     column{"taken", true},
                             column{"written", true},  column{"lost", true},      column{"queue", true},
                             column{"failures", true}, column{"last value", true}};
using row = std::array<std::string, columns.size()>;
constexpr std::size_t state_column = 2;

std::string text_of(const json::value& of) { return kit::printable(json::value_to<std::string>(of)); }

std::string count_of(const json::value& node, const char* key) {
    return std::to_string(json::value_to<std::uint64_t>(node.at(key)));
}

std::string age_of(const json::value& of) {
    if (of.is_null()) return "-";
    const auto seconds = json::value_to<double>(of.at("age_s"));
    if (seconds < 0) return "ahead"; // the clock was set, or the value is a forecast
    return spell_duration(static_cast<std::int64_t>(seconds * 1e9)) + " ago";
}

std::string rate_of(const json::value& node, bool makes) {
    std::array<char, 32> text{};
    const auto rate = json::value_to<double>(node.at(makes ? "records_per_s" : "taken_per_s"));
    std::snprintf(text.data(), text.size(), rate < 100 ? "%.2f" : "%.0f", rate);
    return text.data();
}

/// Bytes on disk, or how full the queue is.
std::string queue_of(const json::value& node) {
    if (const auto& spool = node.at("spool"); spool.is_object())
        return options::format_size(json::value_to<std::int64_t>(spool.at("bytes"))) + " on disk";
    const auto& queue = node.at("queue");
    if (queue.is_null()) return "-";
    const auto limit = json::value_to<double>(queue.at("limit"));
    const auto percent = limit > 0 ? 100 * json::value_to<double>(queue.at("bytes")) / limit : 0;
    std::array<char, 16> text{};
    std::snprintf(text.data(), text.size(), "%.0f %%", percent);
    return text.data();
}

row row_of(const json::value& node) {
    const auto kind = text_of(node.at("kind"));
    const bool makes = kind != "sink";
    const auto lost =
        json::value_to<std::uint64_t>(node.at("dropped")) + json::value_to<std::uint64_t>(node.at("rejected"));
    return {text_of(node.at("name")),
            kind,
            text_of(node.at("state")),
            makes ? count_of(node, "records") : "-",
            rate_of(node, makes),
            kind == "source" ? "-" : count_of(node, "taken"),
            makes ? "-" : count_of(node, "written"),
            std::to_string(lost),
            queue_of(node),
            count_of(node, "failures"),
            age_of(node.at("last_value"))};
}

std::string records(const json::value& count) {
    const auto number = json::value_to<std::int64_t>(count);
    return std::to_string(number) + (number == 1 ? " record" : " records");
}

/// What only `releve dead-letters` or another pipeline file can remove.
std::string left_over(const json::value& all) {
    std::string made;
    for (const auto& node : all.at("nodes").as_array())
        if (const auto& count = node.at("dead_letters"); json::value_to<std::int64_t>(count) != 0)
            made += text_of(node.at("name")) + ": " + records(count) + " refused for good (releve dead-letters list)\n";
    for (const auto& one : all.at("orphan_spools").as_array())
        made += text_of(one.at("sink")) + ": " + records(one.at("records")) +
                " on disk for this sink, which has no spool in the pipeline file any more; the oldest came " +
                age_of(one.at("oldest")) + "\n";
    if (const auto& error = all.at("state_file_error"); error.is_string()) made += text_of(error) + "\n";
    return made.empty() ? made : "\n" + made;
}

const char* colour_of(const std::string& state) {
    if (state == "running") return "\033[32m";
    return state == "failing" || state == "hanging" || state == "abandoned" ? "\033[31m" : "\033[33m";
}

void print_row(std::string& out, const row& cells, const std::array<std::size_t, columns.size()>& widths, bool colour) {
    std::string line;
    for (std::size_t i = 0; i < cells.size(); ++i) {
        const std::string padding(widths[i] - kit::width(cells[i]), ' ');
        const bool coloured = colour && i == state_column;
        if (i != 0) line += "  ";
        if (columns[i].right) line += padding;
        if (coloured) line += colour_of(cells[i]);
        line += cells[i];
        if (coloured) line += "\033[0m";
        if (!columns[i].right) line += padding;
    }
    out += line;
    out += '\n';
}

} // namespace

std::string status_table(std::string_view text, bool colour) {
    const auto all = json::parse(json::string_view{text.data(), text.size()});
    std::vector<row> rows;
    row titles;
    for (std::size_t i = 0; i < columns.size(); ++i) titles[i] = columns[i].title;
    rows.push_back(titles);
    std::string errors;
    for (const auto& node : all.at("nodes").as_array()) {
        rows.push_back(row_of(node));
        const auto& error = node.at("last_error");
        if (error.is_object())
            ((((errors += rows.back()[0]) += ": ") += text_of(error.at("text"))) += " (" + age_of(error)) += ")\n";
    }
    std::array<std::size_t, columns.size()> widths{};
    for (const auto& one : rows)
        for (std::size_t i = 0; i < widths.size(); ++i) widths[i] = std::max(widths[i], kit::width(one[i]));
    auto made = text_of(all.at("site")) + ": releve " + text_of(all.at("version")) + ", runs since " +
                text_of(all.at("since")) + "\n\n";
    for (std::size_t i = 0; i < rows.size(); ++i) print_row(made, rows[i], widths, colour && i != 0);
    if (!errors.empty()) (made += "\nlast errors:\n") += errors;
    return made += left_over(all);
}

} // namespace releve::core
