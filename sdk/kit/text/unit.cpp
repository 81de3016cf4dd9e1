// SPDX-License-Identifier: Apache-2.0
#include <releve/kit/text/unit.hpp>

#include <releve/kit/text/printable.hpp>

#include <utility>

namespace releve::kit {

std::string unit_text(std::string_view ucum) {
    constexpr std::pair<std::string_view, std::string_view> known[] = {
        {"Cel", "\u00b0C"}, {"m3", "m\u00b3"}, {"m3/h", "m\u00b3/h"}, {"V.A", "VA"}, {"V.A.h", "VAh"},
        {"var.h", "varh"},  {"1", ""},
    };
    for (const auto& [code, people] : known)
        if (code == ucum) return std::string{people};
    return printable(ucum);
}

} // namespace releve::kit
