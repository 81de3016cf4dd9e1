// SPDX-License-Identifier: Apache-2.0
#include "series_table.hpp"

#include "quantities.hpp"

#include <releve/series_text.hpp>
#include <releve/string.hpp>

#include <algorithm>

namespace releve::core {

struct series_table::entry {
    releve_series c{};
    std::string name, quantity, unit, help;
    std::vector<std::pair<std::string, std::string>> labels;
    std::vector<releve_label> c_labels;
    mutable std::atomic<const void*> owner{nullptr}; // none: nobody makes it now
    mutable std::string owner_name;                  // under the table's mutex

    void take(const releve_series& what);
    void complete(); // once all is there
    std::string identity() const;
    bool describes_as(const entry& other) const; // of the same identity
    void belongs_to(const entry& newer) const {
        owner = newer.owner.load();
        owner_name = newer.owner_name;
    }
};

namespace {

constexpr std::size_t longest_text = 256, most_labels = 32;

bool is_name(std::string_view text) {
    if (text.empty() || text.size() > longest_text || !(text.front() >= 'a' && text.front() <= 'z')) return false;
    return std::all_of(text.begin(), text.end(),
                       [](char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_'; });
}

const char* kind_name(std::uint32_t kind) {
    constexpr std::array names{"gauge", "counter", "text", "event", "setting"};
    return kind < names.size() ? names[kind] : "unknown kind";
}

/// The end of a sentence about a text of so many bytes.
std::string too_long(std::size_t size) {
    return " has " + std::to_string(size) + " bytes, and at most " + std::to_string(longest_text) +
           " are allowed: make it shorter";
}

/// Why `what` is no series at all; empty: it is one.
std::string mistake(const releve_series& what) {
    if (what.name.size > longest_text) return "the name of a series" + too_long(what.name.size);
    const std::string name{view(what.name)};
    if (!is_name(name)) return "a series' name is lower case letters, digits and '_', not '" + name + "'";
    if (what.kind > RELEVE_KIND_SETTING) return "unknown kind " + std::to_string(what.kind);
    if (what.help.size == 0) return "a series says in one sentence what it is: 'help' is empty";
    if (what.label_count > most_labels)
        return "series '" + name + "' has " + std::to_string(what.label_count) + " labels, and at most " +
               std::to_string(most_labels) + " are allowed";
    for (std::uint32_t i = 0; i < what.label_count; ++i) {
        if (what.labels[i].key.size > longest_text)
            return "the key of a label of series '" + name + "'" + too_long(what.labels[i].key.size);
        const std::string key{view(what.labels[i].key)};
        if (!is_name(key)) return "a label's key is lower case letters, digits and '_', not '" + key + "'";
        if (what.labels[i].value.size > longest_text)
            return ("the value of label '" + key + "' of series '").append(name).append("'") +
                   too_long(what.labels[i].value.size);
        for (std::uint32_t k = 0; k < i; ++k)
            if (view(what.labels[k].key) == key) return "label '" + key + "' is given twice";
    }
    const auto quantity = view(what.quantity);
    if (const auto* known = find_quantity(quantity); known != nullptr && known->unit != view(what.unit))
        return "the unit of " + std::string{quantity} + " is '" + std::string{known->unit} + "', not '" +
               std::string{view(what.unit)} + "': the source converts";
    return {};
}

} // namespace

series_table::series_table() = default;

series_table::~series_table() {
    for (std::uint32_t i = 1; i <= size(); ++i) delete at(i);
    for (auto& one : chunks_) delete[] one.load();
}

const series_table::entry* series_table::at(std::uint32_t number) const noexcept {
    if (number == 0 || number > size()) return nullptr;
    const auto* entries = chunks_[number / chunk].load(std::memory_order_acquire);
    return entries == nullptr ? nullptr : entries[number % chunk].load(std::memory_order_acquire);
}

const releve_series* series_table::find(std::uint32_t number) const noexcept {
    const auto* found = at(number);
    return found == nullptr ? nullptr : &found->c;
}

const void* series_table::owner(std::uint32_t number) const noexcept {
    const auto* found = at(number);
    return found == nullptr ? nullptr : found->owner.load();
}

void series_table::entry::take(const releve_series& what) {
    c = what;
    name = view(what.name);
    quantity = view(what.quantity);
    unit = view(what.unit);
    help = view(what.help);
    labels.reserve(what.label_count + 2); // and those that the host adds
    for (std::uint32_t i = 0; i < what.label_count; ++i)
        labels.emplace_back(view(what.labels[i].key), view(what.labels[i].value));
}

void series_table::entry::complete() {
    std::sort(labels.begin(), labels.end());
    c.size = sizeof c;
    c.name = to_c(name);
    c.quantity = to_c(quantity);
    c.unit = to_c(unit);
    c.help = to_c(help);
    c_labels.reserve(labels.size());
    for (const auto& [key, value] : labels) c_labels.push_back({to_c(key), to_c(value)});
    c.labels = c_labels.data();
    c.label_count = static_cast<std::uint32_t>(c_labels.size());
}

std::string series_table::entry::identity() const {
    auto text = name;
    for (const auto& [key, value] : labels) text.append(1, '\x1f').append(key).append(1, '\x1e').append(value);
    return text;
}

bool series_table::entry::describes_as(const entry& other) const {
    return c.kind == other.c.kind && quantity == other.quantity && unit == other.unit && help == other.help &&
           c.resolution == other.c.resolution && c.modulus == other.c.modulus && c.max_rate == other.c.max_rate;
}

void series_table::put(std::uint32_t number, std::unique_ptr<entry> made) {
    auto& place = chunks_[number / chunk];
    if (place.load(std::memory_order_relaxed) == nullptr)
        place.store(
            new std::atomic<entry*>[chunk] {}, std::memory_order_release);
    auto& slot = place.load(std::memory_order_relaxed)[number % chunk];
    replaced_.emplace_back(slot.exchange(made.release(), std::memory_order_acq_rel));
    if (replaced_.back() == nullptr) replaced_.pop_back();
    if (number > count_.load(std::memory_order_relaxed)) count_.store(number, std::memory_order_release);
}

void series_table::restore(std::uint32_t number, const releve_series& what) {
    if (number == 0 || number >= chunk * chunks) return;
    auto made = std::make_unique<entry>();
    made->take(what);
    made->complete();
    const std::lock_guard lock{mutex_};
    numbers_[made->identity()] = number; // of two descriptions, the later one
    put(number, std::move(made));
    described_.push_back(number);
}

void series_table::take_described(std::vector<std::uint32_t>& into) {
    const std::lock_guard lock{mutex_};
    into.insert(into.end(), described_.begin(), described_.end());
    described_.clear();
}

std::uint32_t series_table::declare(const declarer& by, const releve_series& what, std::string& why) {
    if (why = mistake(what); !why.empty()) return 0;
    auto made = std::make_unique<entry>();
    made->take(what);
    const auto add_absent = [&](const char* key, std::string_view value) {
        const auto has = [&](const auto& label) { return label.first == key; };
        if (std::none_of(made->labels.begin(), made->labels.end(), has)) made->labels.emplace_back(key, value);
    };
    add_absent("site", by.site);
    add_absent("device", by.name);
    if (made->quantity.empty())
        if (const auto* known = quantity_of_unit(made->unit)) made->quantity = known->name;
    made->complete();
    made->owner = by.node;
    made->owner_name = by.name;

    auto identity = made->identity();
    const std::lock_guard lock{mutex_};
    if (by.on_trial) return try_declare(by, std::move(identity), std::move(made), why);
    const auto known = numbers_.find(identity);
    if (const auto wanted = tried_.find(identity); wanted != tried_.end())
        if (known == numbers_.end() || at(known->second)->owner != by.node)
            return why = spell(wanted->second.what->c) + " is made by node '" + wanted->second.what->owner_name + "'",
                   0;
    if (known != numbers_.end()) {
        const auto& old = *at(known->second);
        const bool same = old.c.kind == what.kind && old.unit == made->unit;
        if (old.owner == nullptr && same) {
            const auto number = known->second;
            if (old.describes_as(*made)) {
                old.belongs_to(*made); // nothing is replaced: restarts and reloads do not add up
                return number;
            }
            put(number, std::move(made));
            described_.push_back(number);
            return number;
        }
        const auto text = spell(old.c);
        if (old.owner != nullptr && old.owner != by.node)
            return why = text + " is already made by node '" + old.owner_name + "'", 0;
        if (old.owner != nullptr && old.c.kind != what.kind)
            return why = text + " was declared as a " + kind_name(old.c.kind) + ", now as a " + kind_name(what.kind), 0;
        if (old.owner != nullptr && !same)
            return why = text + " was declared in '" + old.unit + "', now in '" + made->unit + "'", 0;
        if (old.owner != nullptr) return known->second;
        // An earlier run had it otherwise: what still waits in the spool keeps the number of then.
    }
    const auto number = count_.load(std::memory_order_relaxed) + 1;
    if (number >= chunk * chunks) return why = "the runtime has no room for more series", 0;
    numbers_.insert_or_assign(std::move(identity), number);
    put(number, std::move(made));
    described_.push_back(number);
    return number;
}

bool series_table::leaves(const void* node) const {
    return node != nullptr && std::find(leaving_.begin(), leaving_.end(), node) != leaving_.end();
}

void series_table::begin_trial(std::vector<const void*> leaving) {
    const std::lock_guard lock{mutex_};
    leaving_ = std::move(leaving);
}

std::uint32_t series_table::try_declare(const declarer& by, std::string identity, std::unique_ptr<entry> made,
                                        std::string& why) {
    if (const auto known = tried_.find(identity); known != tried_.end()) {
        const auto& old = *known->second.what;
        if (old.owner != by.node) return why = spell(old.c) + " is already made by node '" + old.owner_name + "'", 0;
        if (old.c.kind != made->c.kind)
            return why = spell(old.c) + " was declared as a " + kind_name(old.c.kind) + ", now as a " +
                         kind_name(made->c.kind),
                   0;
        if (old.unit != made->unit)
            return why = spell(old.c) + " was declared in '" + old.unit + "', now in '" + made->unit + "'", 0;
        return known->second.number;
    }
    tried one;
    one.what = made.get();
    if (const auto known = numbers_.find(identity); known != numbers_.end()) {
        const auto& old = *at(known->second);
        if (old.owner != nullptr && !leaves(old.owner))
            return why = spell(old.c) + " is already made by node '" + old.owner_name + "'", 0;
        // In another unit it is another number: what still waits in a spool keeps the number of then.
        if (old.c.kind == made->c.kind && old.unit == made->unit) {
            one.number = known->second;
            one.instead = std::move(made);
        }
    }
    if (one.number == 0) {
        one.number = spare_.empty() ? count_.load(std::memory_order_relaxed) + 1 : spare_.back();
        if (one.number >= chunk * chunks) return why = "the runtime has no room for more series", 0;
        if (!spare_.empty()) spare_.pop_back();
        put(one.number, std::move(made));
    }
    const auto number = one.number;
    tried_.emplace(std::move(identity), std::move(one));
    return number;
}

void series_table::end_trial(bool adopted) {
    const std::lock_guard lock{mutex_};
    if (adopted && !leaving_.empty())
        for (std::uint32_t i = 1; i <= count_.load(std::memory_order_relaxed); ++i)
            if (const auto* one = at(i); one != nullptr && leaves(one->owner)) one->owner = nullptr;
    for (auto& [identity, one] : tried_) {
        if (!adopted) {
            if (one.instead == nullptr) spare_.push_back(one.number);
            continue;
        }
        numbers_.insert_or_assign(identity, one.number);
        if (one.instead == nullptr) {
            described_.push_back(one.number);
        } else if (const auto& old = *at(one.number); old.describes_as(*one.instead)) {
            old.belongs_to(*one.instead); // nothing is replaced: reloads do not add up
        } else {
            put(one.number, std::move(one.instead));
            described_.push_back(one.number);
        }
    }
    tried_.clear();
    leaving_.clear();
}

std::string spell(const releve_series& series) { return identity(series_view{&series}); }

} // namespace releve::core
