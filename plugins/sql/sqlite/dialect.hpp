// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "store/dialect.hpp"

#include <releve/context.hpp>

#include <string>

namespace releve::sql {

struct sqlite_settings {
    std::string file;
    std::string synchronous = "FULL"; // or NORMAL
    duration busy_timeout{};
    std::int64_t cache_bytes = 0;
};

class sqlite_dialect final : public dialect {
public:
    sqlite_dialect(context& host, sqlite_settings settings)
        : host_{host}
        , settings_{std::move(settings)} {}
    void probe() override;
    std::unique_ptr<soci::session> open() override;
    std::span<const migration> migrations() const override;
    bool has_table(soci::session& in, const std::string& name) const override;
    void begin(soci::session& in) override;
    std::unique_ptr<bulk_writer> writer(soci::session& in) override;
    [[noreturn]] void explain(soci::session& in, const soci::soci_error& error) const override;
    std::string where() const override { return "SQLite file " + settings_.file; }
    std::optional<std::uint64_t> generation(soci::session& in) override;
    std::optional<std::string> content_refusal(soci::session& in, const soci::soci_error& error) const override;
    void committed(soci::session& in) override;

private:
    std::unique_ptr<soci::session> connect() const;
    /// With rights for the owner and his group, whatever the umask: SQLite gives its other files those of this one.
    void create() const;
    /// SQLite's busy handler: whether to try again.
    bool wait_for_lock(int tries);

    context& host_;
    sqlite_settings settings_;
    duration waiting_since_{};
    bool log_is_large_ = false;
};

} // namespace releve::sql
