// SPDX-License-Identifier: Apache-2.0
#include "file_modes.hpp"

#include <releve/kit/io/descriptor.hpp>

#include <fcntl.h>
#include <sys/stat.h>

namespace releve::core {

namespace {

constexpr mode_t others = 0027; // what they, and the group, must not do

void restrict(const std::filesystem::path& path) {
    const kit::descriptor opened{open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK)};
    struct stat status {};
    if (!opened || fstat(opened.get(), &status) != 0 || (status.st_mode & others) == 0) return;
    if (S_ISREG(status.st_mode) || S_ISDIR(status.st_mode))
        static_cast<void>(fchmod(opened.get(), status.st_mode & 07777 & ~others)); // of another owner: left as it is
}

} // namespace

void keep_files_private() { umask(others); }

void make_private(const std::filesystem::path& state) {
    std::error_code ignored;
    if (!std::filesystem::exists(state / "state.db", ignored)) return; // not a state folder yet, perhaps another one
    restrict(state);
    for (const auto* name : {"state.db", "state.db-wal", "state.db-shm"}) restrict(state / name);
}

} // namespace releve::core
