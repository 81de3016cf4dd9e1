// SPDX-License-Identifier: Apache-2.0
// What the elements of data.cgx mean: one row for each element, for all firmwares. No I/O.
#pragma once

#include "page/document.hpp"

#include <releve/kit/text/odd_entries.hpp>
#include <releve/series.hpp>

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace releve::wes {

enum class channel_kind : std::uint8_t {
    server, // the WES itself: no channel
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
    decimal,      // digits, perhaps a point, with at most the decimals of its resolution
    with_sign,    // the same, perhaps negative
    pulse_index,  // whole, or three decimals
    volts,        // needs a point: the unit of a whole number (V0.61D) is not known
    clamp_energy, // whole: Wh; three decimals: kWh
    on_off,       // ON, OFF, 1, 0
    text,
};

struct element_row {
    std::string_view section, element; // '#' is the channel's number
    channel_kind of;
    int first, last; // numbers of the channels
    element_form form;
    double min, max; // a number outside is ignored
    bool always;     // reported even if it was never anything but 0
    releve::kind is;
    std::string_view series, unit, help;
    std::string_view label = {}, label_value = {};
    std::string_view quantity = {}; // where the unit does not imply it
    double resolution = 0, modulus = 0, max_rate = 0;
    std::string_view unless = {}; // not reported once this element was seen, which is the same value, more precise
};

std::span<const element_row> catalogue() noexcept;

/// The unit in which clamps count (firmwares differ).
enum class clamp_unit : std::uint8_t { by_decimal_point, watt_hour, kilowatt_hour };

struct element_value {
    const element_row* row;
    int channel;
    double number = 0;     // in the row's unit
    std::string_view text; // of form text: in the document
    bool doubtful = false;
};

/// All credible values of a document. A meter without a frame (`Pas Dispo`) has none. Texts that mean "no value"
/// (`----`, `TIC NDERR.`) are left out.
/// `odd`: gets the elements that have a value which is none, and why.
std::vector<element_value> values_of(const document& from, clamp_unit clamps = clamp_unit::by_decimal_point,
                                     kit::odd_entries* odd = nullptr);

enum class meter_state : std::uint8_t { no_such_input, no_frame, present };
meter_state meter(const document& from, int number);

} // namespace releve::wes
