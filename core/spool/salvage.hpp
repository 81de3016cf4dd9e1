// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "sqlite.hpp"

#include <filesystem>

namespace releve::core {

/// Copies what can be read of a damaged state file, row by row, into `to`, which is new; the rest is left out.
/// Throws sqlite_error when `to` can't be written; then nothing was copied.
void salvage(const std::filesystem::path& damaged, database& to);

} // namespace releve::core
