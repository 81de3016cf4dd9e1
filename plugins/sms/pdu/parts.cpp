// SPDX-License-Identifier: Apache-2.0
#include "pdu/parts.hpp"

#include <algorithm>
#include <cstdlib>
#include <tuple>

namespace releve::sms {
namespace {

constexpr std::int64_t longest_step_s = 60; // a modem passes a part in some three seconds, and tries a few times

std::int64_t seconds_of(const message_part& one) { return one.message.time ? one.message.time->seconds : 0; }

/// What parts of one message have in common; a time that can't be read is a time apart.
auto common_of(const message_part& one) {
    return std::tie(one.message.sender.text, one.message.sender.type, one.centre.text, one.message.protocol,
                    one.place.reference, one.place.wide, one.place.total);
}
bool are_alike(const message_part& one, const message_part& other) {
    return common_of(one) == common_of(other) &&
           alphabet_of(one.message.data.coding) == alphabet_of(other.message.data.coding) &&
           one.message.time.has_value() == other.message.time.has_value();
}

bool follow_each_other(const message_part& one, const message_part& other) {
    const auto steps = std::abs(int{one.place.part} - int{other.place.part});
    return steps != 0 && std::abs(seconds_of(one) - seconds_of(other)) <= longest_step_s * steps;
}

bool has_room_for(const part_set& set, const message_part& one) {
    return are_alike(set.parts.front(), one) && std::all_of(set.parts.begin(), set.parts.end(), [&](const auto& other) {
               return follow_each_other(one, other);
           });
}

/// The network delivers a message twice when it misses the first acknowledgement.
bool has(const part_set& set, const message_part& one) {
    return std::any_of(set.parts.begin(), set.parts.end(), [&](const auto& other) {
        return are_alike(other, one) && other.place.part == one.place.part && other.message.data == one.message.data &&
               other.message.data.units == one.message.data.units && seconds_of(other) == seconds_of(one);
    });
}

std::int64_t distance(const part_set& set, const message_part& one) {
    std::int64_t least = -1;
    for (const auto& other : set.parts) {
        const auto far = std::abs(seconds_of(one) - seconds_of(other));
        if (least < 0 || far < least) least = far;
    }
    return least;
}

} // namespace

std::vector<part_set> sets_of(std::vector<message_part> parts) {
    std::stable_sort(parts.begin(), parts.end(), [](const auto& a, const auto& b) {
        return std::tuple{seconds_of(a), a.place.part} < std::tuple{seconds_of(b), b.place.part};
    });
    std::vector<part_set> sets;
    for (auto& one : parts) {
        const auto twice = std::find_if(sets.begin(), sets.end(), [&](const auto& set) { return has(set, one); });
        if (twice != sets.end()) {
            twice->again.push_back(one.which);
            continue;
        }
        std::vector<part_set*> with_room;
        for (auto& set : sets)
            if (has_room_for(set, one)) with_room.push_back(&set);
        if (with_room.empty()) {
            sets.push_back({{std::move(one)}, {}});
            continue;
        }
        if (with_room.size() > 1)
            for (auto* set : with_room) set->is_mixed = true;
        auto& nearest = **std::min_element(with_room.begin(), with_room.end(), [&](const auto* a, const auto* b) {
            return distance(*a, one) < distance(*b, one);
        });
        nearest.parts.push_back(std::move(one));
    }
    for (auto& set : sets)
        std::sort(set.parts.begin(), set.parts.end(),
                  [](const auto& a, const auto& b) { return a.place.part < b.place.part; });
    return sets;
}

read_text part_set::text() const {
    read_text made;
    for (std::size_t i = 0; i < parts.size();) {
        std::vector<const user_data*> following;
        for (const auto first = i; i < parts.size() && parts[i].place.part == parts[first].place.part + (i - first);
             ++i)
            following.push_back(&parts[i].message.data);
        const auto some = text_of(following);
        made.text += some.text;
        made.is_whole &= some.is_whole;
    }
    return made;
}

octets part_set::bytes() const {
    octets all;
    for (const auto& one : parts) all.insert(all.end(), one.message.data.bytes.begin(), one.message.data.bytes.end());
    return all;
}

} // namespace releve::sms
