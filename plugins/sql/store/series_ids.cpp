// SPDX-License-Identifier: Apache-2.0
#include "store/series_ids.hpp"

#include <releve/kit/text/utf8.hpp>
#include <releve/record_text.hpp>

#include <algorithm>
#include <cstdio>
#include <utility>

namespace releve::sql {
namespace {

/// Series numbers are dense: a greater one is invalid.
constexpr std::uint32_t max_series_number = 10'000'000;
/// Sizes that can be part of a key in every database.
constexpr std::size_t max_name_bytes = 255, max_labels_bytes = 2000;

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

const series_ids::entry& series_ids::add(soci::session& in, series of) {
    static const entry unknown{0, "its series is unknown to the host", true};
    const auto view = host_.declared(of);
    if (!view || of.number() > max_series_number) return unknown;
    if (of.number() >= all_.size()) all_.resize(of.number() + 1);
    auto& made = all_[of.number()];
    if (!all_storable(view)) {
        made = {0, "its series has a name, label, unit or help that is not UTF-8", true};
        return made;
    }
    const auto declared = row_of(view);
    if (declared.name.size() > max_name_bytes || declared.labels.size() > max_labels_bytes) {
        made = {0, "its series has a name of more than 255 bytes, or labels of more than 2000", true};
        return made;
    }
    std::string unit, kind;
    auto id = id_of(in, declared, unit, kind);
    if (id == 0) {
        insert(in, declared);
        id = id_of(in, declared, unit, kind);
    } else if (unit != declared.unit || kind != declared.kind) {
        // With two meanings of a series in one table, neither the old rows nor the new ones would be right.
        made = {0,
                "the database has series '" + declared.name + "' " + declared.labels + " as a " + kind + " in '" +
                    unit + "', and it is now a " + declared.kind + " in '" + declared.unit +
                    "': give it another name or label",
                true};
        return made;
    } else {
        update(in, id, declared);
    }
    made = {id, {}, true};
    return made;
}

} // namespace releve::sql
