// SPDX-License-Identifier: Apache-2.0
// libFuzzer: any bytes as a page, and as the text of an element of a page that is else right.
#include "page/catalogue.hpp"
#include "page/element_text.hpp"

#include <releve/kit/text/printable.hpp>
#include <releve/kit/text/utf8.hpp>

#include <cmath>
#include <cstdint>
#include <cstdlib>

namespace {

using namespace releve::wes;

std::vector<element_value> checked(const document& page) {
    releve::kit::odd_entries odd;
    for (const auto& [key, text] : page.elements()) {
        if (!releve::kit::is_utf8(text) || releve::kit::printable(text) != text) std::abort();
        if (key.empty()) std::abort();
    }
    auto all = values_of(page, clamp_unit::by_decimal_point, &odd);
    for (const auto& one : all) {
        if (one.row->form == element_form::text) {
            if (one.text.empty() || one.text.size() > 64) std::abort();
        } else if (!std::isfinite(one.number) || one.number < one.row->min || one.number > one.row->max * 1000) {
            std::abort(); // kWh are Wh
        }
    }
    const auto told = odd.end_round().begun;
    if (releve::kit::printable(told) != told) std::abort();
    return all;
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view bytes{reinterpret_cast<const char*>(data), size};
    try {
        checked(document::parse(bytes));
    } catch (const bad_document&) {
        // as it should
    }
    // An element that holds anything but an end of its section costs no other section.
    const auto page = "<data><pince><I1>0.63</I1></pince><variables><NOM>" + std::string{bytes} +
                      "</NOM><VARIABLE1>1.00</VARIABLE1></variables></data>";
    const bool has_structure = bytes.find("data>") != bytes.npos || bytes.find("pince") != bytes.npos;
    if (has_structure || page.size() > document::max_bytes) return 0;
    const auto from = document::parse(page);
    bool found = false;
    for (const auto& one : checked(from))
        found = found || (one.row->element == "I#" && one.channel == 1 && one.number == 0.63);
    if (!found) std::abort();
    return 0;
}
