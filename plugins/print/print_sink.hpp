// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "lines.hpp"
#include "output_file.hpp"
#include <releve/kit/time/site_time.hpp>
#include <releve/sink.hpp>

#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace releve::print {

class text_lines;

class print_sink final : public sink {
public:
    static constexpr auto summary = "Shows records on the terminal, or as JSON lines";
    static void describe(option_list& o);
    explicit print_sink(context& host);
    ~print_sink() override;

    void start() override;
    void write(const delivery& in) override;
    /// Whole lines, in as few writes as possible.
    void write_group(std::span<const delivery> all) override;

private:
    struct shown_series {
        bool known = false, selected = false;
        int decimals = -1;
        std::string value; // as it was shown last; empty: never
    };
    void gather(const delivery& in);
    /// Whether the record is to be shown; remembers that it is.
    bool is_news(const record& one, series_view as);

    context& host_;
    bool json_, only_changes_;
    std::string colour_;
    std::vector<std::string> only_;
    output_file file_;
    std::optional<kit::site_time> clock_;
    std::unique_ptr<lines> lines_;
    text_lines* columns_ = nullptr;   // lines_, where they are for people
    std::vector<shown_series> shown_; // by the series' number
    struct line {
        record of;
        series_view as;
    };
    std::vector<line> news_; // of the group in progress
    std::string text_;
};

} // namespace releve::print
