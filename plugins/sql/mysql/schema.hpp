// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "store/migration.hpp"

namespace releve::sql {

std::span<const migration> mysql_migrations();

} // namespace releve::sql
