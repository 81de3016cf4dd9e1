// SPDX-License-Identifier: Apache-2.0
// A log as a WES might keep it: a row for each hour of the dwelling. The log files of a WES are not published; the
// columns are those of an earlier system's capture table, the rest (order, marks, dates, names) is invented. No I/O.
#pragma once

#include "household.hpp"

#include <optional>
#include <string>
#include <string_view>

namespace wes_simulator {

class capture_log {
public:
    static constexpr std::string_view header =
        "DATE;PULS1;PULS2;PULS3;PULS4;AMP1;AMP2;TEMPMIN;TEMP;TEMPMAX;INDT1;DIFT1;ERR\r\n";

    struct row {
        std::string file, text;
    };

    // `name` is that of the files, as of strftime(3): the files rotate when the name changes.
    capture_log(std::string name, const readings& from);

    // After each step of the dwelling. `meter_there` false: the row has its error flag and no index.
    std::optional<row> after_step(const readings& now, bool meter_there);
    std::string file_at(std::int64_t time_s) const;

private:
    std::string name_;
    double coldest_c_, warmest_c_, last_index_wh_;
};

} // namespace wes_simulator
