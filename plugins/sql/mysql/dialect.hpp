// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "options/server_settings.hpp"
#include "store/dialect.hpp"

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

private:
    server_settings settings_;
    std::unique_ptr<const mysql_api> api_; // from the first session on
};

} // namespace releve::sql
