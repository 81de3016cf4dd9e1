// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <string_view>

namespace releve::sql {

/// Whether every database can hold the text: well-formed UTF-8 (RFC 3629) without a NUL.
bool storable(std::string_view text) noexcept;

} // namespace releve::sql
