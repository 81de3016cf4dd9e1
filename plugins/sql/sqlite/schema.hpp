// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "store/migration.hpp"

#include <cstdint>

namespace releve::sql {

/// The key of `readings` begins with the hour of the time: README.md, "The order of the key", says why.
constexpr std::int64_t hour_ns = 3'600'000'000'000;

std::span<const migration> sqlite_migrations();

} // namespace releve::sql
