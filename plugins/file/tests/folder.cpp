// SPDX-License-Identifier: Apache-2.0
#include "folder.hpp"

#include <zlib.h>

#include <algorithm>
#include <array>
#include <cstdlib>
#include <fstream>
#include <stdexcept>

namespace fs = std::filesystem;

namespace releve::file::tests {

folder::folder() {
    auto pattern = (fs::temp_directory_path() / "releve-file-XXXXXX").string();
    if (::mkdtemp(pattern.data()) == nullptr) throw std::runtime_error("no temporary folder");
    path = pattern;
}

folder::~folder() {
    std::error_code ignored;
    fs::remove_all(path, ignored);
}

std::string folder::options(const std::string& more, const std::string& name) const {
    return "path = '" + (path / name).string() + "'\n" + more;
}

std::string folder::text(const std::string& name) const {
    auto* file = ::gzopen((path / name).c_str(), "rb"); // reads plain files as well
    if (file == nullptr) throw std::runtime_error("no file " + name);
    std::string all;
    std::array<char, 4096> part{};
    int got = 0;
    while ((got = ::gzread(file, part.data(), static_cast<unsigned>(part.size()))) > 0)
        all.append(part.data(), static_cast<std::size_t>(got));
    if (::gzclose(file) != Z_OK || got < 0) throw std::runtime_error(name + " is incomplete");
    return all;
}

void folder::put(const std::string& name, const std::string& text) const {
    std::ofstream{path / name, std::ios::binary} << text;
}

std::vector<std::string> folder::names() const {
    std::vector<std::string> all;
    for (const auto& one : fs::directory_iterator{path}) all.push_back(one.path().filename());
    std::sort(all.begin(), all.end());
    return all;
}

} // namespace releve::file::tests
