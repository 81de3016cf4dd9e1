// SPDX-License-Identifier: Apache-2.0
#include "file_tree.hpp"

#include <algorithm>
#include <cctype>
#include <fstream>
#include <iterator>
#include <stdexcept>
#include <vector>

namespace wes_simulator {
namespace {

namespace fs = std::filesystem;

bool same_name(std::string_view a, std::string_view b) {
    return std::equal(a.begin(), a.end(), b.begin(), b.end(),
                      [](unsigned char x, unsigned char y) { return std::toupper(x) == std::toupper(y); });
}

// The names in "/LOG/A.CSV"; none: it leaves the folder, is too deep, or has what no FAT name has.
std::vector<std::string_view> names_in(std::string_view path) {
    std::vector<std::string_view> names;
    while (!path.empty()) {
        if (path.starts_with('/')) {
            path.remove_prefix(1);
            continue;
        }
        const std::string_view name = path.substr(0, path.find('/'));
        path.remove_prefix(name.size());
        const bool refused = name == "." || name == ".." || name.find_first_of("\\:*?\"<>|") != name.npos ||
                             std::any_of(name.begin(), name.end(), [](unsigned char c) { return c < ' '; });
        if (refused || names.size() == file_tree::max_depth) return {};
        names.push_back(name);
    }
    return names;
}

// Of a folder's entries the one of this name, in either case; else as the name is written.
fs::path within(const fs::path& folder, std::string_view name) {
    fs::path written = folder / name;
    std::error_code error;
    if (fs::exists(fs::symlink_status(written, error))) return written;
    for (fs::directory_iterator at{folder, error}, end; !error && at != end; at.increment(error)) {
        if (same_name(at->path().filename().string(), name)) return at->path();
    }
    return written;
}

} // namespace

file_tree::file_tree(fs::path root)
    : root_{std::move(root)} {
    fs::create_directories(root_);
}

bool file_tree::empty() const { return fs::is_empty(root_); }

bool file_tree::is_path(std::string_view path) { return !names_in(path).empty() && !path.ends_with('/'); }

std::optional<std::string> file_tree::read(std::string_view path) const {
    if (!is_path(path)) return {};
    const auto names = names_in(path);
    fs::path at = root_;
    std::error_code error;
    for (std::size_t i = 0; i < names.size(); ++i) {
        at = within(at, names[i]);
        const fs::file_status is = fs::symlink_status(at, error);
        if (!(i + 1 < names.size() ? fs::is_directory(is) : fs::is_regular_file(is))) return {};
    }
    const auto size = fs::file_size(at, error);
    if (error || size > max_file) return {};
    std::ifstream file{at, std::ios::binary};
    if (!file) return {};
    std::string bytes(static_cast<std::size_t>(size), '\0');
    file.read(bytes.data(), static_cast<std::streamsize>(size));
    bytes.resize(static_cast<std::size_t>(file.gcount())); // it may have been rewritten since
    return bytes;
}

void file_tree::append(std::string_view path, std::string_view beginning, std::string_view text) const {
    fs::path at = root_;
    const auto names = names_in(path);
    for (std::size_t i = 0; i < names.size(); ++i) {
        at = within(at, names[i]);
        if (i + 1 < names.size()) fs::create_directory(at);
    }
    const bool is_new = !fs::exists(at);
    std::ofstream file{at, std::ios::binary | std::ios::app};
    if (is_new) file << beginning;
    file << text;
    file.close();
    if (names.empty() || !file) throw std::runtime_error("cannot write " + at.string());
}

} // namespace wes_simulator
