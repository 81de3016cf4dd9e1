// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <functional>
#include <string>

namespace releve::print::tests {

/// What `work` writes to the descriptor, which is a file meanwhile.
std::string captured(int fd, const std::function<void()>& work);

/// While it lives, the descriptor is another one.
class redirected {
public:
    redirected(int fd, int to);
    redirected(const redirected&) = delete;
    redirected& operator=(const redirected&) = delete;
    ~redirected();

private:
    int fd_, before_;
};

} // namespace releve::print::tests
