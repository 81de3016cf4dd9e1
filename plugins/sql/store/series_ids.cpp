// SPDX-License-Identifier: Apache-2.0
#include "store/series_ids.hpp"

#include <releve/kit/text/hash.hpp>
#include <releve/kit/text/utf8.hpp>
#include <releve/record_text.hpp>

#include <algorithm>
#include <cstdio>
#include <span>
#include <utility>

namespace releve::sql {
namespace {

/// Series numbers are dense: a greater one is invalid.
constexpr std::uint32_t max_series_number = 10'000'000;
/// Sizes that can be part of a key in every database.
constexpr std::size_t max_name_bytes = 255, max_labels_bytes = 2000;
/// Ids that one query looks up.
constexpr std::size_t max_ids = 200;

std::uint64_t identity_of(std::string_view name, std::string_view labels) {
    return kit::fnv1a(labels, kit::fnv1a({"\0", 1}, kit::fnv1a(name)));
}

/// Never releve::append_json: each byte of the column `labels` is a part of a series' identity in databases that exist,
/// and what that function escapes may change. Its labels are storable: UTF-8 without NUL.
void append_json_string(std::string& to, std::string_view text) {
    to += '"';
    for (const char c : text) {
        if (c == '"' || c == '\\') {
            (to += '\\') += c;
        } else if (static_cast<unsigned char>(c) < 0x20) {
            char escape[8];
            std::snprintf(escape, sizeof escape, "\\u%04x", static_cast<unsigned>(c));
            to += escape;
        } else {
            to += c;
        }
    }
    to += '"';
}

bool all_storable(series_view of) {
    const auto all = {of.name(), of.quantity(), of.unit(), of.help()};
    if (!std::all_of(all.begin(), all.end(), kit::is_storable)) return false;
    for (std::uint32_t i = 0; i < of.label_count(); ++i)
        if (!kit::is_storable(of.label_key(i)) || !kit::is_storable(of.label_value(i))) return false;
    return true;
}

/// A row of the table `series`.
struct row {
    std::string name, labels, site, device, quantity, unit, kind, help;
    double resolution = 0, modulus = 0, max_rate = 0;
};

row row_of(series_view of) {
    return {std::string{of.name()},
            labels_json(of),
            std::string{of.label("site")},
            std::string{of.label("device")},
            std::string{of.quantity()},
            std::string{of.unit()},
            name_of(of.is()),
            std::string{of.help()},
            of.resolution(),
            of.modulus(),
            of.max_rate()};
}

std::int64_t id_of(soci::session& in, const row& of, std::string& unit, std::string& kind) {
    std::int64_t id = 0;
    in << "SELECT id, unit, kind FROM series WHERE name = :name AND labels = :labels", soci::use(of.name),
        soci::use(of.labels), soci::into(id), soci::into(unit), soci::into(kind);
    return in.got_data() ? id : 0;
}

void insert(soci::session& in, const row& of) {
    in << "INSERT INTO series(name, labels, site, device, quantity, unit, kind, resolution, modulus, max_rate, help) "
          "VALUES(:name, :labels, :site, :device, :quantity, :unit, :kind, NULLIF(:resolution, 0.0), NULLIF(:modulus, "
          "0.0), "
          "NULLIF(:max_rate, 0.0), :help)",
        soci::use(of.name), soci::use(of.labels), soci::use(of.site), soci::use(of.device), soci::use(of.quantity),
        soci::use(of.unit), soci::use(of.kind), soci::use(of.resolution), soci::use(of.modulus), soci::use(of.max_rate),
        soci::use(of.help);
}

/// What the statement that inserts it takes at most, where each byte may need a backslash.
std::size_t statement_bytes(const row& of) {
    constexpr std::size_t keywords_and_numbers = 1024;
    std::size_t bytes = 0;
    for (const auto* text : {&of.name, &of.labels, &of.site, &of.device, &of.quantity, &of.unit, &of.kind, &of.help})
        bytes += text->size();
    return 2 * bytes + keywords_and_numbers;
}

bool has_readings(soci::session& in, std::int64_t id) {
    int found = 0;
    in << "SELECT COUNT(*) FROM (SELECT 1 FROM readings WHERE series = :id LIMIT 1) one", soci::use(id),
        soci::into(found);
    return found != 0;
}

void update(soci::session& in, std::int64_t id, const row& to) {
    in << "UPDATE series SET quantity = :quantity, resolution = NULLIF(:resolution, 0.0), modulus = NULLIF(:modulus, "
          "0.0), "
          "max_rate = NULLIF(:max_rate, 0.0), help = :help WHERE id = :id",
        soci::use(to.quantity), soci::use(to.resolution), soci::use(to.modulus), soci::use(to.max_rate),
        soci::use(to.help), soci::use(id);
}

} // namespace

std::string labels_json(series_view of) {
    std::vector<std::pair<std::string_view, std::string_view>> labels;
    for (std::uint32_t i = 0; i < of.label_count(); ++i) labels.emplace_back(of.label_key(i), of.label_value(i));
    std::sort(labels.begin(), labels.end());
    std::string json = "{";
    for (const auto& [key, value] : labels) {
        if (json.size() > 1) json += ',';
        append_json_string(json, key);
        json += ':';
        append_json_string(json, value);
    }
    return json += '}';
}

void series_ids::begin(soci::session& in) {
    const auto known = dialect_.generation(in);
    generation_ = known ? *known + 1 : generation_ + 1;
    used_.clear();
}

bool series_ids::hold(soci::session& in) {
    std::sort(used_.begin(), used_.end(), [](const use& a, const use& b) { return a.id < b.id; });
    for (std::span<const use> left = used_; !left.empty();) {
        const auto some = left.first(std::min(left.size(), max_ids));
        left = left.subspan(some.size());
        std::string query = "SELECT id, name, labels FROM series WHERE id IN (";
        for (const auto& one : some) (query += std::to_string(one.id)) += ',';
        query.back() = ')';
        std::vector<long long> ids(some.size());
        std::vector<std::string> names(some.size()), labels(some.size());
        in << query + dialect_.row_lock(), soci::into(ids), soci::into(names), soci::into(labels);
        if (ids.size() != some.size()) return false;
        for (std::size_t i = 0; i < ids.size(); ++i) {
            const auto* found = std::lower_bound(some.data(), some.data() + some.size(), ids[i],
                                                 [](const use& a, long long id) { return a.id < id; });
            if (found == some.data() + some.size() || found->id != ids[i] ||
                found->identity != identity_of(names[i], labels[i]))
                return false;
        }
    }
    return true;
}

series_ids::entry& series_ids::add(soci::session& in, series of) {
    const auto view = host_.declared(of);
    if (!view || of.number() > max_series_number) return unknown_;
    if (of.number() >= all_.size()) all_.resize(of.number() + 1);
    auto& made = all_[of.number()];
    const auto refused = [&made](std::string why) -> entry& {
        made = {0, std::move(why), 0, 0, true};
        return made;
    };
    if (!all_storable(view)) return refused("its series has a name, label, unit or help that is not UTF-8");
    const auto declared = row_of(view);
    if (declared.name.size() > max_name_bytes)
        return refused("its series has a name of " + std::to_string(declared.name.size()) +
                       " bytes: a name of more than 255 is no key of a table");
    if (declared.labels.size() > max_labels_bytes)
        return refused("its series has labels of " + std::to_string(declared.labels.size()) +
                       " bytes: labels of more than 2000 are no key of a table");
    if (const auto bytes = statement_bytes(declared); bytes > dialect_.max_statement_bytes())
        return refused("the description of its series needs a statement of " + std::to_string(bytes) +
                       " bytes, and the server's max_allowed_packet is less: set it to 1 MiB or more");
    std::string unit, kind;
    auto id = id_of(in, declared, unit, kind);
    if (id == 0) {
        insert(in, declared);
        id = id_of(in, declared, unit, kind);
        while (dialect_.ids_can_come_again() && has_readings(in, id)) {
            dialect_.change_id(in, id);
            id = id_of(in, declared, unit, kind);
        }
    } else if (unit != declared.unit || kind != declared.kind) {
        // With two meanings of a series in one table, neither the old rows nor the new ones would be right.
        return refused("the database has series '" + declared.name + "' " + declared.labels + " as a " + kind +
                       " in '" + unit + "', and it is now a " + declared.kind + " in '" + declared.unit +
                       "': give it another name or label");
    } else {
        update(in, id, declared);
    }
    made = {id, {}, identity_of(declared.name, declared.labels), 0, true};
    return made;
}

} // namespace releve::sql
