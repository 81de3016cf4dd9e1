// SPDX-License-Identifier: Apache-2.0
#include "same_section.hpp"

#include <releve/string.hpp>

#include <bit>
#include <cstdint>

namespace releve::core {

namespace {

/// NaN is as NaN is.
bool same_number(double one, double other) {
    return std::bit_cast<std::uint64_t>(one) == std::bit_cast<std::uint64_t>(other);
}

bool same_value(const releve_value& one, const releve_value& other) {
    if (one.type != other.type || one.given != other.given || one.count != other.count || one.integer != other.integer)
        return false;
    if (!same_number(one.number, other.number) || view(one.key) != view(other.key) ||
        view(one.text) != view(other.text))
        return false;
    for (std::uint32_t i = 0; i < one.count; ++i)
        if (!same_value(*one.items[i], *other.items[i])) return false;
    return true;
}

bool same_spool(const spool_section& one, const spool_section& other) {
    return one.on == other.on && one.size_bytes == other.size_bytes && one.age == other.age &&
           one.blocks == other.blocks && one.first == other.first;
}

} // namespace

bool same_section(const node_section& one, const node_section& other) {
    return one.is == other.is && one.name == other.name && one.what->abi == other.what->abi &&
           one.interval == other.interval && one.align == other.align && one.calendar == other.calendar &&
           one.jitter == other.jitter && one.queue_bytes == other.queue_bytes && one.policy == other.policy &&
           one.startup == other.startup && same_spool(one.spool, other.spool) &&
           same_value(one.values.root(), other.values.root());
}

std::string changed_key(const site_section& one, const site_section& other) {
    if (one.name != other.name) return "name";
    if (one.timezone != other.timezone) return "timezone";
    if (one.state != other.state) return "state";
    if (one.max_series != other.max_series) return "max_series";
    if (one.grace != other.grace) return "grace";
    if (one.commit_interval != other.commit_interval) return "commit";
    if (one.control != other.control) return "control";
    if (one.listen.host != other.listen.host || one.listen.port != other.listen.port) return "listen";
    return {};
}

} // namespace releve::core
