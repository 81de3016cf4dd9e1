// SPDX-License-Identifier: Apache-2.0
// Where the values and comments of a TOML text are, also of one that is not TOML: what may be a secret is found by its
// place, whatever its key is called.
#pragma once
#include "options.hpp"

#include <cstddef>
#include <string_view>
#include <vector>

namespace releve::core {

/// Deeper or longer ones are refused before they are parsed: a parser and a destructor recurse once for each.
inline constexpr std::size_t max_key_parts = 32, max_brackets = 32;

/// A string, a number, a date, a word; or a comment.
struct leaf {
    std::size_t begin = 0, end = 0; // bytes of the text
};

struct scanned {
    std::vector<leaf> leaves; // in the text's order
    /// The first key with too many parts, or bracket with too many around it; `what`: empty: there is none.
    options::problem too_deep;
};

/// Takes time in proportion to the text.
scanned scan(std::string_view text);

/// The lines' parts that must not be shown: each leaf but those that begin at one of `shown`, and those that hold a URL
/// with a password or a query in it.
std::vector<options::position> hidden_parts(std::string_view text, const std::vector<leaf>& leaves,
                                            std::vector<options::position> shown);
/// The same of a text that is not TOML: each leaf but a duration, an IPv4 address, a serial port, yes, no, on or off.
std::vector<options::position> hidden_parts(std::string_view text, const std::vector<leaf>& leaves);

/// A duration, an IPv4 address, a serial port, yes, no, on or off: no secret looks like one.
bool is_harmless(std::string_view word);

/// A message without what may be secret in the URLs in it: user and password, and all after '?'.
std::string without_secrets(std::string_view message);

} // namespace releve::core
