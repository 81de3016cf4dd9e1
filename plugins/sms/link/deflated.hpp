// SPDX-License-Identifier: Apache-2.0
// Compresses what a link saves: a dictionary repeats itself, and a node's state has a limit.
#pragma once
#include <string>
#include <string_view>

namespace releve::sms {

/// With zlib, at most 64 MiB; inflated() reverses it. inflated() throws std::runtime_error when deflated() did not make
/// the bytes.
std::string deflated(std::string_view bytes);
std::string inflated(std::string_view bytes);

} // namespace releve::sms
