// SPDX-License-Identifier: Apache-2.0
#include "rotation.hpp"

#include <releve/kit/io/descriptor.hpp>

#include <fcntl.h>
#include <unistd.h>
#include <zlib.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <system_error>
#include <utility>

namespace fs = std::filesystem;

namespace releve::file {

namespace {

[[noreturn]] void fail(const fs::path& file, const char* doing) {
    throw std::system_error(errno == 0 ? EIO : errno, std::generic_category(), file.string() + " can't be " + doing);
}

kit::descriptor opened(const fs::path& file, int flags) {
    kit::descriptor made{::open(file.c_str(), flags | O_CLOEXEC, 0640)};
    if (!made) fail(file, "opened");
    return made;
}

/// False: it was stopped, and `to` is incomplete.
bool gzip(const fs::path& from, const fs::path& to, const std::function<bool()>& stopping) {
    const auto in = opened(from, O_RDONLY), out = opened(to, O_WRONLY | O_CREAT | O_TRUNC);
    const auto second = ::fcntl(out.get(), F_DUPFD_CLOEXEC, 0); // gzclose closes its own
    auto* const packed = second < 0 ? nullptr : ::gzdopen(second, "wb");
    if (packed == nullptr) fail(to, "opened");
    std::array<char, 1 << 16> part{};
    ssize_t got = 0;
    bool good = true;
    while (good && !stopping() && (got = ::read(in.get(), part.data(), part.size())) > 0)
        good = ::gzwrite(packed, part.data(), static_cast<unsigned>(got)) == got;
    if (got < 0) good = false;
    const bool whole = got == 0 && good && !stopping();
    if (::gzclose(packed) != Z_OK || !good) fail(to, "written");
    if (whole && ::fsync(out.get()) != 0) fail(to, "written");
    return whole;
}

/// As the pattern, in which 9 is any digit; "-" and a number may follow.
bool is_stamp(std::string_view text, std::string_view pattern) {
    const auto is_digit = [](char c) { return c >= '0' && c <= '9'; };
    if (text.size() < pattern.size()) return false;
    for (std::size_t i = 0; i < pattern.size(); ++i)
        if (pattern[i] == '9' ? !is_digit(text[i]) : text[i] != pattern[i]) return false;
    text.remove_prefix(pattern.size());
    if (text.empty()) return true;
    return text.size() > 1 && text.front() == '-' && std::all_of(text.begin() + 1, text.end(), is_digit);
}

void sync_folder(const fs::path& folder) {
    const auto at = opened(folder, O_RDONLY | O_DIRECTORY);
    if (::fsync(at.get()) != 0) fail(folder, "written");
}

fs::path folder_of(const fs::path& file) { return file.has_parent_path() ? file.parent_path() : "."; }

} // namespace

fs::path rotation::named(const std::string& stamp) const {
    const auto begin = path_.parent_path() / path_.stem();
    for (int number = 1;; ++number) {
        auto made = begin;
        made += "-" + stamp + (number == 1 ? "" : "-" + std::to_string(number)) + path_.extension().string();
        auto packed = made;
        packed += ".gz";
        if (!fs::exists(made) && !fs::exists(packed)) return made;
    }
}

void rotation::put_away(const std::string& stamp) const { fs::rename(path_, named(stamp)); }

bool rotation::is_ours(const std::string& name, std::string_view end) const {
    const auto begin = path_.stem().string(), tail = path_.extension().string() + std::string{end};
    if (name.size() < begin.size() + tail.size() || !name.starts_with(begin) || !name.ends_with(tail)) return false;
    const auto middle = std::string_view{name}.substr(begin.size(), name.size() - begin.size() - tail.size());
    return is_stamp(middle, "-9999-99-99") || is_stamp(middle, "-99999999T999999Z");
}

std::vector<fs::path> rotation::all(std::string_view end) const {
    std::vector<fs::path> found;
    for (const auto& one : fs::directory_iterator{folder_of(path_)})
        if (is_ours(one.path().filename().string(), end)) found.push_back(one.path());
    return found;
}

void rotation::tidy(const std::function<bool()>& stopping) const {
    for (const auto& half : all(".gz.part")) fs::remove(half);
    if (compress_)
        for (const auto& plain : all("")) {
            auto packed = plain, part = plain;
            packed += ".gz";
            part += ".gz.part";
            if (!fs::exists(packed)) {
                if (!gzip(plain, part, stopping)) return void(fs::remove(part));
                fs::last_write_time(part, fs::last_write_time(plain));
                fs::rename(part, packed);
                sync_folder(folder_of(path_));
            }
            fs::remove(plain);
        }
    if (keep_ == 0) return;
    auto files = all(".gz");
    const auto plain = all("");
    files.insert(files.end(), plain.begin(), plain.end());
    std::vector<std::pair<fs::file_time_type, fs::path>> by_age;
    by_age.reserve(files.size());
    for (const auto& one : files) by_age.emplace_back(fs::last_write_time(one), one);
    std::sort(by_age.begin(), by_age.end());
    for (auto i = std::ssize(by_age); i > keep_; --i)
        fs::remove(by_age[static_cast<std::size_t>(std::ssize(by_age) - i)].second);
}

} // namespace releve::file
