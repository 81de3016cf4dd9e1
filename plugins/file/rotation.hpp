// SPDX-License-Identifier: Apache-2.0
// Complete files: their names, their compression, and how many are kept.
#pragma once
#include <cstdint>
#include <filesystem>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

namespace releve::file {

/// `readings.csv` becomes `readings-STAMP.csv`, then `readings-STAMP.csv.gz`. A crash at any moment leaves each line in
/// one complete file: names change in one step, and a file is removed only once its compressed successor is on the
/// disk.
class rotation {
public:
    rotation(std::filesystem::path path, bool compress, std::int64_t keep)
        : path_{std::move(path)}
        , compress_{compress}
        , keep_{keep} {}
    /// Gives the file its final name: `stamp` is "2026-11-23" or "20261123T130322Z", with a number where that name is
    /// taken. Throws std::filesystem::filesystem_error.
    void put_away(const std::string& stamp) const;
    /// Compresses the files that are not compressed yet, until `stopping`, and removes the oldest ones beyond
    /// `keep`. Completes what a crash interrupted. Throws std::filesystem::filesystem_error, std::system_error.
    void tidy(const std::function<bool()>& stopping) const;

private:
    std::filesystem::path named(const std::string& stamp) const;
    bool is_ours(const std::string& name, std::string_view end) const;
    std::vector<std::filesystem::path> all(std::string_view end) const;

    std::filesystem::path path_;
    bool compress_;
    std::int64_t keep_; // 0: all
};

} // namespace releve::file
