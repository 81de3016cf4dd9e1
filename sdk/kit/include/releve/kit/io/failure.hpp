// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <stdexcept>
#include <string>

namespace releve::kit {

/// What a device, a peer or the system did wrong: the end of a sentence that begins with its name ("refuses the
/// connection"). A plugin may let it pass: the host tries again later.
struct io_failure : std::runtime_error {
    explicit io_failure(const std::string& why, int error_number = 0)
        : std::runtime_error(why)
        , error(error_number) {}
    int error; // errno; 0: not the system's
};

/// What the system calls an errno, in English: "No such file or directory".
std::string error_text(int error);

} // namespace releve::kit
