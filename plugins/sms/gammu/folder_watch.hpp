// SPDX-License-Identifier: Apache-2.0
// What happens in folders (inotify), and files in them that can't be used, said with what to do.
#pragma once
#include "modem/transport.hpp"

#include <cstdint>
#include <filesystem>
#include <set>
#include <string>
#include <vector>

namespace releve::sms {

/// Closed at its end.
class descriptor {
public:
    explicit descriptor(int fd = -1)
        : fd_{fd} {}
    descriptor(const descriptor&) = delete;
    descriptor& operator=(const descriptor&) = delete;
    ~descriptor() { reset(); }
    void reset(int fd = -1) noexcept;
    int get() const noexcept { return fd_; }

private:
    int fd_;
};

/// Its folders have to be opened again.
struct folder_gone : modem_error {
    using modem_error::modem_error;
};

class folder_watch {
public:
    struct event {
        int of = -1;            // a number of add or add_file
        std::uint32_t what = 0; // IN_ of inotify(7)
    };

    /// Throws modem_error where the folder is not there, or can't be read and written.
    void add(const std::filesystem::path& folder, std::uint32_t what);
    /// A file alone, whatever it is called later; -1 where it is not there.
    int add_file(const std::filesystem::path& file, std::uint32_t what);
    void close() noexcept;
    /// Readable when there are events, or -1.
    int fd() const noexcept { return at_.get(); }
    /// Those that are there. Throws folder_gone.
    std::vector<event> take();

private:
    descriptor at_;
    std::set<int> folders_;
};

/// Throws modem_error: `error` of `path` in words, and what to do.
[[noreturn]] void refuse_path(const std::filesystem::path& path, int error);
/// If it is there.
void remove_file(const std::filesystem::path& path);

} // namespace releve::sms
