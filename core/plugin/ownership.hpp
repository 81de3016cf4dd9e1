// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <filesystem>
#include <string>

#include <sys/types.h>

namespace releve::core {

/// Why a host of that effective user doesn't load code from there, as a sentence that begins with the path; empty: it
/// does. Root loads only what root alone can write: else whoever may write there is root as soon as the host starts.
/// Other users load what they like.
std::string why_not_trusted(const std::filesystem::path& file_or_folder, uid_t user);

} // namespace releve::core
