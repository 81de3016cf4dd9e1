// SPDX-License-Identifier: Apache-2.0
// What a shared object needs of its program that dlopen can't bring. For the host and the test host.
#pragma once
#include <filesystem>
#include <optional>
#include <string>

namespace releve::elf {

struct missing_runtime {
    std::string sanitizer; // "AddressSanitizer"
    std::string library;   // "libasan.so.8", to be loaded before the program; empty: the program is linked with it

    /// "was built with AddressSanitizer, and ..., so that loading it would end it: ..."; `program` as in "this host".
    std::string sentence(const std::string& program) const;
};

/// The sanitizer that `file` was built with and this process was not: mapping the file would end the process, or fail
/// for a symbol that nobody knows. Reads the file's dynamic section and runs nothing of it. Nothing: none is missing,
/// or the file is no whole shared object for this machine.
std::optional<missing_runtime> missing_sanitizer(const std::filesystem::path& file);

} // namespace releve::elf
