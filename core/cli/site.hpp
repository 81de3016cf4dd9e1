// SPDX-License-Identifier: Apache-2.0
// A pipeline file made ready: read, checked, every node constructed. What run and check have in common.
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
    real_clock time;
    std::unique_ptr<log> said;
    catalogue plugins;
    reading file;
    std::unique_ptr<store> kept;       // with open_state
    std::unique_ptr<runtime> pipeline; // none when the file has mistakes

    /// Reads and checks; constructs the nodes when nothing is wrong so far. Mistakes are in file.diagnostics.
    /// `open_state`: to run for good; throws std::runtime_error when the state directory can't be used.
    site(const std::filesystem::path& path, const std::string& log_level, runtime::setup how, bool open_state = false);
    /// Reads the file anew and has the running pipeline take it over. The mistakes, as print_mistakes gives them, or
    /// empty, with how it went in `told`.
    std::string reload(reloaded& told);
    bool good() const { return file.diagnostics.empty(); }
    /// Prints the mistakes (as text, or as JSON) and how many there are.
    void print_mistakes(std::ostream& out, bool json) const;
};

} // namespace releve::core
