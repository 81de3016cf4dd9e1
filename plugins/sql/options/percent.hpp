// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <string>
#include <string_view>

namespace releve::sql {

/// A part of a URL with its %20 and the like as bytes (RFC 3986 §2.1). Throws bad_option("url", ...).
std::string percent_decoded(std::string_view text);

} // namespace releve::sql
