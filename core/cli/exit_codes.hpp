// SPDX-License-Identifier: Apache-2.0
#pragma once

namespace releve::core {

/// What the program ends with: docs/operating.md.
enum exit_code : int {
    exit_ok = 0,           // as asked
    exit_failed = 1,       // it ran, and failed
    exit_usage = 2,        // the command line is wrong
    exit_bad_file = 3,     // there are mistakes in the pipeline file
    exit_not_there = 4,    // check --online: a device or a server is not there
    exit_nothing_read = 5, // run --once: a source gave nothing
};

} // namespace releve::core
