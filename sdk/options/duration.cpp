// SPDX-License-Identifier: Apache-2.0
#include "notation.hpp"

#include <array>
#include <charconv>
#include <cmath>
#include <limits>

namespace releve::options {

namespace {

struct unit {
    std::string_view name;
    std::int64_t ns;
};

// Largest first, as they follow each other in a duration.
constexpr std::array<unit, 7> units{{{"d", 86'400'000'000'000},
                                     {"h", 3'600'000'000'000},
                                     {"m", 60'000'000'000},
                                     {"s", 1'000'000'000},
                                     {"ms", 1'000'000},
                                     {"us", 1'000},
                                     {"ns", 1}}};

bool is_digit(char c) { return c >= '0' && c <= '9'; }

struct spelling {
    std::string_view word;
    std::int64_t ns;
};

// What people write for a unit, in English and French.
constexpr std::array<spelling, 45> spellings{{{"w", 7 * units[0].ns},
                                              {"week", 7 * units[0].ns},
                                              {"weeks", 7 * units[0].ns},
                                              {"d", units[0].ns},
                                              {"day", units[0].ns},
                                              {"days", units[0].ns},
                                              {"j", units[0].ns},
                                              {"jour", units[0].ns},
                                              {"jours", units[0].ns},
                                              {"h", units[1].ns},
                                              {"hr", units[1].ns},
                                              {"hrs", units[1].ns},
                                              {"hour", units[1].ns},
                                              {"hours", units[1].ns},
                                              {"heure", units[1].ns},
                                              {"heures", units[1].ns},
                                              {"m", units[2].ns},
                                              {"mn", units[2].ns},
                                              {"min", units[2].ns},
                                              {"mins", units[2].ns},
                                              {"minute", units[2].ns},
                                              {"minutes", units[2].ns},
                                              {"s", units[3].ns},
                                              {"sec", units[3].ns},
                                              {"secs", units[3].ns},
                                              {"second", units[3].ns},
                                              {"seconds", units[3].ns},
                                              {"seconde", units[3].ns},
                                              {"secondes", units[3].ns},
                                              {"ms", units[4].ns},
                                              {"msec", units[4].ns},
                                              {"msecs", units[4].ns},
                                              {"millis", units[4].ns},
                                              {"millisecond", units[4].ns},
                                              {"milliseconds", units[4].ns},
                                              {"us", units[5].ns},
                                              {"\u00b5s", units[5].ns},
                                              {"\u03bcs", units[5].ns},
                                              {"usec", units[5].ns},
                                              {"microsecond", units[5].ns},
                                              {"microseconds", units[5].ns},
                                              {"ns", units[6].ns},
                                              {"nsec", units[6].ns},
                                              {"nanosecond", units[6].ns},
                                              {"nanoseconds", units[6].ns}}};

std::optional<std::int64_t> spelled_unit(std::string_view word) {
    for (const auto& known : spellings)
        if (known.word == word) return known.ns;
    return std::nullopt;
}

} // namespace

std::optional<std::int64_t> parse_duration(std::string_view text) {
    std::int64_t total = 0;
    std::size_t next_unit = 0;
    if (text.empty()) return std::nullopt;
    while (!text.empty()) {
        if (!is_digit(text.front())) return std::nullopt;
        std::int64_t count = 0;
        const auto number = std::from_chars(text.data(), text.data() + text.size(), count);
        if (number.ec != std::errc{}) return std::nullopt;
        text.remove_prefix(static_cast<std::size_t>(number.ptr - text.data()));

        std::size_t letters = 0;
        while (letters < text.size() && !is_digit(text[letters])) ++letters;
        const auto name = text.substr(0, letters);
        while (next_unit < units.size() && units[next_unit].name != name) ++next_unit;
        if (next_unit == units.size()) return std::nullopt;
        std::int64_t part = 0;
        if (__builtin_mul_overflow(count, units[next_unit].ns, &part) || __builtin_add_overflow(total, part, &total))
            return std::nullopt;
        ++next_unit;
        text.remove_prefix(letters);
    }
    return total;
}

std::string format_duration(std::int64_t ns) {
    if (ns == 0) return "0s";
    // Negative durations can't be read, only shown.
    std::string text = ns < 0 ? "-" : "";
    auto rest = ns < 0 ? 0 - static_cast<std::uint64_t>(ns) : static_cast<std::uint64_t>(ns);
    for (const auto& part : units) {
        const auto size = static_cast<std::uint64_t>(part.ns);
        if (rest >= size) text += std::to_string(rest / size) + std::string(part.name);
        rest %= size;
    }
    return text;
}

std::string duration_meant(std::string_view text) {
    std::string folded = folded_for_guessing(text);
    std::string_view rest = folded;
    double total = 0;
    bool any = false;
    while (true) {
        while (!rest.empty() && (rest.front() == ' ' || rest.front() == ',' || rest.front() == '+'))
            rest.remove_prefix(1);
        if (rest.starts_with("and ")) rest.remove_prefix(4);
        if (rest.starts_with("et ")) rest.remove_prefix(3);
        if (rest.empty()) break;
        const auto count = take_number(rest);
        if (!count) return {};
        while (!rest.empty() && rest.front() == ' ') rest.remove_prefix(1);
        const auto word = take_word(rest);
        const auto size = spelled_unit(word);
        // A bare number is most often meant as seconds.
        if (!size && !(word.empty() && rest.empty() && !any)) return {};
        total += *count * static_cast<double>(size.value_or(units[3].ns));
        any = true;
    }
    constexpr double longest = 9.2e18;
    if (!any || !(total >= 1) || total > longest) return {};
    return format_duration(std::llround(total));
}

} // namespace releve::options
