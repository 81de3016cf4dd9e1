// SPDX-License-Identifier: Apache-2.0
// What a link saves, made small: a dictionary says the same again and again, and a node's state has a limit.
#pragma once
#include <string>
#include <string_view>

namespace releve::sms {

/// By zlib, at most 64 MiB; and back. Throws std::runtime_error when it is not what deflated() gave.
std::string deflated(std::string_view bytes);
std::string inflated(std::string_view bytes);

} // namespace releve::sms
