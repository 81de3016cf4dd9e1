// SPDX-License-Identifier: Apache-2.0
#include "people/report_text.hpp"

#include <releve/kit/text/number.hpp>
#include <releve/kit/text/printable.hpp>
#include <releve/record_text.hpp>

#include <algorithm>
#include <array>

namespace releve::sms {

namespace {

constexpr std::array fields{"site", "device", "name", "labels", "value", "unit", "quality", "time"};

/// At most two decimals: a message has 160 characters. Very large and very small numbers as the shortest exact text.
std::string number_text(double number) {
    if (!std::isfinite(number) || std::abs(number) >= 1e15 || (number != 0 && std::abs(number) < 0.01))
        return shortest(number);
    auto made = kit::number_text(number, 2);
    while (made.back() == '0') made.pop_back();
    if (made.back() == '.') made.pop_back();
    return made;
}

/// A text may have several lines; nothing else in it controls what shows it.
std::string lines_of(std::string_view text) {
    std::string made;
    for (bool is_first = true;; is_first = false) {
        const auto end = std::min(text.find('\n'), text.size());
        std::string line{text.substr(0, end)};
        if (line.ends_with('\r')) line.pop_back();
        std::replace(line.begin(), line.end(), '\t', ' ');
        (made += is_first ? "" : "\n") += kit::printable(line);
        if (end == text.size()) return made;
        text.remove_prefix(end + 1);
    }
}

std::string field(std::string_view name, const record_copy& one, kit::site_time& clock) {
    const bool absent = one.grade == quality::absent;
    if (name == "site" || name == "device") return kit::printable(one.label(name));
    if (name == "name") return one.name;
    if (name == "value") return absent ? "-" : one.is_text ? lines_of(one.text) : number_text(one.number);
    if (name == "unit") return absent || one.unit == "1" ? std::string{} : one.unit;
    if (name == "quality") return name_of(one.grade);
    if (name == "time") return clock.to_minute(to_time(one.time));
    std::string labels;
    for (const auto& [key, value] : one.labels)
        if (key != "site" && key != "device") (labels += labels.empty() ? "" : " ") += kit::printable(value);
    return labels;
}

} // namespace

std::string report_text::problem() const {
    const std::string_view all = pattern_;
    for (auto open = all.find('{'); open != all.npos; open = all.find('{', open + 1)) {
        const auto close = all.find('}', open);
        if (close == all.npos) return "a '{' has no '}'";
        const auto name = all.substr(open + 1, close - open - 1);
        if (std::find(fields.begin(), fields.end(), name) == fields.end())
            return "there is no field {" + std::string{name} +
                   "}; there are {site}, {device}, {name}, {labels}, {value}, {unit}, {quality} and {time}";
    }
    return all.empty() ? "it is empty" : "";
}

std::string report_text::line(const record_copy& one, kit::site_time& clock) const {
    std::string made;
    for (std::string_view rest = pattern_; !rest.empty();) {
        const auto open = std::min(rest.find('{'), rest.size());
        made += rest.substr(0, open);
        rest.remove_prefix(open);
        if (rest.empty()) break;
        const auto close = rest.find('}');
        made += field(rest.substr(1, close - 1), one, clock);
        rest.remove_prefix(close + 1);
    }
    std::string tidy; // empty fields leave one blank
    for (const char c : made)
        if (c != ' ' || (!tidy.empty() && tidy.back() != ' ')) tidy += c;
    while (!tidy.empty() && tidy.back() == ' ') tidy.pop_back();
    return tidy;
}

} // namespace releve::sms
