// SPDX-License-Identifier: Apache-2.0
// The schema of a MariaDB database, version by version. MariaDB commits at each CREATE and ALTER, so a migration can
// be interrupted: each statement can be repeated.
#include "mysql/schema.hpp"

#include <array>

namespace releve::sql {
namespace {

// utf8mb4_nopad_bin: texts are equal when their bytes are, blanks at the end too.
constexpr std::array<std::string_view, 4> version_1{
    "CREATE TABLE IF NOT EXISTS series(\n"
    "  id BIGINT PRIMARY KEY AUTO_INCREMENT,\n"
    "  name VARCHAR(255) NOT NULL,\n"
    "  labels VARCHAR(2000) NOT NULL COMMENT 'JSON object, keys in order; name and labels are the identity',\n"
    "  site MEDIUMTEXT NOT NULL,\n"
    "  device MEDIUMTEXT NOT NULL,\n"
    "  quantity MEDIUMTEXT NOT NULL,\n"
    "  unit MEDIUMTEXT NOT NULL COMMENT 'UCUM code',\n"
    "  kind VARCHAR(16) NOT NULL COMMENT 'gauge, counter, text, event, setting',\n"
    "  resolution DOUBLE COMMENT 'NULL, here and below, is not known',\n"
    "  modulus DOUBLE COMMENT 'counter: falls back to 0 on reaching this',\n"
    "  max_rate DOUBLE COMMENT 'counter: units per second',\n"
    "  help MEDIUMTEXT NOT NULL,\n"
    "  UNIQUE(name, labels) USING HASH,\n" // is not used by queries, hence the other
    "  KEY by_identity(name(100), labels(600)))\n"
    "  ENGINE = InnoDB CHARACTER SET utf8mb4 COLLATE utf8mb4_nopad_bin",

    "CREATE TABLE IF NOT EXISTS readings(\n"
    "  hour BIGINT AS (time DIV 3600000000000) VIRTUAL,\n"
    "  series BIGINT NOT NULL COMMENT 'id in series',\n"
    "  time BIGINT NOT NULL COMMENT 'of the measurement, ns since 1970-01-01 UTC',\n"
    "  value DOUBLE COMMENT 'NULL when absent, or a text',\n"
    "  text MEDIUMTEXT,\n"
    "  quality TINYINT NOT NULL COMMENT '0 good, 1 suspect, 2 estimated, 3 absent',\n"
    "  PRIMARY KEY(series, time))\n"
    "  ENGINE = InnoDB CHARACTER SET utf8mb4 COLLATE utf8mb4_nopad_bin",

    "CREATE OR REPLACE VIEW measurements AS\n"
    "  SELECT CONCAT(DATE_FORMAT(TIMESTAMPADD(SECOND, r.time DIV 1000000000, '1970-01-01'), '%Y-%m-%d %H:%i:%s'), "
    "'.',\n"
    "                LPAD(r.time DIV 1000000 MOD 1000, 3, '0')) AS utc,\n"
    "         s.site, s.device, s.name, s.labels, r.value, r.text, s.unit,\n"
    "         CASE r.quality WHEN 0 THEN 'good' WHEN 1 THEN 'suspect' WHEN 2 THEN 'estimated' ELSE 'absent' END AS "
    "quality,\n"
    "         r.time, r.hour, r.series\n"
    "  FROM series s JOIN readings r ON r.series = s.id",

    "CREATE OR REPLACE VIEW latest AS\n"
    "  SELECT m.* FROM series s JOIN measurements m\n"
    "    ON m.series = s.id AND m.time = (SELECT MAX(time) FROM readings WHERE series = s.id)",
};

// Not a reading of a clock that was ahead: the last that is not in the future, if there is one.
constexpr std::array<std::string_view, 1> version_2{
    "CREATE OR REPLACE VIEW latest AS\n"
    "  SELECT m.* FROM series s JOIN measurements m ON m.series = s.id AND m.time = COALESCE(\n"
    "    (SELECT MAX(time) FROM readings WHERE series = s.id AND time <= (UNIX_TIMESTAMP() + 60) * 1000000000),\n"
    "    (SELECT MAX(time) FROM readings WHERE series = s.id))",
};

constexpr std::array all{
    migration{"series, readings, views", version_1},
    migration{"latest is never ahead of the clock", version_2},
};

} // namespace

std::span<const migration> mysql_migrations() { return all; }

} // namespace releve::sql
