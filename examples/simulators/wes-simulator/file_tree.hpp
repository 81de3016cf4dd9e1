// SPDX-License-Identifier: Apache-2.0
// The folder that is the root of a server's web pages and of its FTP: its SD card. Names are found in either case, as
// on a FAT file system.
#pragma once

#include <cstddef>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>

namespace wes_simulator {

class file_tree {
public:
    static constexpr std::size_t max_file = 1'048'576, max_depth = 8;

    // Makes the folder where there is none. Throws std::filesystem::filesystem_error.
    explicit file_tree(std::filesystem::path root);

    bool empty() const;
    // "/WEBPROG/CGX/X.CGX". Nothing: there is no such file, it is too large or a symbolic link, or the path leaves the
    // folder.
    std::optional<std::string> read(std::string_view path) const;
    // Adds to the end of a file, made with its folders and `beginning` where there is none. Throws std::runtime_error.
    void append(std::string_view path, std::string_view beginning, std::string_view text) const;
    // Whether a path stays within the folder.
    static bool is_path(std::string_view path);

private:
    std::filesystem::path root_;
};

} // namespace wes_simulator
