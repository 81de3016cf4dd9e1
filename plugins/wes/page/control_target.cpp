// SPDX-License-Identifier: Apache-2.0
#include "page/control_target.hpp"

#include <releve/kit/text/number.hpp>

#include <algorithm>

namespace releve::wes {
namespace {

struct numbered_channel {
    std::string_view kind; // "relay", "switch"; empty: neither
    int number = 0;
};

numbered_channel split(std::string_view channel) {
    for (const std::string_view kind : {"relay", "switch"}) {
        if (!channel.starts_with(kind)) continue;
        const auto digits = channel.substr(kind.size());
        const int number = kit::integer_in<int>(digits).value_or(0);
        if (number < 1 || digits.front() == '0') return {};
        const bool relay = number <= 2 || (number > 100 && number < 1000 && number % 100 >= 1 && number % 100 <= 8);
        if (kind == "relay" ? relay : number <= 24) return {kind, number};
    }
    return {};
}

std::string lower(std::string_view text) {
    std::string made{text};
    std::transform(made.begin(), made.end(), made.begin(),
                   [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + ('a' - 'A')) : c; });
    return made;
}

std::optional<bool> state_in(const record& value) {
    if (value.is_text()) {
        const auto word = lower(value.text());
        if (word == "on" || word == "1") return true;
        if (word == "off" || word == "0") return false;
        return {};
    }
    if (value.quality() == quality::absent) return {};
    if (value.number() == 1) return true;
    if (value.number() == 0) return false;
    return {};
}

} // namespace

bool is_channel(std::string_view name) { return name == "alarm" || !split(name).kind.empty(); }

control_pages pages_of_firmware(std::string_view firmware) {
    constexpr std::string_view form = "V#.#";
    for (std::size_t i = 0; i < form.size(); ++i) {
        const bool digit = i < firmware.size() && firmware[i] >= '0' && firmware[i] <= '9';
        if (i >= firmware.size() || (form[i] == '#' ? !digit : firmware[i] != form[i])) return control_pages::ajax;
    }
    return firmware[1] == '0' && firmware[3] < '8' ? control_pages::by_kind : control_pages::ajax;
}

std::optional<control_target> target_of(std::string_view channel, const record& value, control_pages pages) {
    const auto on = state_in(value);
    if (!on || !is_channel(channel)) return {};
    return target_of(channel, *on, pages);
}

control_target target_of(std::string_view channel, bool on, control_pages pages) {
    const auto [kind, number] = split(channel);
    const std::string word = on ? "ON" : "OFF", digits = std::to_string(number);
    if (kind.empty()) return {"/AJAX.cgx", "alarme=" + word, {}, {}, {}, false};
    control_target made;
    if (kind == "relay")
        made = {"/RL.cgi", "rl" + digits + "=" + word, number > 100 ? "relais1W" : "relais", "RELAIS" + digits, word,
                false};
    else
        made = {"/VS.cgi", "vs" + digits + "=" + word, "switch_virtuel", "SWITCH" + digits, on ? "1" : "0", false};
    if (pages == control_pages::ajax) made.path = "/AJAX.cgx";
    return made;
}

bool is_set(const document& page, const control_target& target) {
    const auto text = page.text(target.section, target.element);
    if (!text) return false;
    if (*text == target.expected) return true;
    const auto number = plain_number_in(*text), expected = plain_number_in(target.expected);
    const auto word = [](std::string_view one) { return one == "ON" ? "1" : one == "OFF" ? "0" : one; };
    return (number && expected && *number == *expected) || word(*text) == word(target.expected);
}

} // namespace releve::wes
