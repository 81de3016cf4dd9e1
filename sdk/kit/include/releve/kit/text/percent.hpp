// SPDX-License-Identifier: Apache-2.0
// Percent-encoding of URLs (RFC 3986). [any thread]
#pragma once
#include <optional>
#include <string>
#include <string_view>

namespace releve::kit {

/// Everything but the unreserved characters (letters, digits, - . _ ~) is encoded: "a b" is "a%20b".
std::string percent_encoded(std::string_view text);

/// What '+' stands for: itself in a path, a blank in a form or a query.
enum class plus_sign { itself, blank };

/// Nothing: a '%' is not followed by two hexadecimal digits.
std::optional<std::string> percent_decoded(std::string_view text, plus_sign plus = plus_sign::itself);

} // namespace releve::kit
