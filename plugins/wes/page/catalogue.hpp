// SPDX-License-Identifier: Apache-2.0
// What the elements of data.cgx mean: one row an element, for all firmwares at once. No I/O.
#pragma once

#include "page/document.hpp"

#include <releve/series.hpp>

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace releve::wes {

enum class channel_kind : std::uint8_t {
    server, // no channel: of the WES itself
    tic,    // téléinfo meter
    pulse,
    clamp,
    mains, // the voltage of the optional 9 V supply
    probe,
    relay,
    input,
    analog,
    virtual_switch,
    variable,
};

/// "tic1", "clamp2", "relay101", "mains"; empty for the server.
std::string channel_name(channel_kind kind, int number);

enum class element_form : std::uint8_t {
    whole,        // digits
    decimal,      // digits, perhaps a point
    with_sign,    // the same, perhaps negative
    volts,        // needs a point: as a whole number (V0.61D) its unit is not known
    clamp_energy, // whole: Wh, three decimals: kWh
    on_off,       // ON, OFF, 1, 0
    words,
};

struct element_row {
    std::string_view section, element; // '#' is the channel's number
    channel_kind of;
    int first, last; // numbers of the channels
    element_form form;
    double least, most; // a number outside is not believed
    bool always;        // reported also while it never was anything but 0
    releve::kind is;
    std::string_view series, unit, help;
    std::string_view label = {}, label_value = {};
    std::string_view quantity = {}; // where the unit alone does not say it
    double resolution = 0, modulus = 0, max_rate = 0;
    std::string_view unless = {}; // not reported once this element was seen: it says the same, better
};

std::span<const element_row> catalogue() noexcept;

/// In which unit clamps count (firmwares differ).
enum class clamp_unit : std::uint8_t { by_decimal_point, watt_hour, kilowatt_hour };

struct element_value {
    const element_row* row;
    int channel;
    double number = 0;     // in the row's unit
    std::string_view text; // of words: in the document
};

/// All values of a document that can be believed. Of a meter that has no frame (`Pas Dispo`): none. Words that stand
/// for nothing (`----`, `TIC NDERR.`): none.
std::vector<element_value> values_of(const document& from, clamp_unit clamps = clamp_unit::by_decimal_point);

enum class meter_state : std::uint8_t { no_such_input, no_frame, present };
meter_state meter(const document& from, int number);

} // namespace releve::wes
