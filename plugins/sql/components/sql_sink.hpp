// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "store/dialect.hpp"
#include "store/series_ids.hpp"

#include <releve/sink.hpp>

#include <memory>
#include <span>
#include <string>
#include <vector>

namespace releve::sql {

class sql_sink final : public sink {
public:
    static constexpr auto summary = "Stores records in a SQL database, each series and time once";
    static void describe(option_list& o);
    explicit sql_sink(context& host);
    ~sql_sink() override;

    void probe() override;
    void start() override;
    void stop() override;
    void write(const delivery& in) override;
    /// All records in one transaction.
    void write_group(std::span<const delivery> all) override;

private:
    struct refused_row {
        const delivery* of;
        std::size_t index;
        std::string why;
    };
    void open();
    void close() noexcept;
    /// Runs `work`. After an exception the session is closed; errors of SOCI are explained.
    template <class F>
    void guarded(F&& work);
    void gather(const delivery& in, std::uint32_t number);
    void sort_by_key();

    context& host_;
    std::unique_ptr<dialect> dialect_;
    series_ids ids_;
    std::unique_ptr<soci::session> session_;
    std::unique_ptr<bulk_writer> writer_; // of session_: destroyed before it
    std::vector<reading_row> rows_;
    std::vector<refused_row> refused_;
};

} // namespace releve::sql
