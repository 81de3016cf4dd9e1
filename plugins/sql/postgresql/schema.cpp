// SPDX-License-Identifier: Apache-2.0
// The schema of a PostgreSQL database, version by version.
#include "postgresql/schema.hpp"

#include <array>

namespace releve::sql {
namespace {

constexpr std::array<std::string_view, 4> version_1{
    "CREATE TABLE series(\n"
    "  id BIGINT PRIMARY KEY GENERATED ALWAYS AS IDENTITY,\n"
    "  name TEXT NOT NULL,\n"
    "  labels TEXT NOT NULL,    -- JSON object, keys in order; name and labels are the identity\n"
    "  site TEXT NOT NULL,\n"
    "  device TEXT NOT NULL,\n"
    "  quantity TEXT NOT NULL,\n"
    "  unit TEXT NOT NULL,      -- UCUM code\n"
    "  kind TEXT NOT NULL,      -- gauge, counter, text, event, setting\n"
    "  resolution FLOAT8,       -- NULL, here and below, is not known\n"
    "  modulus FLOAT8,          -- counter: falls back to 0 on reaching this\n"
    "  max_rate FLOAT8,         -- counter: units per second\n"
    "  help TEXT NOT NULL,\n"
    "  UNIQUE(name, labels))",

    "CREATE TABLE readings(\n"
    "  hour BIGINT GENERATED ALWAYS AS (time / 3600000000000) STORED,\n"
    "  series BIGINT NOT NULL,  -- id in series\n"
    "  time BIGINT NOT NULL,    -- of the measurement, ns since 1970-01-01 UTC\n"
    "  value FLOAT8,            -- NULL when absent, or a text\n"
    "  text TEXT,\n"
    "  quality SMALLINT NOT NULL, -- 0 good, 1 suspect, 2 estimated, 3 absent\n"
    "  PRIMARY KEY(series, time))",

    "CREATE VIEW measurements AS\n"
    "  SELECT to_char(timestamp '1970-01-01' + r.time / 1000000 * interval '1 millisecond',\n"
    "                 'YYYY-MM-DD HH24:MI:SS.MS') AS utc,\n"
    "         s.site, s.device, s.name, s.labels, r.value, r.text, s.unit,\n"
    "         CASE r.quality WHEN 0 THEN 'good' WHEN 1 THEN 'suspect' WHEN 2 THEN 'estimated' ELSE 'absent' END AS "
    "quality,\n"
    "         r.time, r.hour, r.series\n"
    "  FROM series s JOIN readings r ON r.series = s.id",

    "CREATE VIEW latest AS\n"
    "  SELECT l.* FROM series s CROSS JOIN LATERAL\n"
    "    (SELECT * FROM measurements m WHERE m.series = s.id ORDER BY m.time DESC LIMIT 1) l",
};

// Not a reading of a clock that was ahead: the last that is not in the future, if there is one.
constexpr std::array<std::string_view, 1> version_2{
    "CREATE OR REPLACE VIEW latest AS\n"
    "  SELECT l.* FROM series s CROSS JOIN LATERAL\n"
    "    (SELECT * FROM measurements m WHERE m.series = s.id AND m.time = COALESCE(\n"
    "      (SELECT MAX(time) FROM readings WHERE series = s.id\n"
    "        AND time <= (floor(extract(epoch FROM now()))::bigint + 60) * 1000000000),\n"
    "      (SELECT MAX(time) FROM readings WHERE series = s.id)) LIMIT 1) l",
};

constexpr std::array all{
    migration{"series, readings, views", version_1},
    migration{"latest is never ahead of the clock", version_2},
};

} // namespace

std::span<const migration> postgresql_migrations() { return all; }

} // namespace releve::sql
