// SPDX-License-Identifier: Apache-2.0
// Bytes through the whole decoder, and what it reported, in a form that is easy to compare.
#pragma once
#include "decoder/meter.hpp"

#include <cstddef>
#include <cstdio>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace decoded {

namespace tic = releve::teleinfo;

struct value {
    std::string key; // "current{phase=1}"
    std::string is;  // "4 A"
    bool doubtful = false;
    std::optional<std::int64_t> own_time_s;
    friend bool operator<(const value& a, const value& b) { return std::tie(a.key, a.is) < std::tie(b.key, b.is); }
};

inline std::string key_of(const tic::meter_value& reading) {
    std::string key{reading.series};
    if (reading.phase != 0) key += "{phase=" + std::to_string(reading.phase) + "}";
    if (!reading.by.empty()) key += "{" + std::string{reading.by} + "=" + std::string{reading.by_value} + "}";
    return key;
}

inline std::string value_of(const tic::meter_value& reading) {
    if (reading.kind == tic::tic_kind::text) return std::string{reading.text};
    char text[40];
    std::snprintf(text, sizeof text, "%.15g %.*s", reading.number, static_cast<int>(reading.unit.size()),
                  reading.unit.data());
    return text;
}

/// One meter and its line. Frames end a second after each other, from 2025-01-22 13:35:12 UTC on.
class listener {
public:
    explicit listener(tic::tic_meter::settings settings = {}, tic::tic_mode mode = tic::tic_mode::unknown)
        : reader{mode}
        , meter{settings} {}

    void feed(std::string_view bytes) {
        reader.feed(bytes);
        tic::tic_group group;
        for (auto event = reader.next(group); event != tic::tic_event::none; event = reader.next(group)) {
            switch (event) {
            case tic::tic_event::frame_begin:
                meter.begin_frame();
                break;
            case tic::tic_event::group:
                meter.take(group);
                break;
            case tic::tic_event::bad_group:
                meter.take_bad();
                break;
            case tic::tic_event::frame_end:
                meter.end_frame(reader.ended_by(), now_ns, steady_ns, [this](const tic::meter_value& reading) {
                    values.push_back({key_of(reading), value_of(reading), reading.doubtful, {}});
                    if (reading.own_time_ns) values.back().own_time_s = *reading.own_time_ns / 1'000'000'000;
                });
                now_ns += step_ns;
                steady_ns += step_ns;
                break;
            case tic::tic_event::none:
                break;
            }
        }
    }
    void feed(std::string_view bytes, std::size_t block) {
        for (std::size_t at = 0; at < bytes.size(); at += block) feed(bytes.substr(at, block));
    }

    std::vector<std::string> all(const std::string& key) const {
        std::vector<std::string> found;
        for (const auto& one : values)
            if (one.key == key) found.push_back(one.is);
        return found;
    }
    /// The last value; "nothing" when there is none.
    std::string last(const std::string& key) const {
        const auto found = all(key);
        return found.empty() ? "nothing" : found.back();
    }
    std::set<value> distinct() const { return {values.begin(), values.end()}; }

    tic::tic_reader reader;
    tic::tic_meter meter;
    std::vector<value> values;
    std::int64_t now_ns = 1'737'552'912'000'000'000;
    std::int64_t steady_ns = 0;
    std::int64_t step_ns = 1'000'000'000;
};

} // namespace decoded
