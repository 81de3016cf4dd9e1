// SPDX-License-Identifier: Apache-2.0
// The plugin note of an ELF file, read without mapping the file or running any of its code.
#pragma once
#include <filesystem>
#include <string>

namespace releve::core {

/// The text of the note that abi.h describes, from a whole ELF shared object for this machine. Throws load_error for
/// any other file. Nothing in the file is trusted: each offset and length is checked against the file before it is
/// used.
std::string read_note(const std::filesystem::path& file);

} // namespace releve::core
