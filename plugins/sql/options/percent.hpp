// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <releve/failure.hpp>
#include <releve/kit/text/percent.hpp>

#include <string>
#include <string_view>

namespace releve::sql {

/// A part of the URL, decoded. Throws bad_option("url", ...).
inline std::string percent_decoded(std::string_view text) {
    auto plain = kit::percent_decoded(text);
    if (!plain) throw bad_option("url", "a % is followed by two hexadecimal digits; write %25 for a % itself");
    return *std::move(plain);
}

} // namespace releve::sql
