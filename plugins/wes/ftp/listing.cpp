// SPDX-License-Identifier: Apache-2.0
#include "ftp/listing.hpp"

#include <releve/kit/text/number.hpp>
#include <releve/kit/text/pattern.hpp>

#include <algorithm>
#include <optional>

namespace releve::wes {
namespace {

constexpr std::size_t max_files = 10'000, max_name = 128;

std::string_view word(std::string_view& line) {
    while (!line.empty() && line.front() == ' ') line.remove_prefix(1);
    const auto end = std::min(line.find(' '), line.size());
    const auto found = line.substr(0, end);
    line.remove_prefix(end);
    return found;
}

std::optional<std::int64_t> size_in(std::string_view text) {
    const auto size = kit::integer_in<std::int64_t>(text);
    return size.value_or(-1) < 0 ? std::nullopt : size;
}

bool is_name(std::string_view name) {
    if (name.empty() || name.size() > max_name || name == "." || name == "..") return false;
    for (const char c : name)
        if (static_cast<unsigned char>(c) < ' ' || c == '/' || c == '\\' || c == 0x7f) return false;
    return true;
}

std::optional<listed_file> read_line(std::string_view line) {
    auto rest = line;
    const auto first = word(rest);
    listed_file made;
    std::optional<std::int64_t> bytes;
    if (first.size() >= 8 && first.find('-') == 2 && first.rfind('-') == 5) { // DOS: date, time, <DIR> or bytes, name
        made.changed = std::string{first}.append(" ").append(word(rest));
        bytes = size_in(word(rest));
    } else if (first.starts_with('-')) { // Unix: rights, links, owner, group, bytes, month, day, time, name
        word(rest), word(rest), word(rest);
        bytes = size_in(word(rest));
        made.changed = std::string{word(rest)}.append(" ").append(word(rest));
        made.changed.append(" ").append(word(rest));
    }
    while (!rest.empty() && rest.front() == ' ') rest.remove_prefix(1);
    if (!bytes || !is_name(rest)) return {};
    made.bytes = *bytes;
    made.name = rest;
    return made;
}

/// Of either style, also a link, and the first line of Unix: nothing to read there.
bool is_folder(std::string_view line) {
    return line.find_first_not_of(" \t") == line.npos || line.find("<DIR>") != line.npos || line.front() == 'd' ||
           line.front() == 'l' || line.starts_with("total ");
}

std::string upper(std::string_view text) {
    std::string made{text};
    std::transform(made.begin(), made.end(), made.begin(),
                   [](char c) { return c >= 'a' && c <= 'z' ? static_cast<char>(c - ('a' - 'A')) : c; });
    return made;
}

} // namespace

std::vector<listed_file> read_listing(std::string_view text, kit::odd_entries* odd) {
    std::vector<listed_file> all;
    while (!text.empty()) {
        if (all.size() == max_files) {
            if (odd != nullptr) odd->note("what follows 10,000 files", "is not read");
            break;
        }
        const auto end = std::min(text.find('\n'), text.size());
        auto line = text.substr(0, end);
        text.remove_prefix(std::min(end + 1, text.size()));
        if (!line.empty() && line.back() == '\r') line.remove_suffix(1);
        if (auto one = read_line(line))
            all.push_back(std::move(*one));
        else if (odd != nullptr && !is_folder(line))
            odd->note(line, "is no line of a listing");
    }
    return all;
}

bool is_named(std::string_view pattern, std::string_view name) { return kit::matches(upper(pattern), upper(name)); }

} // namespace releve::wes
