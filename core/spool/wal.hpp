// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstddef>
#include <filesystem>

namespace releve::core {

/// SQLite reads a WAL that a crash left up to the first bad frame, and does not report what follows. This returns how
/// many commits follow it; 0: none, or there is no WAL. 1 may be a commit that a power cut interrupted.
std::size_t commits_after_damage(const std::filesystem::path& wal);

} // namespace releve::core
