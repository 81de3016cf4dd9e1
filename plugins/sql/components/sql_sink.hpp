// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "store/dialect.hpp"
#include "store/series_ids.hpp"

#include <releve/sink.hpp>

#include <memory>
#include <optional>
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
    /// The rows of the records that can be stored.
    void gather(std::span<const delivery> all);
    /// Writes rows in one transaction. The reason, when the database refuses what they hold: then nothing is written.
    std::optional<std::string> put(std::span<const reading_row> rows);
    /// The rows in smaller transactions, down to the row that makes the database refuse one.
    void put_in_parts();
    void identify(std::span<const reading_row> rows);
    void refuse(const reading_row& row, std::string why);

    context& host_;
    std::unique_ptr<dialect> dialect_;
    series_ids ids_;
    std::unique_ptr<soci::session> session_;
    std::unique_ptr<bulk_writer> writer_; // of session_: destroyed before it
    std::span<const delivery> group_;
    std::vector<reading_row> rows_, identified_; // without, and with their series' ids
    std::vector<refused_row> refused_;
};

} // namespace releve::sql
