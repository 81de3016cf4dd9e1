// SPDX-License-Identifier: Apache-2.0
#include "appended_file.hpp"

#include <releve/failure.hpp>

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <string>
#include <string_view>
#include <utility>

namespace releve::file {

void appended_file::fail(const char* doing) const {
    throw transient_error(path_.string() + " can't be " + doing + ": " + std::strerror(errno));
}

namespace {

constexpr std::size_t part_bytes = 1 << 16;

/// "2026-11-23T13:03:22": how each record begins.
bool begins_with_time(std::string_view text) {
    constexpr std::string_view pattern = "9999-99-99T99:99:99";
    if (text.size() < pattern.size()) return false;
    for (std::size_t i = 0; i < pattern.size(); ++i)
        if (pattern[i] == '9' ? text[i] < '0' || text[i] > '9' : text[i] != pattern[i]) return false;
    return true;
}

/// "readings-damaged-1764511402.csv", a name that is free.
std::filesystem::path name_for_damaged(const std::filesystem::path& of, std::int64_t seconds) {
    auto made = of;
    do made.replace_filename(of.stem().string() + "-damaged-" + std::to_string(seconds++) + of.extension().string());
    while (std::filesystem::exists(made));
    return made;
}

} // namespace

appended_file::repair appended_file::open() {
    repair made;
    while (!open_once(made)) {
    }
    return made;
}

/// False: the file was set aside, and is to be begun again.
bool appended_file::open_once(repair& made) {
    struct stat mine {
    }, there{};
    if (file_ && ::fstat(file_.get(), &mine) == 0 && ::stat(path_.c_str(), &there) == 0 &&
        mine.st_ino == there.st_ino && mine.st_dev == there.st_dev)
        return true;
    file_.reset(::open(path_.c_str(), O_RDWR | O_APPEND | O_CREAT | O_CLOEXEC, 0640)); // another one was moved away
    if (!file_) fail("opened");
    if (::flock(file_.get(), LOCK_EX | LOCK_NB) != 0) {
        close();
        throw transient_error(path_.string() + " is written by another node or program");
    }
    if (::fstat(file_.get(), &mine) != 0) fail("inspected");
    size_ = mine.st_size;
    const auto end = quoted_ ? last_end() : last_line_end();
    if (end == size_) return true;
    if (quoted_ && has_record_after(end)) {
        made.set_aside = name_for_damaged(path_, mine.st_mtim.tv_sec);
        if (::rename(path_.c_str(), made.set_aside.c_str()) != 0) fail("set aside");
        close();
        return false;
    }
    if (::ftruncate(file_.get(), end) != 0) fail("cut");
    made.cut = std::exchange(size_, end) - end;
    return true;
}

std::int64_t appended_file::last_end() const {
    std::string part(part_bytes, '\0');
    bool quoted = false;
    std::int64_t end = 0;
    for (std::int64_t at = 0; at < size_;) {
        const auto got = ::pread(file_.get(), part.data(), part.size(), at);
        if (got <= 0) fail("read");
        for (ssize_t i = 0; i < got; ++i) {
            const char c = part[static_cast<std::size_t>(i)];
            if (c == '"') quoted = !quoted;
            if (c == '\n' && !quoted) end = at + i + 1;
        }
        at += got;
    }
    return end;
}

std::int64_t appended_file::last_line_end() const {
    std::string part(part_bytes, '\0');
    for (auto end = size_; end > 0;) {
        const auto from = std::max<std::int64_t>(0, end - std::ssize(part));
        const auto got = ::pread(file_.get(), part.data(), static_cast<std::size_t>(end - from), from);
        if (got != end - from) fail("read");
        const std::string_view text{part.data(), static_cast<std::size_t>(got)};
        if (const auto line_end = text.rfind('\n'); line_end != text.npos)
            return from + static_cast<std::int64_t>(line_end) + 1;
        end = from;
    }
    return 0;
}

bool appended_file::has_record_after(std::int64_t from) const {
    constexpr std::int64_t overlap = 32; // a line's beginning may lie in two parts
    std::string part(part_bytes, '\0');
    for (auto at = from; at < size_;) {
        const auto got = ::pread(file_.get(), part.data(), part.size(), at);
        if (got <= 0) fail("read");
        const std::string_view text{part.data(), static_cast<std::size_t>(got)};
        for (auto line = text.find('\n'); line != text.npos; line = text.find('\n', line + 1))
            if (begins_with_time(text.substr(line + 1))) return true;
        if (at + got >= size_) break;
        at += got - overlap;
    }
    return false;
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
