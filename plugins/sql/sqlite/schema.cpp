// SPDX-License-Identifier: Apache-2.0
// The schema of a SQLite database, version by version. README.md explains it to those who read it with SQL.
#include "sqlite/schema.hpp"

#include <array>

namespace releve::sql {
namespace {

constexpr std::string_view measurements =
    "CREATE VIEW measurements AS\n"
    "  SELECT strftime('%Y-%m-%d %H:%M:%f', r.time / 1000000 / 1000.0, 'unixepoch') AS utc,\n"
    "         s.site, s.device, s.name, s.labels, r.value, r.text, s.unit,\n"
    "         CASE r.quality WHEN 0 THEN 'good' WHEN 1 THEN 'suspect' WHEN 2 THEN 'estimated' ELSE 'absent' END AS "
    "quality,\n"
    "         r.time, r.hour, r.series\n"
    "  FROM series s CROSS JOIN readings r ON r.series = s.id";

constexpr std::array<std::string_view, 6> version_1{
    "CREATE TABLE series(\n"
    "  id INTEGER PRIMARY KEY,\n"
    "  name TEXT NOT NULL,\n"
    "  labels TEXT NOT NULL,    -- JSON object, keys in order; name and labels are the identity\n"
    "  site TEXT NOT NULL,\n"
    "  device TEXT NOT NULL,\n"
    "  quantity TEXT NOT NULL,\n"
    "  unit TEXT NOT NULL,      -- UCUM code\n"
    "  kind TEXT NOT NULL,      -- gauge, counter, text, event, setting\n"
    "  resolution REAL,         -- NULL, here and below, is not known\n"
    "  modulus REAL,            -- counter: falls back to 0 on reaching this\n"
    "  max_rate REAL,           -- counter: units per second\n"
    "  help TEXT NOT NULL,\n"
    "  UNIQUE(name, labels))",

    "CREATE TABLE readings(\n"
    "  hour INTEGER NOT NULL,   -- time / 3600000000000\n"
    "  series INTEGER NOT NULL REFERENCES series(id),\n"
    "  time INTEGER NOT NULL,   -- of the measurement, ns since 1970-01-01 UTC\n"
    "  value REAL,              -- NULL when absent, or a text\n"
    "  text TEXT,\n"
    "  quality INTEGER NOT NULL, -- 0 good, 1 suspect, 2 estimated, 3 absent\n"
    "  PRIMARY KEY(hour, series, time)) WITHOUT ROWID",

    // What ANALYZE would find at 1,000 series a minute. With it SQLite answers a query without an hour by
    // skipping from hour to hour, instead of reading every row.
    "ANALYZE sqlite_schema",
    "INSERT INTO sqlite_stat1(tbl, idx, stat) VALUES('readings', 'readings', '50000000 60000 60 1')",

    measurements,

    "CREATE VIEW latest AS\n"
    "  SELECT m.* FROM series s CROSS JOIN measurements m ON m.series = s.id AND (m.hour, m.time) =\n"
    "    (SELECT hour, time FROM readings WHERE series = s.id ORDER BY hour DESC, time DESC LIMIT 1)",
};

constexpr std::array<std::string_view, 11> version_2{
    "DROP VIEW latest",
    "DROP VIEW measurements",

    // AUTOINCREMENT: the id of a series that somebody deleted is never given to another one, because its readings stay.
    "CREATE TABLE numbered_series(\n"
    "  id INTEGER PRIMARY KEY AUTOINCREMENT,\n"
    "  name TEXT NOT NULL,\n"
    "  labels TEXT NOT NULL,    -- JSON object, keys in order; name and labels are the identity\n"
    "  site TEXT NOT NULL,\n"
    "  device TEXT NOT NULL,\n"
    "  quantity TEXT NOT NULL,\n"
    "  unit TEXT NOT NULL,      -- UCUM code\n"
    "  kind TEXT NOT NULL,      -- gauge, counter, text, event, setting\n"
    "  resolution REAL,         -- NULL, here and below, is not known\n"
    "  modulus REAL,            -- counter: falls back to 0 on reaching this\n"
    "  max_rate REAL,           -- counter: units per second\n"
    "  help TEXT NOT NULL,\n"
    "  UNIQUE(name, labels))",
    "INSERT INTO numbered_series SELECT * FROM series",
    "INSERT INTO sqlite_sequence(name, seq) SELECT 'numbered_series', 0\n"
    "  WHERE NOT EXISTS (SELECT 1 FROM sqlite_sequence WHERE name = 'numbered_series')",
    "DROP TABLE series",
    "PRAGMA legacy_alter_table = ON", // somebody's own views name the table that is missing now
    "ALTER TABLE numbered_series RENAME TO series",
    "PRAGMA legacy_alter_table = OFF",

    measurements,

    // Not a reading of a clock that was ahead: the last that is not in the future, if there is one.
    "CREATE VIEW latest AS\n"
    "  SELECT m.* FROM series s CROSS JOIN measurements m ON m.series = s.id AND (m.hour, m.time) =\n"
    "    (SELECT hour, time FROM (\n"
    "       SELECT * FROM (SELECT 0 AS ahead, hour, time FROM readings WHERE series = s.id\n"
    "         AND hour <= (strftime('%s', 'now') + 60) / 3600\n"
    "         AND time <= (strftime('%s', 'now') + 60) * 1000000000 ORDER BY hour DESC, time DESC LIMIT 1)\n"
    "       UNION ALL\n"
    "       SELECT * FROM (SELECT 1 AS ahead, hour, time FROM readings WHERE series = s.id\n"
    "         ORDER BY hour DESC, time DESC LIMIT 1)\n"
    "       ORDER BY ahead LIMIT 1))",
};

constexpr std::array all{
    migration{"series, readings, views", version_1},
    migration{"latest is never ahead of the clock, ids of series are given once", version_2},
};

} // namespace

std::span<const migration> sqlite_migrations() { return all; }

} // namespace releve::sql
