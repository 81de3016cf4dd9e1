// SPDX-License-Identifier: Apache-2.0
#include "state_lock.hpp"

#include <fcntl.h>
#include <sys/file.h>

#include <cerrno>
#include <system_error>

namespace releve::core {

state_lock::state_lock(const std::filesystem::path& folder) {
    std::filesystem::create_directories(folder);
    folder_ = descriptor{open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC)};
    if (folder_.get() < 0) throw std::system_error(errno, std::generic_category(), folder.string());
    if (flock(folder_.get(), LOCK_EX | LOCK_NB) == 0) return;
    if (errno != EWOULDBLOCK) throw std::system_error(errno, std::generic_category(), folder.string());
    throw taken("another releve runs on the state folder " + folder.string() +
                ": stop it first, or give this site a 'state' of its own in [site]");
}

} // namespace releve::core
