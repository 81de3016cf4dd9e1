// SPDX-License-Identifier: Apache-2.0
#include "json_text.hpp"

#include <releve/kit/text/printable.hpp>
#include <releve/kit/text/utf8.hpp>

#include <boost/json.hpp>

#include <string_view>

namespace releve::core {

std::string json_text(const boost::json::value& of) {
    const auto text = boost::json::serialize(of);           // which escapes what is below U+0020, and checks no UTF-8
    constexpr std::string_view digits = "0123456789abcdef"; // of control characters, which are below U+10000
    std::string made;
    made.reserve(text.size());
    for (std::string_view rest{text}; !rest.empty();) {
        const auto one = first_character(rest);
        if (!one.valid) {
            made += kit::replacement_character;
        } else if (kit::is_control(one.code)) {
            made += "\\u";
            for (int shift = 12; shift >= 0; shift -= 4)
                made += digits[one.code >> static_cast<unsigned>(shift) & 0xfU];
        } else {
            made += rest.substr(0, one.size);
        }
        rest.remove_prefix(one.size);
    }
    return made;
}

} // namespace releve::core
