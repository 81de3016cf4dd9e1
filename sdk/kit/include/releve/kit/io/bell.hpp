// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <releve/kit/io/descriptor.hpp>

namespace releve::kit {

/// Wakes a thread that waits for descriptors, from any other: an eventfd.
class bell {
public:
    /// Throws std::system_error: no descriptor is left.
    bell();
    /// To wait for with RELEVE_READABLE: readable from ring() to silence().
    int fd() const noexcept { return fd_.get(); }
    void ring() const noexcept;
    void silence() const noexcept;

private:
    descriptor fd_;
};

} // namespace releve::kit
