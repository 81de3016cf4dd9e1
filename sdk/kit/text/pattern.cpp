// SPDX-License-Identifier: Apache-2.0
#include <releve/kit/text/pattern.hpp>

#include <releve/record_text.hpp>
#include <releve/series_text.hpp>

#include <algorithm>

namespace releve::kit {
namespace {

struct character {
    char32_t code;
    std::size_t size;
};

/// The first one. A byte that is not UTF-8 is one beyond the code points.
character first(std::string_view text) noexcept {
    const auto one = first_character(text);
    if (one.valid) return {one.code, one.size};
    return {0x110000 + char32_t{static_cast<unsigned char>(text.front())}, 1};
}

/// One that stands for itself, with a backslash before it or not.
character literal(std::string_view text) noexcept {
    if (text.front() != '\\' || text.size() < 2) return first(text);
    const auto after = first(text.substr(1));
    return {after.code, after.size + 1};
}

/// "[a-z]" at the beginning of a text: its size, and whether `code` is one of it. Size 0: it has no end.
struct set_match {
    std::size_t size;
    bool holds;
};
set_match match_set(std::string_view text, char32_t code) noexcept {
    std::size_t at = 1;
    const bool negated = at < text.size() && (text[at] == '!' || text[at] == '^');
    if (negated) ++at;
    bool holds = false;
    for (const auto begin = at; at < text.size();) {
        if (text[at] == ']' && at != begin) return {at + 1, holds != negated};
        const auto low = literal(text.substr(at));
        at += low.size;
        auto high = low;
        if (at + 1 < text.size() && text[at] == '-' && text[at + 1] != ']') {
            high = literal(text.substr(at + 1));
            at += 1 + high.size;
        }
        if (code >= low.code && code <= high.code) holds = true;
    }
    return {0, false};
}

/// Bytes of the pattern's first item when it matches that character; 0: it does not.
std::size_t match_one(std::string_view pattern, char32_t code) noexcept {
    if (pattern.front() == '?') return 1;
    if (pattern.front() == '[') {
        const auto set = match_set(pattern, code);
        return set.holds ? set.size : 0;
    }
    const auto one = literal(pattern);
    return one.code == code ? one.size : 0;
}

enum class problem { none, open_set, open_escape };

problem problem_in(std::string_view pattern) noexcept {
    for (std::size_t at = 0; at < pattern.size();) {
        if (pattern[at] == '[') {
            const auto size = match_set(pattern.substr(at), 0).size;
            if (size == 0) return problem::open_set;
            at += size;
        } else if (pattern[at] == '\\' && at + 1 == pattern.size()) {
            return problem::open_escape;
        } else {
            at += literal(pattern.substr(at)).size;
        }
    }
    return problem::none;
}

} // namespace

std::string problem_of_pattern(std::string_view pattern) {
    switch (problem_in(pattern)) {
    case problem::open_set:
        return "has a '[' without its ']'; write \\[ for a '[' itself";
    case problem::open_escape:
        return "ends in a backslash; write \\\\ for a backslash itself";
    case problem::none:
        break;
    }
    return {};
}

bool has_wildcards(std::string_view text) noexcept { return text.find_first_of("*?[\\") != std::string_view::npos; }

bool matches(std::string_view pattern, std::string_view text) noexcept {
    constexpr auto none = std::string_view::npos;
    std::size_t p = 0, t = 0, after_star = none, resume = 0;
    while (t < text.size()) {
        const auto one = first(text.substr(t));
        if (p < pattern.size() && pattern[p] == '*') {
            after_star = ++p;
            resume = t;
        } else if (const auto size = p < pattern.size() ? match_one(pattern.substr(p), one.code) : 0; size != 0) {
            p += size;
            t += one.size;
        } else if (after_star != none) { // the last star takes one character more
            p = after_star;
            t = resume += first(text.substr(resume)).size;
        } else {
            return false;
        }
    }
    return pattern.find_first_not_of('*', p) == none && problem_in(pattern) == problem::none;
}

bool matches_any(const std::vector<std::string>& patterns, series_view of) {
    const auto whole = identity(of);
    return matches_any(patterns, of.name()) || matches_any(patterns, whole);
}

bool matches_any(const std::vector<std::string>& patterns, std::string_view text) noexcept {
    return std::any_of(patterns.begin(), patterns.end(), [&](const auto& one) { return matches(one, text); });
}

} // namespace releve::kit
