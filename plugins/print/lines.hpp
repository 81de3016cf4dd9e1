// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <releve/batch.hpp>

#include <string>

namespace releve::print {

/// A way to write records as lines.
class lines {
public:
    virtual ~lines() = default;
    /// To be called with each record of a group before the first add: their columns are laid out together.
    virtual void expect(const record&, series_view) {}
    /// Appends the lines of a record, which is of the series `as`: one or more, or none.
    virtual void add(const record& one, series_view as, std::string& to) = 0;
};

} // namespace releve::print
