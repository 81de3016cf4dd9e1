// SPDX-License-Identifier: Apache-2.0
// The patterns of pipeline files and of commands, which docs/patterns.md describes. One matcher for all of them.
// [any thread]
#pragma once
#include <releve/series.hpp>

#include <string>
#include <string_view>
#include <vector>

namespace releve::kit {

/// Why a text is not a pattern, as the end of a sentence ("has a '[' without its ']'"); empty: it is one.
std::string problem_of_pattern(std::string_view pattern);

/// Whether a pattern can match other texts than itself: it has one of * ? [ \ in it.
bool has_wildcards(std::string_view text) noexcept;

/// Whether the whole text is as the pattern says: `*` stands for any characters, also none; `?` for one; `[ab]`,
/// `[a-z]` for one of these; `[!ab]` for one other; `\*` for the character after the backslash. Characters are those of
/// UTF-8; a byte that is not UTF-8 counts as one. False for a text that is not a pattern. Takes at most the product of
/// both sizes.
bool matches(std::string_view pattern, std::string_view text) noexcept;

/// One of the patterns matches the series' name (`volume*`) or its identity (`volume{*channel="gas"*`).
bool matches_any(const std::vector<std::string>& patterns, series_view of);
/// One of the patterns matches the text.
bool matches_any(const std::vector<std::string>& patterns, std::string_view text) noexcept;

} // namespace releve::kit
