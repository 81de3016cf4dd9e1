// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "appended_file.hpp"
#include "rotation.hpp"

#include <releve/kit/time/site_time.hpp>
#include <releve/sink.hpp>

#include <optional>
#include <string>

namespace releve::file {

class file_sink final : public sink {
public:
    static constexpr auto summary = "Keeps records in files, as CSV or JSON lines";
    static void describe(option_list& o);
    explicit file_sink(context& host);

    void start() override;
    void stop() override { file_.close(); }
    void write(const delivery& in) override { write_group({&in, 1}); }
    /// In as few writes as possible; written records are answered also when a later write fails.
    void write_group(std::span<const delivery> all) override;

private:
    enum class rotate { never, day, size };
    void open();
    void gather(const delivery& in);
    void append();
    std::string today(); // "2026-11-23", in the site's zone
    void rotate_if_due(std::size_t coming);
    void tidy();

    context& host_;
    std::filesystem::path path_;
    bool csv_, sync_;
    rotate rotate_;
    std::int64_t max_bytes_;
    std::optional<kit::site_time> clock_; // from start on
    bool for_spreadsheet_;
    appended_file file_;
    rotation rotation_;
    std::string day_; // of the file's lines
    std::string text_;
};

} // namespace releve::file
