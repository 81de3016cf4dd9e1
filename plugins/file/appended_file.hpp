// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <releve/kit/io/descriptor.hpp>

#include <cstdint>
#include <filesystem>
#include <string_view>

namespace releve::file {

/// A file of whole records that grows, locked while it is open (flock). Each function throws transient_error.
class appended_file {
public:
    /// What a crash had left, and what was done about it.
    struct repair {
        std::int64_t cut = 0;            // bytes
        std::filesystem::path set_aside; // under this name
    };

    /// `quoted`: a line end between two '"' ends no record.
    appended_file(std::filesystem::path path, bool quoted)
        : path_{std::move(path)}
        , quoted_{quoted} {}

    /// Does nothing while the file at the path is the open one; else opens that file, or creates it. Bytes after the
    /// last record, which a crash has left, are cut off: they were never acknowledged. Where other records may be among
    /// them, because a quote is open since long, the whole file is set aside and a new one is begun.
    repair open();
    void close() { file_.reset(); }
    std::int64_t size() const { return size_; }
    /// All or nothing: after a failure the file is as before. `sync`: the text is on the disk when this returns.
    void append(std::string_view text, bool sync);

private:
    bool open_once(repair& made);
    /// Where the last whole record ends.
    std::int64_t last_end() const;
    std::int64_t last_line_end() const;
    /// Whether a line after `from` begins as a record does.
    bool has_record_after(std::int64_t from) const;
    [[noreturn]] void fail(const char* doing) const;

    std::filesystem::path path_;
    bool quoted_;
    kit::descriptor file_;
    std::int64_t size_ = 0;
};

} // namespace releve::file
