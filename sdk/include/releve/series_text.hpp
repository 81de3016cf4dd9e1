// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <releve/series.hpp>

#include <fnmatch.h>

#include <string>
#include <vector>

namespace releve {

/// Name and labels: temperature{device="linky", site="tilleuls"}. Unique among the series of a host.
inline std::string identity(series_view of) {
    std::string text{of.name()};
    for (std::uint32_t i = 0; i < of.label_count(); ++i)
        (((text += i == 0 ? "{" : ", ") += of.label_key(i)) += "=\"").append(of.label_value(i)) += '"';
    if (of.label_count() != 0) text += '}';
    return text;
}

/// Whether one of the patterns, of fnmatch(3), matches the name (`volume*`) or the identity (`volume{*channel="gas"*`),
/// as in `releve tap --series`.
inline bool matches(series_view of, const std::vector<std::string>& patterns) {
    const std::string name{of.name()}, whole = identity(of);
    for (const auto& one : patterns)
        if (::fnmatch(one.c_str(), name.c_str(), 0) == 0 || ::fnmatch(one.c_str(), whole.c_str(), 0) == 0) return true;
    return false;
}

} // namespace releve
