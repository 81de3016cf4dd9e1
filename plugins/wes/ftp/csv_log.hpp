// SPDX-License-Identifier: Apache-2.0
// Converts lines of a log file to times and numbers. Options describe the layout: no WES layout is publicly known.
// No I/O.
#pragma once

#include <releve/kit/time/site_time.hpp>

#include <cstddef>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

namespace releve::wes {

struct csv_layout {
    char separator = ';', decimal = '.';
    std::vector<std::size_t> time_columns{1}; // from 1; joined by a blank
    std::string time_format = "%d/%m/%Y %H:%M";
    std::string zone = "UTC"; // of the times
};

/// A line that can't be read; what() says why, as the end of a sentence.
struct bad_line : std::runtime_error {
    using std::runtime_error::runtime_error;
};

class csv_log {
public:
    static constexpr std::size_t max_line = 4096, max_fields = 256;

    /// Throws permanent_error for a zone that this machine does not know.
    explicit csv_log(csv_layout layout);

    /// Before the first line of each file.
    void begin();
    /// The last line of the header. From now on fields() requires as many fields as it has, or one more or less where
    /// the last of them is empty. A header with fewer than `min_fields` does not name the columns and is ignored.
    void header(std::string_view line, std::size_t min_fields);
    // Each of these throws bad_line.
    /// The fields, without blanks and quotes around them.
    std::vector<std::string> fields(std::string_view line) const;
    /// The time in a line's fields. Of an hour that the clock shows twice, the first, unless an earlier line was of it.
    time_point time(const std::vector<std::string>& fields);
    /// Nothing: the field is empty or does not exist; column 0 never exists.
    std::optional<double> number(const std::vector<std::string>& fields, std::size_t column) const;
    /// Neither empty nor zero: in a column that marks doubtful lines.
    bool is_set(const std::vector<std::string>& fields, std::size_t column) const noexcept;

private:
    std::vector<std::string> split(std::string_view line) const;

    csv_layout layout_;
    kit::site_time zone_;
    time_point last_{};
    std::size_t width_ = 0; // of the header; 0: not known
};

} // namespace releve::wes
