// SPDX-License-Identifier: Apache-2.0
#include "captured.hpp"

#include <unistd.h>

#include <array>
#include <cstdio>
#include <cstdlib>
#include <iostream>
#include <stdexcept>

namespace releve::print::tests {

redirected::redirected(int fd, int to)
    : fd_{fd}
    , before_{::dup(fd)} {
    std::cout.flush();
    std::fflush(nullptr);
    if (before_ < 0 || ::dup2(to, fd) < 0) throw std::runtime_error("the descriptor can't be redirected");
}

redirected::~redirected() {
    if (::dup2(before_, fd_) < 0) std::abort();
    ::close(before_);
}

std::string captured(int fd, const std::function<void()>& work) {
    auto* file = std::tmpfile();
    if (file == nullptr) throw std::runtime_error("no temporary file");
    {
        const redirected now{fd, ::fileno(file)};
        work();
    }
    std::string text;
    std::array<char, 4096> part{};
    ::lseek(::fileno(file), 0, SEEK_SET);
    for (ssize_t got = 0; (got = ::read(::fileno(file), part.data(), part.size())) > 0;)
        text.append(part.data(), static_cast<std::size_t>(got));
    std::fclose(file);
    return text;
}

} // namespace releve::print::tests
