// SPDX-License-Identifier: Apache-2.0
#include <releve/kit/io/failure.hpp>
#include <releve/kit/io/folder.hpp>

#include <dirent.h>
#include <fcntl.h>
#include <sys/stat.h>

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <memory>

namespace releve::kit {
namespace {

constexpr int folder_flags = O_RDONLY | O_DIRECTORY | O_CLOEXEC;
/// A pipe or a device that is opened by mistake must not block.
constexpr int file_flags = O_NOFOLLOW | O_CLOEXEC | O_NONBLOCK | O_NOCTTY;

[[noreturn]] void fail_in_folder(const std::string& name, int error) {
    throw io_failure((name.empty() ? std::string{} : name + ": ") + error_text(error), error);
}

/// A name that leads elsewhere would be another folder's.
const char* checked(const std::string& name) {
    if (name.empty() || name == "." || name == ".." || name.find('/') != name.npos || name.find('\0') != name.npos)
        fail_in_folder(name, EINVAL);
    return name.c_str();
}

/// What a name that is no regular file gives to open, besides success.
bool is_other(int error) { return error == ENOENT || error == ELOOP || error == ENXIO || error == EISDIR; }

/// A second name may be of a file that is not for this folder's users.
bool is_plain(const struct stat& what) { return S_ISREG(what.st_mode) && what.st_nlink == 1; }

descriptor open_regular(int at, const std::string& name, int access) {
    descriptor file{::openat(at, checked(name), access | file_flags)};
    if (!file && is_other(errno)) return {};
    struct stat what {};
    if (!file || ::fstat(file.get(), &what) != 0) fail_in_folder(name, errno);
    if (!is_plain(what)) return {};
    return file;
}

} // namespace

folder::folder(const std::string& path)
    : at_{::open(path.c_str(), folder_flags)} {
    if (!at_) fail_in_folder(path, errno);
}

folder folder::inner(const std::string& name) const {
    folder made;
    made.at_.reset(::openat(fd(), checked(name), folder_flags | O_NOFOLLOW));
    if (!made) fail_in_folder(name, errno);
    return made;
}

descriptor folder::open(const std::string& name) const { return open_regular(fd(), name, O_RDONLY); }
descriptor folder::open_to_write(const std::string& name) const { return open_regular(fd(), name, O_WRONLY); }

std::optional<std::string> folder::read(const std::string& name, std::size_t max) const {
    const auto file = open(name);
    if (!file) return {};
    std::string all(max, '\0');
    std::size_t size = 0;
    while (size < max) {
        const auto got = ::read(file.get(), all.data() + size, max - size);
        if (got < 0 && errno == EINTR) continue;
        if (got < 0) fail_in_folder(name, errno);
        if (got == 0) break;
        size += static_cast<std::size_t>(got);
    }
    all.resize(size);
    return all;
}

descriptor folder::create(const std::string& name, mode_t mode) const {
    remove(name);
    descriptor file{::openat(fd(), checked(name), O_WRONLY | O_CREAT | O_EXCL | file_flags, S_IRUSR | S_IWUSR)};
    if (!file || ::fchmod(file.get(), mode) != 0) fail_in_folder(name, errno);
    return file;
}

bool folder::has(const std::string& name) const {
    struct stat what {};
    return ::fstatat(fd(), checked(name), &what, AT_SYMLINK_NOFOLLOW) == 0 && is_plain(what);
}

void folder::rename(const std::string& from, const std::string& to) const {
    if (::renameat(fd(), checked(from), fd(), checked(to)) != 0) fail_in_folder(to, errno);
}

void folder::remove(const std::string& name) const {
    if (::unlinkat(fd(), checked(name), 0) != 0 && errno != ENOENT) fail_in_folder(name, errno);
}

std::vector<std::string> folder::names(std::string_view beginning, std::vector<std::string>* others) const {
    // Another description of the folder, which has its own position.
    descriptor again{::openat(fd(), ".", folder_flags)};
    if (!again) fail_in_folder({}, errno);
    const std::unique_ptr<DIR, int (*)(DIR*)> all{::fdopendir(again.get()), ::closedir};
    if (!all) fail_in_folder({}, errno);
    again.release();
    std::vector<std::string> names, odd;
    for (errno = 0; const auto* one = ::readdir(all.get()); errno = 0) {
        const std::string_view name = one->d_name;
        if (name.starts_with(beginning) && name != "." && name != "..")
            (has(std::string{name}) ? names : odd).emplace_back(name);
    }
    if (errno != 0) fail_in_folder({}, errno);
    if (others != nullptr) *others = std::move(odd);
    return names;
}

void folder::sync() const {
    if (::fsync(fd()) != 0) fail_in_folder({}, errno);
}

void write_all(const descriptor& file, std::string_view bytes) {
    while (!bytes.empty()) {
        const auto size = ::write(file.get(), bytes.data(), bytes.size());
        if (size < 0 && errno == EINTR) continue;
        if (size < 0) fail_in_folder({}, errno);
        if (size == 0) fail_in_folder({}, ENOSPC);
        bytes.remove_prefix(static_cast<std::size_t>(size));
    }
}

} // namespace releve::kit
