// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <string>
#include <string_view>
#include <vector>

namespace releve::print {

/// Whether `text` is as `pattern` says, in which * stands for any characters and ? for one.
bool matches(std::string_view pattern, std::string_view text);

/// Whether one of the patterns matches the series' name; no pattern at all takes every series.
bool takes(const std::vector<std::string>& patterns, std::string_view name);

} // namespace releve::print
