// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <filesystem>
#include <string>
#include <vector>

namespace releve::file::tests {

/// A new empty folder, which is removed at the end.
struct folder {
    std::filesystem::path path;
    folder();
    folder(const folder&) = delete;
    folder& operator=(const folder&) = delete;
    ~folder();
    /// The options of a node that writes `name` in it.
    std::string options(const std::string& more = {}, const std::string& name = "readings.csv") const;
    /// Of a file, decompressed where it is compressed.
    std::string text(const std::string& name = "readings.csv") const;
    void put(const std::string& name, const std::string& text) const;
    /// Names, sorted.
    std::vector<std::string> names() const;
};

} // namespace releve::file::tests
