// SPDX-License-Identifier: Apache-2.0
// Events in folders (inotify), and errors of files in them, with advice.
#pragma once
#include "modem/transport.hpp"

#include <releve/kit/io/descriptor.hpp>
#include <releve/kit/io/failure.hpp>
#include <releve/kit/io/folder.hpp>

#include <cstdint>
#include <filesystem>
#include <set>
#include <string>
#include <vector>

namespace releve::sms {

/// The folders have to be opened again.
struct folder_gone : modem_error {
    using modem_error::modem_error;
};

class folder_watch {
public:
    struct event {
        int of = -1;            // what add_file returned
        std::uint32_t what = 0; // IN_ of inotify(7)
    };

    /// Throws modem_error when the folder does not exist, or can't be read and written.
    void add(const std::filesystem::path& folder, std::uint32_t what);
    /// A single file, also after it was renamed. -1: it does not exist.
    int add_file(const std::filesystem::path& file, std::uint32_t what);
    void close() noexcept;
    /// Readable when there are events; -1 while closed.
    int fd() const noexcept { return inotify_.get(); }
    /// The events so far. Throws folder_gone.
    std::vector<event> take();

private:
    kit::descriptor inotify_;
    std::set<int> folders_;
};

/// Throws folder_gone when it was removed: while it is open, the system does not say so.
void require_folder(const kit::folder& of);
/// Throws modem_error: `error` (errno) of `path` in words, with advice.
[[noreturn]] void refuse_path(const std::filesystem::path& path, int error);
/// What it returns; a kit::io_failure becomes refuse_path.
template <class F>
auto checked(const std::filesystem::path& path, F&& what) {
    try {
        return what();
    } catch (const kit::io_failure& e) {
        refuse_path(path, e.error);
    }
}

} // namespace releve::sms
