// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "options/server_settings.hpp"
#include "postgresql/errors.hpp"
#include "store/dialect.hpp"
#include "store/server_guard.hpp"

#include <libpq-events.h>

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
    void begin(soci::session& in) override;
    std::unique_ptr<bulk_writer> writer(soci::session& in) override;
    [[noreturn]] void explain(soci::session& in, const soci::soci_error& error) const override;
    std::string where() const override { return where_of(settings_); }
    std::string row_lock() const override { return " FOR KEY SHARE"; }
    bool ids_can_come_again() const override { return true; }
    void change_id(soci::session& in, std::int64_t id) override;
    std::optional<std::string> content_refusal(soci::session& in, const soci::soci_error& error) const override;
    void working(bool is) override { guard_.working(is); }

private:
    static int on_event(PGEventId event, void* of, void* self);
    std::string words() const;
    server_settings settings_;
    std::unique_ptr<const postgresql_api> api_; // from the first session on
    postgresql_error last_;                     // of the session's answers; empty: the last one was none
    server_guard guard_;
};

} // namespace releve::sql
