// SPDX-License-Identifier: Apache-2.0
// The only way by which JSON leaves the program, whatever a device or a database has put into its texts.
#pragma once
#include <boost/json/fwd.hpp>

#include <string>

namespace releve::core {

/// One line, without its end: valid UTF-8, in which control characters that a terminal may act on are escaped.
std::string json_text(const boost::json::value& of);

} // namespace releve::core
