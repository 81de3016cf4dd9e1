// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "postgresql/api.hpp"
#include "postgresql/arrays.hpp"
#include "store/dialect.hpp"

#include <array>
#include <memory>
#include <optional>
#include <vector>

namespace releve::sql {

/// One statement that takes an array for each column: no value is sent as text, and unlike COPY it can replace. It is
/// not prepared under a name: a pooler may give the next transaction another connection.
class postgresql_writer final : public bulk_writer {
public:
    postgresql_writer(soci::session& in, const postgresql_api& api);
    void write(std::span<const reading_row> rows, const refusal& refused) override;

private:
    using row = const reading_row*;
    using result = std::unique_ptr<PGresult, decltype(::PQclear)*>;
    /// The reason why the server refuses one of the rows; nothing: they are written.
    std::optional<std::string> write_statement(std::span<const row> rows);
    [[noreturn]] void fail() const;

    soci::session& session_;
    const postgresql_api& api_;
    std::array<postgresql_array, 5> columns_;
    std::vector<row> now_, later_;
};

} // namespace releve::sql
