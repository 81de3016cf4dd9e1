// SPDX-License-Identifier: Apache-2.0
// What a WES writes and reads of HTTP, as text.
#pragma once

#include <string>
#include <string_view>

namespace wes_simulator {

std::string lower(std::string_view text);
std::string base64(std::string_view bytes);
std::string unescaped(std::string_view text); // "%20" is a blank; other text stays as it is

// A whole reply. `more_headers`: lines with their ends.
std::string message(std::string_view status, std::string_view more_headers, std::string_view type,
                    std::string_view body);
// The same as a page for people.
std::string human(std::string_view status, std::string_view more_headers, std::string_view text);

} // namespace wes_simulator
