// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "descriptor.hpp"

#include <filesystem>
#include <stdexcept>

namespace releve::core {

/// One host runs on a state directory. Held until the process ends, however it does: nothing is left to clean up.
class state_lock {
public:
    struct taken : std::runtime_error {
        using std::runtime_error::runtime_error;
    };
    /// Makes the folder where there is none. Throws `taken` when another host has it, std::system_error when it can't
    /// be used.
    explicit state_lock(const std::filesystem::path& folder);

private:
    descriptor folder_;
};

} // namespace releve::core
