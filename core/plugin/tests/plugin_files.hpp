// SPDX-License-Identifier: Apache-2.0
// Test plugins, copied to a folder of the test's own and damaged there.
#pragma once
#include "plugin/catalogue.hpp"

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <stdexcept>
#include <string>
#include <string_view>

namespace releve::core::tests {

inline std::string contents(const std::filesystem::path& file) {
    std::ifstream in(file, std::ios::binary);
    if (!in) throw std::runtime_error("can't read " + file.string());
    return {std::istreambuf_iterator<char>(in), {}};
}

/// A file as the build made it.
inline std::filesystem::path built(std::string_view name) {
    return std::filesystem::path(LOADING_TEST_PLUGINS) / (std::string(name) + ".so");
}

/// A folder for plugins that is removed at the end. (What was mapped from it stays mapped.)
class plugin_folder {
public:
    plugin_folder() {
        std::string name = (std::filesystem::temp_directory_path() / "releve-loading-XXXXXX").string();
        if (!::mkdtemp(name.data())) throw std::runtime_error("can't make " + name);
        path_ = std::filesystem::canonical(name);
    }
    ~plugin_folder() { std::filesystem::remove_all(path_); }
    plugin_folder(const plugin_folder&) = delete;
    plugin_folder& operator=(const plugin_folder&) = delete;

    const std::filesystem::path& path() const { return path_; }

    std::filesystem::path write(std::string_view name, std::string_view bytes) const {
        auto file = path_ / name;
        std::ofstream(file, std::ios::binary) << bytes;
        return file;
    }
    std::filesystem::path copy(std::string_view name) const {
        return write(std::string(name) + ".so", contents(built(name)));
    }

    /// A copy in which `old`, which occurs once, is replaced by `now`, of the same length.
    std::filesystem::path patched(std::string_view name, std::string_view old, std::string_view now) const {
        auto bytes = contents(built(name));
        const auto at = bytes.find(old);
        if (at == std::string::npos || bytes.find(old, at + 1) != std::string::npos || old.size() != now.size())
            throw std::runtime_error("nothing to patch");
        return write(std::string(name) + ".so", bytes.replace(at, old.size(), now));
    }

    /// The text with FOLDER instead of this folder's path.
    std::string anonymous(std::string text) const {
        const auto name = path_.string();
        for (auto at = text.find(name); at != std::string::npos; at = text.find(name))
            text.replace(at, name.size(), "FOLDER");
        return text;
    }

private:
    std::filesystem::path path_;
};

/// The text of the load_error that `f` throws; else "no load_error".
template <class F>
std::string refusal_of(F&& f) {
    try {
        f();
    } catch (const load_error& error) {
        return error.what();
    }
    return "no load_error";
}

} // namespace releve::core::tests
