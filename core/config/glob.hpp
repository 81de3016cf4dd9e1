// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <string_view>

namespace releve::core {

/// Whether a text has '*' or '?' in it.
bool is_glob(std::string_view text);
/// '*' stands for any letters, also none; '?' for one.
bool matches(std::string_view glob, std::string_view name);

} // namespace releve::core
