// SPDX-License-Identifier: Apache-2.0
// A record for scripts: a line of run --once --json and of a tap.
#pragma once
#include "pipeline/node/node.hpp"

#include <string>

namespace releve::core {

/// {"time":"2026-01-01T00:00:00.000Z","node":..,"series":..,"labels":{..},"unit":..,"kind":..,"quality":..,"value":..}
std::string json_record(const node& from, const releve_series& series, const releve_record& record, const char* text);
/// 2026-01-01T00:00:00.000Z
std::string iso_time(std::int64_t ns);

} // namespace releve::core
