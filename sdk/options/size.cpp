// SPDX-License-Identifier: Apache-2.0
#include "notation.hpp"

#include <array>
#include <charconv>

namespace releve::options {

namespace {

struct size_unit {
    std::string_view name;
    std::int64_t bytes;
};

// Largest first, binary before decimal of the same letter.
constexpr std::array<size_unit, 9> size_units{{{"TiB", 1LL << 40},
                                               {"TB", 1'000'000'000'000},
                                               {"GiB", 1LL << 30},
                                               {"GB", 1'000'000'000},
                                               {"MiB", 1LL << 20},
                                               {"MB", 1'000'000},
                                               {"KiB", 1LL << 10},
                                               {"kB", 1'000},
                                               {"B", 1}}};

} // namespace

std::optional<std::int64_t> parse_size(std::string_view text) {
    if (text.empty() || text.front() < '0' || text.front() > '9') return std::nullopt;
    std::int64_t count = 0;
    const auto number = std::from_chars(text.data(), text.data() + text.size(), count);
    if (number.ec != std::errc{}) return std::nullopt;
    text.remove_prefix(static_cast<std::size_t>(number.ptr - text.data()));
    if (text.empty()) return count;
    if (text == "KB") text = "kB";
    for (const auto& known : size_units) {
        if (known.name != text) continue;
        std::int64_t bytes = 0;
        if (__builtin_mul_overflow(count, known.bytes, &bytes)) return std::nullopt;
        return bytes;
    }
    return std::nullopt;
}

std::string format_size(std::int64_t bytes) {
    std::string shortest = std::to_string(bytes);
    if (bytes <= 0) return shortest;
    for (const auto& known : size_units) {
        if (known.bytes == 1 || bytes % known.bytes != 0) continue;
        auto text = std::to_string(bytes / known.bytes) + std::string(known.name);
        if (text.size() <= shortest.size()) shortest = std::move(text);
    }
    return shortest;
}

std::string size_meant(std::string_view text) {
    const auto folded = folded_for_guessing(text);
    std::string_view rest = folded;
    const auto count = take_number(rest);
    if (!count) return {};
    while (!rest.empty() && rest.front() == ' ') rest.remove_prefix(1);
    auto word = std::string(take_word(rest));
    if (!rest.empty()) return {};
    if (word.ends_with("ytes")) word.resize(word.size() - 4);            // bytes, kbytes
    if (word.ends_with("yte")) word.resize(word.size() - 3);             // byte
    if (word.ends_with("octets")) word.replace(word.size() - 6, 6, "b"); // octets
    if (word.ends_with('o')) word.back() = 'b';                          // ko, Mio
    if (word.size() == 1 && word != "b") word += "ib";                   // 4M
    if (word.size() == 2 && word[1] == 'i') word += 'b';                 // 4Mi
    for (const auto& known : size_units) {
        if (folded_for_guessing(known.name) != word) continue;
        const double bytes = *count * static_cast<double>(known.bytes);
        constexpr double largest = 9e18;
        if (bytes > largest) return {};
        if (bytes != static_cast<double>(static_cast<std::int64_t>(bytes))) return {};
        const auto whole = static_cast<std::int64_t>(bytes);
        return whole % known.bytes == 0 ? std::to_string(whole / known.bytes) + std::string(known.name)
                                        : format_size(whole);
    }
    return {};
}

} // namespace releve::options
