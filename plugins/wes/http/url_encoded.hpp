// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <string>
#include <string_view>

namespace releve::wes {

/// What is not unreserved is encoded (RFC 3986, 2.3): "a b" is "a%20b".
std::string url_encoded(std::string_view text);

} // namespace releve::wes
