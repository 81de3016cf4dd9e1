// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <releve/kit/io/descriptor.hpp>

#include <cstdint>
#include <filesystem>
#include <string_view>

namespace releve::file {

/// A file of whole lines that grows, locked while it is open (flock). Each function throws transient_error.
class appended_file {
public:
    explicit appended_file(std::filesystem::path path)
        : path_{std::move(path)} {}

    /// Does nothing while the file at the path is the open one; else opens that file, or creates it. Bytes after the
    /// last line end, which a crash has left, are cut off: their records were never acknowledged. Returns the number of
    /// bytes that were cut off.
    std::int64_t open();
    void close() { file_.reset(); }
    std::int64_t size() const { return size_; }
    /// All or nothing: after a failure the file is as before. `sync`: the text is on the disk when this returns.
    void append(std::string_view text, bool sync);

private:
    std::int64_t cut_half_line();
    [[noreturn]] void fail(const char* doing) const;

    std::filesystem::path path_;
    kit::descriptor file_;
    std::int64_t size_ = 0;
};

} // namespace releve::file
