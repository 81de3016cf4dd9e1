// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <unistd.h>

#include <utility>

namespace releve::core {

/// Owns a file descriptor; negative: none.
class descriptor {
public:
    descriptor() = default;
    explicit descriptor(int fd)
        : fd_{fd} {}
    descriptor(descriptor&& other) noexcept
        : fd_{other.release()} {}
    descriptor& operator=(descriptor&& other) noexcept { return std::swap(fd_, other.fd_), *this; }
    descriptor(const descriptor&) = delete;
    descriptor& operator=(const descriptor&) = delete;
    ~descriptor() {
        if (fd_ >= 0) close(fd_);
    }
    int get() const { return fd_; }
    int release() { return std::exchange(fd_, -1); }

private:
    int fd_ = -1;
};

} // namespace releve::core
