// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "options/server_settings.hpp"
#include "store/dialect.hpp"
#include "store/server_guard.hpp"

#include <memory>
#include <string>

namespace releve::sql {

struct mysql_api;

/// MariaDB, through SOCI's MySQL backend.
class mysql_dialect final : public dialect {
public:
    explicit mysql_dialect(server_settings settings);
    mysql_dialect(const mysql_dialect&) = delete;
    mysql_dialect& operator=(const mysql_dialect&) = delete;
    ~mysql_dialect() override;
    void probe() override;
    std::unique_ptr<soci::session> open() override;
    std::span<const migration> migrations() const override;
    bool has_table(soci::session& in, const std::string& name) const override;
    void begin(soci::session& in) override { in.begin(); }
    std::unique_ptr<bulk_writer> writer(soci::session& in) override;
    [[noreturn]] void explain(soci::session& in, const soci::soci_error& error) const override;
    std::string where() const override { return where_of(settings_); }
    std::string row_lock() const override { return " LOCK IN SHARE MODE"; }
    bool ids_can_come_again() const override { return true; }
    void change_id(soci::session& in, std::int64_t id) override;
    std::size_t max_statement_bytes() const override { return max_packet_; }
    std::optional<std::string> content_refusal(soci::session& in, const soci::soci_error& error) const override;
    void working(bool is) override;

private:
    std::string words() const;
    /// What the sink relies on, whatever the server's defaults are.
    void set_up(soci::session& in);
    unsigned number_of(soci::session& in, const soci::soci_error& error) const;
    server_settings settings_;
    std::unique_ptr<const mysql_api> api_; // from the first session on
    std::size_t max_packet_ = 0;
    server_guard guard_;
};

} // namespace releve::sql
