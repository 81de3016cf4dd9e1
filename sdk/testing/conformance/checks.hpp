// SPDX-License-Identifier: Apache-2.0
// The checks of a component. Each runs in its own process.
#pragma once
#include "subject.hpp"

#include <cstdint>
#include <span>
#include <string>

namespace releve::conformance {

struct result {
    enum class verdict : std::uint8_t { ok, failed, skipped };
    verdict is = verdict::ok;
    std::string sentence;
};
inline result ok(std::string sentence) { return {result::verdict::ok, std::move(sentence)}; }
inline result failed(std::string sentence) { return {result::verdict::failed, std::move(sentence)}; }
inline result skipped(std::string sentence) { return {result::verdict::skipped, std::move(sentence)}; }

struct check {
    const char* name;    // short and stable, for --json and scripts
    const char* promise; // what holds when it passes; shown when the check did not finish
    result (*run)(const subject&);
};
std::span<const check> all_checks();

// checks_options.cpp
result described(const subject&);
result sample(const subject&);
result bad_values(const subject&);
result hostile_values(const subject&);
// checks_life.cpp
result no_leak(const subject&);
result no_leak_started(const subject&);
result stops(const subject&);
// checks_work.cpp
result contract(const subject&);
result reasons(const subject&);
result takes_and_makes(const subject&);
result shared_connection(const subject&);
result answers(const subject&);
result no_network(const subject&);

/// Cuts this process off the network; false when that is not permitted. Only while it has one thread.
bool leave_network();
/// Whether leave_network has succeeded in this process.
bool left_network();

} // namespace releve::conformance
