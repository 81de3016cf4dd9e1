// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "options/server_settings.hpp"
#include "postgresql/answer_timeout.hpp"
#include "store/dialect.hpp"

#include <memory>
#include <string>

namespace releve::sql {

struct postgresql_api;

class postgresql_dialect final : public dialect {
public:
    explicit postgresql_dialect(server_settings settings);
    postgresql_dialect(const postgresql_dialect&) = delete;
    postgresql_dialect& operator=(const postgresql_dialect&) = delete;
    ~postgresql_dialect() override;
    void probe() override;
    std::unique_ptr<soci::session> open() override;
    std::span<const migration> migrations() const override;
    bool has_table(soci::session& in, const std::string& name) const override;
    void begin(soci::session& in) override { in.begin(); }
    std::unique_ptr<bulk_writer> writer(soci::session& in) override;
    [[noreturn]] void explain(soci::session& in, const soci::soci_error& error) const override;
    std::string where() const override { return where_of(settings_); }
    void working(bool is) override { answers_.working(is); }

private:
    server_settings settings_;
    std::unique_ptr<const postgresql_api> api_; // from the first session on
    answer_timeout answers_;
};

} // namespace releve::sql
