// SPDX-License-Identifier: Apache-2.0
#include "json_lines.hpp"

#include <releve/record_text.hpp>

namespace releve::print {

void json_lines::add(const record& one, series_view as, std::string& to) {
    append_json(to, one, as);
    to += '\n';
}

} // namespace releve::print
