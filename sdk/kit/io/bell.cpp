// SPDX-License-Identifier: Apache-2.0
#include <releve/kit/io/bell.hpp>

#include <sys/eventfd.h>

#include <cerrno>
#include <system_error>

namespace releve::kit {

bell::bell()
    : fd_{::eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC)} {
    if (!fd_) throw std::system_error(errno, std::generic_category(), "eventfd");
}

void bell::ring() const noexcept { ::eventfd_write(fd_.get(), 1); }

void bell::silence() const noexcept {
    eventfd_t count = 0;
    ::eventfd_read(fd_.get(), &count);
}

} // namespace releve::kit
