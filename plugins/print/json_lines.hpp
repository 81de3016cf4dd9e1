// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "lines.hpp"

namespace releve::print {

/// One JSON object a record (RFC 8259), a line each.
class json_lines final : public lines {
public:
    void add(const record& one, series_view as, std::string& to) override;
};

} // namespace releve::print
