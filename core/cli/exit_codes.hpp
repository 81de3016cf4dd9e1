// SPDX-License-Identifier: Apache-2.0
#pragma once

namespace releve::core {

/// How the program exits: docs/operating.md.
enum exit_code : int {
    exit_ok = 0,           // done
    exit_failed = 1,       // it ran, and failed
    exit_usage = 2,        // the command line is wrong
    exit_bad_file = 3,     // the pipeline file has mistakes
    exit_not_there = 4,    // check --online: a device or a server does not answer
    exit_nothing_read = 5, // run --once: a source made no records
};

} // namespace releve::core
