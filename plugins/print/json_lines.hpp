// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "lines.hpp"

namespace releve::print {

/// One JSON object per record (RFC 8259), one per line.
class json_lines final : public lines {
public:
    void add(const record& one, series_view as, std::string& to) override;
};

} // namespace releve::print
