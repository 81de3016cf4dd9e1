// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "store/migration.hpp"

namespace releve::sql {

std::span<const migration> postgresql_migrations();

} // namespace releve::sql
