// SPDX-License-Identifier: Apache-2.0
#include "ftp/read_positions.hpp"

#include <releve/kit/text/hash.hpp>
#include <releve/kit/text/number.hpp>

#include <algorithm>

namespace releve::wes {
namespace {

std::string_view field(std::string_view& line) {
    const auto end = std::min(line.find('\t'), line.size());
    const auto found = line.substr(0, end);
    line.remove_prefix(std::min(end + 1, line.size()));
    return found;
}

} // namespace

bool read_position::begins(std::string_view text) const {
    const auto read = static_cast<std::size_t>(bytes);
    return read != 0 && read <= text.size() && kit::fnv1a(text.substr(0, read)) == hash;
}

void read_position::set_read(std::string_view text) {
    bytes = static_cast<std::int64_t>(text.size());
    hash = kit::fnv1a(text);
}

const read_position* read_positions::find(const std::string& name) const {
    const auto at = all_.find(name);
    return at == all_.end() ? nullptr : &at->second;
}

std::vector<read_position> read_positions::keep(const std::vector<listed_file>& listed) {
    std::map<std::string_view, const listed_file*> by_name;
    for (const auto& one : listed) by_name.emplace(one.name, &one);
    std::vector<read_position> changed;
    std::erase_if(all_, [&](const auto& known) {
        const auto now = by_name.find(known.first);
        if (now == by_name.end() || !known.second.is_seen(*now->second)) changed.push_back(known.second);
        return now == by_name.end();
    });
    return changed;
}

std::size_t read_positions::part_of(std::string_view name) { return kit::fnv1a(name) % parts; }

std::string read_positions::part(std::size_t number) const {
    std::string text;
    for (const auto& [name, at] : all_) {
        if (part_of(name) != number) continue;
        text.append(name).append("\t").append(std::to_string(at.bytes)).append("\t").append(std::to_string(at.hash));
        text.append("\t").append(std::to_string(at.listed_bytes)).append("\t").append(at.listed_changed).append("\n");
    }
    return text;
}

void read_positions::restore(std::string_view part) {
    while (!part.empty()) {
        const auto end = std::min(part.find('\n'), part.size());
        auto line = part.substr(0, end);
        part.remove_prefix(std::min(end + 1, part.size()));
        const std::string name{field(line)};
        const auto bytes = kit::integer_in<std::int64_t>(field(line));
        const auto hash = kit::integer_in<std::uint64_t>(field(line));
        const auto listed_bytes = kit::integer_in<std::int64_t>(field(line));
        if (!bytes || !hash || !listed_bytes || *bytes < 0) continue;
        read_position at{*bytes, *hash, *listed_bytes, {}};
        at.listed_changed = line;
        all_[name] = std::move(at);
    }
}

} // namespace releve::wes
