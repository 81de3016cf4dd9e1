// SPDX-License-Identifier: Apache-2.0
// Lines of a log file to times and numbers, as the options say how it is written: no layout of a WES's own files is
// publicly known. No I/O.
#pragma once

#include <releve/time.hpp>

#include <cstddef>
#include <memory>
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

/// A line that can't be read; what() says why, as a sentence's end.
struct bad_line : std::runtime_error {
    using std::runtime_error::runtime_error;
};

class csv_log {
public:
    static constexpr std::size_t longest_line = 4096, most_fields = 256;

    /// Throws permanent_error for a zone that this machine does not know.
    explicit csv_log(csv_layout layout);
    ~csv_log();
    csv_log(const csv_log&) = delete;
    csv_log& operator=(const csv_log&) = delete;

    /// Of one file, from its beginning on: before its first line.
    void begin();
    /// The last line of the header. From now on fields() wants as many fields as it has, or one more or less where the
    /// last of them is empty; unless the header has fewer than `at_least`, and so is none of columns.
    void header(std::string_view line, std::size_t at_least);
    // Each of these throws bad_line.
    /// The fields, without blanks and quotes around them.
    std::vector<std::string> fields(std::string_view line) const;
    /// Of a line's fields. An hour that the clock shows twice is the first one, unless the line before was of it.
    time_point time(const std::vector<std::string>& fields);
    /// Nothing where the field is empty or does not exist, as column 0 never does.
    std::optional<double> number(const std::vector<std::string>& fields, std::size_t column) const;
    /// Neither empty nor zero: what a column says that marks lines in which something is wrong.
    bool is_set(const std::vector<std::string>& fields, std::size_t column) const noexcept;

private:
    std::vector<std::string> split(std::string_view line) const;

    struct zone;
    csv_layout layout_;
    std::unique_ptr<zone> zone_;
    time_point last_{};
    std::size_t width_ = 0; // of the header; 0: not known
};

} // namespace releve::wes
