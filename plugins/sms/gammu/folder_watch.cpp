// SPDX-License-Identifier: Apache-2.0
#include "gammu/folder_watch.hpp"

#include <sys/inotify.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>

namespace releve::sms {

void folder_watch::close() noexcept {
    inotify_.reset();
    folders_.clear();
}

void folder_watch::add(const std::filesystem::path& folder, std::uint32_t what) {
    if (inotify_.get() < 0) inotify_.reset(::inotify_init1(IN_NONBLOCK | IN_CLOEXEC));
    const auto number = inotify_.get() < 0
                            ? -1
                            : ::inotify_add_watch(inotify_.get(), folder.c_str(), what | IN_ONLYDIR | IN_DONT_FOLLOW);
    if (number < 0 || ::access(folder.c_str(), R_OK | W_OK | X_OK) != 0) refuse_path(folder, errno);
    folders_.insert(number);
}

int folder_watch::add_file(const std::filesystem::path& file, std::uint32_t what) {
    const auto number = ::inotify_add_watch(inotify_.get(), file.c_str(), what | IN_DONT_FOLLOW);
    if (number < 0 && errno != ENOENT) refuse_path(file, errno);
    return number;
}

std::vector<folder_watch::event> folder_watch::take() {
    std::vector<event> all;
    alignas(inotify_event) std::array<char, 16'384> bytes{};
    for (;;) {
        const auto got = ::read(inotify_.get(), bytes.data(), bytes.size());
        if (got <= 0) return all;
        for (std::size_t at = 0; at < static_cast<std::size_t>(got);) {
            const auto* one = reinterpret_cast<const inotify_event*>(bytes.data() + at);
            at += sizeof *one + one->len;
            if ((one->mask & IN_IGNORED) != 0 && folders_.contains(one->wd))
                throw folder_gone(at_trouble::transient, "a folder of gammu-smsd is gone");
            all.push_back({one->wd, one->mask});
        }
    }
}

void require_folder(const kit::folder& of) {
    struct stat what {};
    if (::fstat(of.fd(), &what) != 0 || what.st_nlink == 0)
        throw folder_gone(at_trouble::transient, "a folder of gammu-smsd is gone");
}

void refuse_path(const std::filesystem::path& path, int error) {
    std::string advice;
    if (error == EACCES || error == EPERM)
        advice = "; the user of this program needs to read and write there: add it to gammu-smsd's group";
    if (error == ENOENT) advice = "; 'folder' has to hold gammu-smsd's inbox, outbox, sent and error";
    if (error == ENOTDIR || error == ELOOP)
        advice = "; it has to be a folder, and no link, which others could change: name the real path";
    if (error == EWOULDBLOCK) advice = "; another program uses this folder, only one can";
    const bool may_pass = error == EWOULDBLOCK || error == ENOSPC || error == EDQUOT || error == EIO ||
                          error == EMFILE || error == ENFILE;
    throw modem_error(may_pass ? at_trouble::transient : at_trouble::configuration,
                      path.string() + ": " + std::strerror(error) + advice);
}

} // namespace releve::sms
