// SPDX-License-Identifier: Apache-2.0
#include "appended_file.hpp"

#include <releve/failure.hpp>

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <string>
#include <utility>

namespace releve::file {

void appended_file::fail(const char* doing) const {
    throw transient_error(path_.string() + " can't be " + doing + ": " + std::strerror(errno));
}

std::int64_t appended_file::open() {
    struct stat mine {
    }, there{};
    if (file_ && ::fstat(file_.get(), &mine) == 0 && ::stat(path_.c_str(), &there) == 0 &&
        mine.st_ino == there.st_ino && mine.st_dev == there.st_dev)
        return 0;
    file_.reset(::open(path_.c_str(), O_RDWR | O_APPEND | O_CREAT | O_CLOEXEC, 0640)); // another one was moved away
    if (!file_) fail("opened");
    if (::flock(file_.get(), LOCK_EX | LOCK_NB) != 0) {
        close();
        throw transient_error(path_.string() + " is written by another node or program");
    }
    if (::fstat(file_.get(), &mine) != 0) fail("inspected");
    size_ = mine.st_size;
    return cut_half_line();
}

std::int64_t appended_file::cut_half_line() {
    std::array<char, 4096> part{};
    auto end = size_;
    while (end > 0) {
        const auto from = std::max<std::int64_t>(0, end - std::ssize(part));
        const auto got = ::pread(file_.get(), part.data(), static_cast<std::size_t>(end - from), from);
        if (got != end - from) fail("read");
        const std::string_view text{part.data(), static_cast<std::size_t>(got)};
        if (const auto line_end = text.rfind('\n'); line_end != text.npos) {
            end = from + static_cast<std::int64_t>(line_end) + 1;
            break;
        }
        end = from;
    }
    if (end == size_) return 0;
    if (::ftruncate(file_.get(), end) != 0) fail("cut");
    return std::exchange(size_, end) - end;
}

void appended_file::append(std::string_view text, bool sync) {
    auto rest = text;
    while (!rest.empty()) {
        const auto written = ::write(file_.get(), rest.data(), rest.size());
        if (written > 0)
            rest.remove_prefix(static_cast<std::size_t>(written));
        else if (errno != EINTR)
            break;
    }
    if (rest.empty() && (!sync || ::fdatasync(file_.get()) == 0)) {
        size_ += std::ssize(text);
        return;
    }
    const auto error = errno;
    // When this fails too, the next open cuts off the half line; whole lines are then written twice.
    if (::ftruncate(file_.get(), size_) != 0) close();
    errno = error;
    fail("written");
}

} // namespace releve::file
