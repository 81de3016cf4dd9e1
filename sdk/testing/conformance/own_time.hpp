// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <releve/time.hpp>

namespace releve::conformance {

/// Real time that this process took, without the time in which its threads were ready to run but other programs had
/// the processor: a busy machine does not make a plugin slower.
class own_time {
public:
    own_time();
    duration passed() const;

private:
    std::chrono::steady_clock::time_point begin_;
    duration waited_;
};

} // namespace releve::conformance
