// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstdint>
#include <filesystem>
#include <string_view>

namespace releve::file {

/// A file of whole lines that grows. It is ours alone while it is open (flock). Each function throws transient_error.
class appended_file {
public:
    explicit appended_file(std::filesystem::path path)
        : path_{std::move(path)} {}
    appended_file(const appended_file&) = delete;
    appended_file& operator=(const appended_file&) = delete;
    ~appended_file() { close(); }

    /// Does nothing while the file at the path is the one that is open; else opens that one, or makes it. What follows
    /// the last line end, which a crash has left, is cut off: its records were never acknowledged. Returns how many
    /// bytes were cut.
    std::int64_t open();
    void close();
    std::int64_t size() const { return size_; }
    /// All or nothing: after a failure the file is as it was. `sync`: it is on the disk when this returns.
    void append(std::string_view text, bool sync);

private:
    std::int64_t cut_half_line();
    [[noreturn]] void fail(const char* doing) const;

    std::filesystem::path path_;
    int fd_ = -1;
    std::int64_t size_ = 0;
};

} // namespace releve::file
