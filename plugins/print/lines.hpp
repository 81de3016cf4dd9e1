// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <releve/batch.hpp>

#include <string>

namespace releve::print {

/// A way to write records as lines.
class lines {
public:
    virtual ~lines() = default;
    /// Says that add will be called with this record: what comes together is laid out together.
    virtual void expect(const record&, series_view) {}
    /// Appends the line of a record of the series `as`, or more than one, or none.
    virtual void add(const record& one, series_view as, std::string& to) = 0;
};

} // namespace releve::print
