// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstddef>
#include <filesystem>

namespace releve::core {

/// SQLite reads a WAL that a crash left up to the first frame that is wrong, and says nothing of what follows. This
/// many commits follow it. 0: none, or no WAL. 1 may be a commit that a power cut did not let end.
std::size_t commits_after_damage(const std::filesystem::path& wal);

} // namespace releve::core
