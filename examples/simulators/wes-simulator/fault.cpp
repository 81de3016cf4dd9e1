// SPDX-License-Identifier: Apache-2.0
#include "fault.hpp"

#include <array>

namespace wes_simulator {
namespace {

struct entry {
    std::string_view name;
    fault_setting setting;
};

constexpr std::array<entry, 10> faults{{
    {"none", {fault::none}},
    {"401", {fault::unauthorized}},
    {"403", {fault::forbidden}},
    {"slow", {fault::slow, 10}},
    {"cut", {fault::cut}},
    {"split", {fault::split}},
    {"bad_name", {fault::bad_name}},
    {"absent_meter", {fault::absent_meter}},
    {"reboot", {fault::reboot, 5}},
    {"dead", {fault::dead}},
}};

} // namespace

std::optional<fault_setting> fault_named(std::string_view name) {
    for (const entry& each : faults) {
        if (each.name == name) return each.setting;
    }
    return {};
}

std::string_view name(fault kind) { return faults[static_cast<std::size_t>(kind)].name; }

} // namespace wes_simulator
