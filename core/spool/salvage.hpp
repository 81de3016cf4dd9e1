// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "sqlite.hpp"

#include <filesystem>

namespace releve::core {

/// Takes what can be read of a damaged state file, row by row, into `to`, which is new. What can't be read is left out.
/// Throws sqlite_error when `to` can't be written; then nothing was taken.
void salvage(const std::filesystem::path& damaged, database& to);

} // namespace releve::core
