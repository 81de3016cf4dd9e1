// SPDX-License-Identifier: Apache-2.0
#include "ftp/file_places.hpp"

#include <algorithm>
#include <charconv>

namespace releve::wes {
namespace {

std::uint64_t fnv1a(std::string_view bytes) {
    std::uint64_t hash = 0xcbf29ce484222325;
    for (const char c : bytes) hash = (hash ^ static_cast<unsigned char>(c)) * 0x100000001b3;
    return hash;
}

std::string_view field(std::string_view& line) {
    const auto end = std::min(line.find('\t'), line.size());
    const auto found = line.substr(0, end);
    line.remove_prefix(std::min(end + 1, line.size()));
    return found;
}

template <class T>
bool take(std::string_view text, T& number) {
    const auto [to, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    return error == std::errc{} && to == text.data() + text.size();
}

} // namespace

bool file_place::begins(std::string_view text) const {
    const auto read = static_cast<std::size_t>(bytes);
    return read != 0 && read <= text.size() && fnv1a(text.substr(0, read)) == hash;
}

void file_place::read_to(std::string_view text) {
    bytes = static_cast<std::int64_t>(text.size());
    hash = fnv1a(text);
}

const file_place* file_places::find(const std::string& name) const {
    const auto at = all_.find(name);
    return at == all_.end() ? nullptr : &at->second;
}

std::vector<file_place> file_places::keep(const std::vector<listed_file>& there) {
    std::map<std::string_view, const listed_file*> listed;
    for (const auto& one : there) listed.emplace(one.name, &one);
    std::vector<file_place> changed;
    std::erase_if(all_, [&](const auto& known) {
        const auto now = listed.find(known.first);
        if (now == listed.end() || !known.second.is_seen(*now->second)) changed.push_back(known.second);
        return now == listed.end();
    });
    return changed;
}

std::size_t file_places::part_of(std::string_view name) { return fnv1a(name) % parts; }

std::string file_places::part(std::size_t number) const {
    std::string text;
    for (const auto& [name, at] : all_) {
        if (part_of(name) != number) continue;
        text.append(name).append("\t").append(std::to_string(at.bytes)).append("\t").append(std::to_string(at.hash));
        text.append("\t").append(std::to_string(at.listed_bytes)).append("\t").append(at.listed_changed).append("\n");
    }
    return text;
}

void file_places::read(std::string_view part) {
    while (!part.empty()) {
        const auto end = std::min(part.find('\n'), part.size());
        auto line = part.substr(0, end);
        part.remove_prefix(std::min(end + 1, part.size()));
        const std::string name{field(line)};
        file_place at;
        if (!take(field(line), at.bytes) || !take(field(line), at.hash) || !take(field(line), at.listed_bytes))
            continue;
        if (at.bytes < 0) continue;
        at.listed_changed = line;
        all_[name] = std::move(at);
    }
}

} // namespace releve::wes
