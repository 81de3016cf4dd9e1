// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <string>
#include <string_view>

namespace releve::mail {

/// With HTML's special characters escaped: for text between tags, or an attribute's value.
std::string html_escaped(std::string_view text);

} // namespace releve::mail
