// SPDX-License-Identifier: Apache-2.0
// A pipeline file that is ready to run: read, checked, every node constructed. Shared by run and check.
#pragma once
#include "config/pipeline_file.hpp"
#include "pipeline/runtime.hpp"

#include <filesystem>
#include <memory>
#include <ostream>
#include <string>
#include <vector>

namespace releve::core {

struct site {
    real_clock clock;
    std::unique_ptr<core::log> log;
    catalogue plugins;
    checked_file file;
    std::unique_ptr<core::store> store; // with open_state
    std::unique_ptr<runtime> pipeline;  // nullptr: the file has mistakes

    /// Reads and checks; constructs the nodes when nothing is wrong so far. Mistakes are in file.diagnostics.
    /// `open_state`: to run for good; throws std::runtime_error when the state directory can't be used.
    site(const std::filesystem::path& path, const std::string& log_level, runtime::settings settings,
         bool open_state = false);
    /// Reads the file again and has the running pipeline adopt it. Returns the mistakes, as print_mistakes prints them;
    /// empty: it is adopted, and `outcome` says what changed.
    std::string reload(reloaded& outcome);
    bool good() const { return file.diagnostics.empty(); }
    /// Prints the mistakes (as text, or as JSON) and how many there are.
    void print_mistakes(std::ostream& out, bool json) const;
};

} // namespace releve::core
