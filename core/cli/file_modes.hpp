// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <filesystem>

namespace releve::core {

/// From now on this process makes files with at most 0640 and folders with at most 0750, whatever umask it was started
/// with: readings, messages and phone numbers are for its user and group. To be called before the first thread.
void keep_files_private();

/// Takes from the files of a state folder, and from the folder, what an earlier release may have given to others.
void make_private(const std::filesystem::path& state);

} // namespace releve::core
