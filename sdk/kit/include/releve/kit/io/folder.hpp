// SPDX-License-Identifier: Apache-2.0
// Files in a folder that other users may write into: no link is followed, symbolic or hard, and nothing but a regular
// file is read or written. Names are of entries of the folder, without a '/'. Each throws io_failure, "NAME: No such
// file or directory", with the errno. [any thread]
#pragma once
#include <releve/kit/io/descriptor.hpp>

#include <sys/types.h>

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace releve::kit {

class folder {
public:
    /// None: every function fails.
    folder() = default;
    /// By its path, whose links are followed: it comes from whoever runs the program.
    explicit folder(const std::string& path);
    /// A folder in this one, which is no link.
    folder inner(const std::string& name) const;

    explicit operator bool() const noexcept { return static_cast<bool>(at_); }
    int fd() const noexcept { return at_.get(); }
    void close() noexcept { at_.reset(); }

    /// For reading. None: it does not exist, or is no regular file with this name alone (a link, a device, a pipe).
    descriptor open(const std::string& name) const;
    /// For writing into a file that exists. None: as open().
    descriptor open_to_write(const std::string& name) const;
    /// Its first `max` bytes. Nothing: as open().
    std::optional<std::string> read(const std::string& name, std::size_t max) const;
    /// A new file with exactly this mode, whatever the umask; anything of that name is removed first, never written
    /// into.
    descriptor create(const std::string& name, mode_t mode) const;
    /// A file that open() opens is there.
    bool has(const std::string& name) const;
    /// What is there is replaced.
    void rename(const std::string& from, const std::string& to) const;
    /// The name alone goes; nothing happens when it does not exist.
    void remove(const std::string& name) const;
    /// Its files whose names begin with `beginning`. `others`: is set to the names that are no such files.
    std::vector<std::string> names(std::string_view beginning = {}, std::vector<std::string>* others = nullptr) const;
    /// Names that were added, changed and removed are on disk.
    void sync() const;

private:
    descriptor at_;
};

/// All of them. Throws io_failure; ENOSPC when less was written.
void write_all(const descriptor& file, std::string_view bytes);

} // namespace releve::kit
