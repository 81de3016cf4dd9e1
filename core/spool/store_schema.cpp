// SPDX-License-Identifier: Apache-2.0
#include "store.hpp"

#include <array>
#include <string>

namespace releve::core {

namespace {

/// Each upgrades the file by one version; its user_version says which it has. Never changed once released.
constexpr std::array migrations{
    R"(
CREATE TABLE series (
    number     INTEGER PRIMARY KEY,
    kind       INTEGER NOT NULL, -- 0 gauge, 1 counter, 2 text, 3 event, 4 setting
    name       TEXT NOT NULL,
    quantity   TEXT NOT NULL,
    unit       TEXT NOT NULL,    -- UCUM
    help       TEXT NOT NULL,
    resolution REAL NOT NULL,
    modulus    REAL NOT NULL,
    max_rate   REAL NOT NULL
);
CREATE TABLE label (
    series INTEGER NOT NULL REFERENCES series (number),
    key    TEXT NOT NULL,
    value  TEXT NOT NULL,
    PRIMARY KEY (series, key)
) WITHOUT ROWID;
CREATE TABLE counter ( -- what the host remembers of a counter, to tell a reset from a glitch
    series         INTEGER PRIMARY KEY,
    value          REAL NOT NULL,
    time           INTEGER NOT NULL, -- UTC ns
    candidate      REAL NOT NULL,
    candidate_time INTEGER NOT NULL,
    agreeing       INTEGER NOT NULL
);
CREATE TABLE sink (
    number  INTEGER PRIMARY KEY,
    name    TEXT NOT NULL UNIQUE,
    next_id INTEGER NOT NULL
);
CREATE TABLE batch ( -- what a sink has not yet answered for
    sink    INTEGER NOT NULL REFERENCES sink (number),
    id      INTEGER NOT NULL,
    spooled INTEGER NOT NULL, -- UTC ns
    count   INTEGER NOT NULL, -- of records
    bytes   INTEGER NOT NULL,
    records BLOB NOT NULL,    -- 24 bytes each, as in abi.h
    text    BLOB NOT NULL
);
CREATE UNIQUE INDEX batch_order ON batch (sink, id, spooled, count, bytes);
CREATE TABLE cursor (
    node   TEXT PRIMARY KEY,
    cursor BLOB NOT NULL
) WITHOUT ROWID;
CREATE TABLE state (
    node  TEXT NOT NULL,
    key   TEXT NOT NULL,
    value BLOB NOT NULL,
    PRIMARY KEY (node, key)
) WITHOUT ROWID;
CREATE TABLE dead_letter ( -- records that their sink can never write
    number      INTEGER PRIMARY KEY AUTOINCREMENT,
    time        INTEGER NOT NULL, -- of the refusal, UTC ns
    sink        TEXT NOT NULL,
    batch       INTEGER NOT NULL,
    place       INTEGER NOT NULL,
    series      INTEGER NOT NULL,
    record_time INTEGER NOT NULL, -- UTC ns
    value,                        -- a number, a text, or NULL: absent
    quality     INTEGER NOT NULL, -- 0 good, 1 suspect, 2 estimated, 3 absent
    reason      TEXT NOT NULL,
    UNIQUE (sink, batch, place)
);
)",
    "ALTER TABLE batch ADD COLUMN checksum INTEGER; -- of id, records and text; NULL: of an earlier version\n"};

} // namespace

void migrate(database& db, const std::string& file) {
    constexpr auto ours = static_cast<std::int64_t>(migrations.size());
    db.run("BEGIN IMMEDIATE");
    std::int64_t has = 0;
    {
        statement version{db, "PRAGMA user_version"};
        if (version.step()) has = version.integer(0);
        version.reset();
    }
    if (has > ours) {
        db.run("ROLLBACK");
        throw std::runtime_error(file + " has version " + std::to_string(has) +
                                 ", and this releve knows versions up to " + std::to_string(ours) +
                                 ": run the newer releve, or use another state in [site]");
    }
    for (auto step = has; step < ours; ++step) db.run(migrations[static_cast<std::size_t>(step)]);
    if (has != ours) db.run(("PRAGMA user_version = " + std::to_string(ours)).c_str());
    db.run("COMMIT");
}

} // namespace releve::core
