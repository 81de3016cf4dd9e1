// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <functional>
#include <string>

namespace releve::print::tests {

/// The output of `work` to the descriptor, which is a file meanwhile.
std::string captured(int fd, const std::function<void()>& work);

/// While it exists, `fd` is a duplicate of `to`.
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
