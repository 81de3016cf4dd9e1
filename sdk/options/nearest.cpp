// SPDX-License-Identifier: Apache-2.0
#include "notation.hpp"

#include <algorithm>
#include <charconv>

namespace releve::options {

namespace {

/// Without the differences that a reader overlooks: case, '-' and '_'.
std::string folded(std::string_view word) {
    std::string made(word);
    for (char& c : made) {
        if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
        if (c == '-' || c == ' ') c = '_';
    }
    return made;
}

/// Edits between two words: a letter more, less or other, or two neighbours swapped.
std::size_t distance(std::string_view a, std::string_view b) {
    std::vector<std::size_t> two_up, up, row(b.size() + 1);
    for (std::size_t j = 0; j <= b.size(); ++j) row[j] = j;
    for (std::size_t i = 1; i <= a.size(); ++i) {
        two_up = std::move(up);
        up = std::move(row);
        row.assign(b.size() + 1, i);
        for (std::size_t j = 1; j <= b.size(); ++j) {
            const std::size_t other = up[j - 1] + (a[i - 1] == b[j - 1] ? 0U : 1U);
            row[j] = std::min({up[j] + 1, row[j - 1] + 1, other});
            if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
                row[j] = std::min(row[j], two_up[j - 2] + 1);
        }
    }
    return row[b.size()];
}

} // namespace

std::string nearest(std::string_view word, const std::vector<std::string>& names) {
    constexpr std::size_t max_word = 64;
    if (word.empty() || word.size() > max_word) return {};
    const auto target = folded(word);
    // A third of the letters; a word of one or two letters is close to everything: only case or '-' may differ.
    std::size_t best = target.size() / 3 + 1;
    std::string found;
    for (const auto& name : names) {
        const auto candidate = folded(name);
        const auto edits = candidate.size() > max_word ? best : distance(target, candidate);
        if (edits < best) {
            best = edits;
            found = name;
        }
    }
    if (!found.empty() || target.size() < 3) return found;
    for (const auto& name : names) // the beginning of one name only
        if (folded(name).starts_with(target)) {
            if (!found.empty()) return {};
            found = name;
        }
    return found;
}

std::string folded_for_guessing(std::string_view text) {
    std::string made;
    for (const char c : text) {
        const bool blank = c == ' ' || c == '\t' || c == '_';
        if (blank && (made.empty() || made.back() == ' ')) continue;
        made += blank ? ' ' : c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
    }
    if (!made.empty() && made.back() == ' ') made.pop_back();
    return made;
}

std::optional<double> take_number(std::string_view& text) {
    std::size_t size = 0;
    std::string digits;
    for (; size < text.size(); ++size) {
        const char c = text[size];
        const bool fraction = (c == '.' || c == ',') && digits.find('.') == std::string::npos &&
                              size + 1 < text.size() && text[size + 1] >= '0' && text[size + 1] <= '9';
        if (fraction)
            digits += '.';
        else if (c >= '0' && c <= '9')
            digits += c;
        else
            break;
    }
    double number = 0;
    if (digits.empty() || std::from_chars(digits.data(), digits.data() + digits.size(), number).ec != std::errc{})
        return std::nullopt;
    text.remove_prefix(size);
    return number;
}

std::string_view take_word(std::string_view& text) {
    std::size_t size = 0;
    while (size < text.size() && text[size] != ' ' && text[size] != ',' && text[size] != '+' &&
           !(text[size] >= '0' && text[size] <= '9'))
        ++size;
    const auto word = text.substr(0, size);
    text.remove_prefix(size);
    return word;
}

} // namespace releve::options
