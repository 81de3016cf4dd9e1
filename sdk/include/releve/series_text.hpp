// SPDX-License-Identifier: Apache-2.0
#ifndef RELEVE_SERIES_TEXT_HPP
#define RELEVE_SERIES_TEXT_HPP
#include <releve/series.hpp>

#include <string>

namespace releve {

/// Name and labels: temperature{device="linky", site="tilleuls"}. Unique among the series of a host. Patterns for names
/// and identities are in the kit: <releve/kit/text/pattern.hpp>.
inline std::string identity(series_view of) {
    std::string text{of.name()};
    for (std::uint32_t i = 0; i < of.label_count(); ++i)
        (((text += i == 0 ? "{" : ", ") += of.label_key(i)) += "=\"").append(of.label_value(i)) += '"';
    if (of.label_count() != 0) text += '}';
    return text;
}

} // namespace releve
#endif
