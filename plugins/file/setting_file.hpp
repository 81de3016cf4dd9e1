// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "setting_lines.hpp"

#include <releve/source.hpp>

#include <string>
#include <vector>

namespace releve::file {

/// An edited file as settings: a line whose value has changed becomes a record.
class setting_file final : public source {
public:
    static constexpr auto summary = "Settings from a CSV file that somebody edits";
    static void describe(option_list& o);
    explicit setting_file(context& host);

    void collect(output& out) override;

private:
    void emit(const setting_line& one, output& out);
    void report(const std::vector<bad_line>& bad) const;

    context& host_;
    std::string path_, site_;
    char separator_;
    std::string last_content_; // of the file as it was read last
};

} // namespace releve::file
