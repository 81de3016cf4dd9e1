// SPDX-License-Identifier: Apache-2.0
// Pages of each element set, made of public clients' field lists; the values are invented.
#pragma once

#include <fstream>
#include <iterator>
#include <stdexcept>
#include <string>
#include <string_view>

namespace pages {

/// Tests run in the plugin's folder.
inline std::string read(const std::string& firmware) {
    std::ifstream file{"testdata/data-cgx-" + firmware + ".xml"};
    if (!file)
        throw std::runtime_error("no testdata/data-cgx-" + firmware + ".xml: run the tests in the plugin's folder");
    return {std::istreambuf_iterator<char>{file}, {}};
}

inline const std::string v0_61d = read("V0.61D");
inline const std::string v0_8x = read("V0.8x");
inline const std::string v0_84a10 = read("V0.84A10");

inline std::string with(std::string_view page, std::string_view what, std::string_view instead) {
    std::string text{page};
    text.replace(text.find(what), what.size(), instead);
    return text;
}

} // namespace pages
