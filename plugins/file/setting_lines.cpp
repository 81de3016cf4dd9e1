// SPDX-License-Identifier: Apache-2.0
#include "setting_lines.hpp"

#include <releve/kit/text/number.hpp>
#include <releve/record_text.hpp>

#include <algorithm>
#include <array>
#include <map>
#include <optional>
#include <stdexcept>

namespace releve::file {
namespace {

constexpr std::size_t max_field_size = 100;                  // bytes, as in a packet of an SMS link
constexpr std::string_view byte_order_mark = "\xef\xbb\xbf"; // Excel writes one

using fields = std::array<std::string_view, 4>;

std::string_view trimmed(std::string_view text) {
    const auto first = text.find_first_not_of(" \t\r");
    if (first == text.npos) return {};
    return text.substr(first, text.find_last_not_of(" \t\r") - first + 1);
}

fields split(std::string_view line, char separator) {
    fields made;
    std::size_t count = 0;
    for (auto rest = line;;) {
        const bool is_text = count == 3 && trimmed(rest).starts_with('"'); // which may hold separators
        const auto at = is_text ? rest.size() : std::min(rest.find(separator), rest.size());
        if (count < made.size()) made[count] = trimmed(rest.substr(0, at));
        ++count;
        if (at == rest.size()) break;
        rest.remove_prefix(at + 1);
    }
    if (count != made.size())
        throw std::invalid_argument("it has " + std::to_string(count) +
                                    " fields instead of setting, device, channel, value");
    return made;
}

bool is_name(std::string_view text) {
    return !text.empty() && text.front() >= 'a' && text.front() <= 'z' &&
           std::all_of(text.begin(), text.end(),
                       [](char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_'; });
}

bool is_label(std::string_view text) {
    if (text.size() > max_field_size) return false;
    while (!text.empty()) {
        const auto one = releve::first_character(text);
        if (!one.valid || one.code < ' ' || one.code == 0x7f || one.code == '"') return false;
        text.remove_prefix(one.size);
    }
    return true;
}

std::optional<double> value_in(std::string_view text) {
    if (text == "on") return 1;
    if (text == "off") return 0;
    return kit::number_in(text);
}

setting_line read_line(const fields& of) {
    const auto& [setting, device, channel, value] = of;
    if (!is_name(setting) || setting.size() > max_field_size)
        throw std::invalid_argument("a setting's name is lower case letters, digits and '_'");
    if (!is_label(device) || !is_label(channel))
        throw std::invalid_argument("device and channel are at most 100 bytes of UTF-8, without quotes");
    setting_line made{0, std::string{setting}, std::string{device}, std::string{channel}, 0, {}};
    if (value.starts_with('"')) {
        if (value.size() < 2 || !value.ends_with('"') || !is_label(value.substr(1, value.size() - 2)))
            throw std::invalid_argument("a text is at most 100 bytes of UTF-8 between two double quotes");
        made.text = value.substr(1, value.size() - 2);
        return made;
    }
    const auto number = value_in(value);
    if (!number)
        throw std::invalid_argument("the value is not a number (as 21.5), nor on or off, nor a text in double quotes");
    made.value = *number;
    return made;
}

} // namespace

setting_lines read_settings(std::string_view text, char separator) {
    setting_lines made;
    std::map<std::array<std::string, 3>, std::size_t> lines; // what they set
    if (text.starts_with(byte_order_mark)) text.remove_prefix(byte_order_mark.size());
    for (std::size_t number = 1; !text.empty(); ++number) {
        const auto end = text.find('\n');
        const auto line = trimmed(text.substr(0, end));
        text.remove_prefix(end == text.npos ? text.size() : end + 1);
        if (line.empty() || line.front() == '#') continue;
        try {
            if (end == std::string_view::npos)
                throw std::invalid_argument("it has no line end yet, and is applied when it has one");
            const auto of = split(line, separator);
            if (of == fields{"setting", "device", "channel", "value"}) continue;
            auto one = read_line(of);
            one.number = number;
            const auto [first, is_new] = lines.try_emplace({one.setting, one.device, one.channel}, number);
            if (!is_new) throw std::invalid_argument("line " + std::to_string(first->second) + " sets the same");
            made.good.push_back(std::move(one));
        } catch (const std::invalid_argument& e) {
            made.bad.push_back({number, e.what()});
        }
    }
    return made;
}

} // namespace releve::file
