// SPDX-License-Identifier: Apache-2.0
// A decoder of the tests' own, written from the specification and from nothing of the player.
#pragma once
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace decoded {

struct group {
    std::string label, horodate, data;
};

/// Empty: the checksum is wrong, or it is not a group. `text`: between LF and CR.
inline std::optional<group> group_of(std::string_view text, bool standard) {
    if (text.size() < 4) return std::nullopt;
    const char separator = standard ? '\t' : ' ';
    if (text[text.size() - 2] != separator) return std::nullopt;
    const std::string_view body = text.substr(0, text.size() - 2);
    unsigned sum = standard ? '\t' : 0;
    for (const char c : body) sum += static_cast<unsigned char>(c);
    if (static_cast<char>((sum & 0x3FU) + 0x20) != text.back()) return std::nullopt;
    const auto first = body.find(separator);
    if (first == std::string_view::npos) return std::nullopt;
    group found{std::string{body.substr(0, first)}, {}, std::string{body.substr(first + 1)}};
    if (const auto second = found.data.find('\t'); standard && second != std::string::npos) {
        found.horodate = found.data.substr(0, second);
        found.data.erase(0, second + 1);
    }
    return found;
}

struct frame {
    std::vector<group> good;
    unsigned bad = 0;
    char end = 0; // ETX, EOT; 0: neither came

    std::string data(std::string_view label) const {
        for (const auto& each : good) {
            if (each.label == label) return each.data;
        }
        return "(none)";
    }
    std::string horodate(std::string_view label) const {
        for (const auto& each : good) {
            if (each.label == label) return each.horodate;
        }
        return "(none)";
    }
};

inline std::vector<frame> frames_of(std::string_view bytes, bool standard) {
    std::vector<frame> all;
    std::string text;
    for (const char c : bytes) {
        if (c == '\x02') all.emplace_back();
        if (c == '\n') text.clear();
        if (all.empty()) continue;
        if (c == '\x03' || c == '\x04') all.back().end = c;
        if (c == '\r') {
            if (auto found = group_of(text, standard)) {
                all.back().good.push_back(*found);
            } else {
                ++all.back().bad;
            }
        }
        if (c >= ' ' || c == '\t' || c == '\0') text += c;
    }
    return all;
}

} // namespace decoded
