// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <releve/time.hpp>

namespace releve::conformance {

/// Real time that this process took, without that in which its threads were ready to run and other programs had the
/// processor: on a busy machine a plugin is not slower.
class own_time {
public:
    own_time();
    duration passed() const;

private:
    std::chrono::steady_clock::time_point begin_;
    duration waited_;
};

} // namespace releve::conformance
