// SPDX-License-Identifier: Apache-2.0
// What can be set in a WES: the request that sets it, and where the page shows the result. No I/O.
#pragma once

#include "page/document.hpp"

#include <releve/batch.hpp>

#include <optional>
#include <string>
#include <string_view>

namespace releve::wes {

/// Firmwares from about V0.8 have /AJAX.cgx; older ones /RL.cgi and /VS.cgi.
enum class control_pages { ajax, by_kind };
/// "V0.61D": by_kind. An unknown name counts as a new firmware.
control_pages pages_of_firmware(std::string_view firmware);

struct control_target {
    std::string path, query;      // of the request
    std::string section, element; // of the page, where the value can be read back; empty: nowhere
    std::string expected;         // what the page shows then: "ON", "1", or a number
    bool post = false;            // the query is sent as the body
};

/// "relay1", "relay101", "switch3" or "alarm", on or off. Nothing: there is no such channel, or the value is not a
/// state (1, 0, "on", "off").
std::optional<control_target> target_of(std::string_view channel, const record& value, control_pages pages);
/// Of a channel that exists.
control_target target_of(std::string_view channel, bool on, control_pages pages);
bool is_channel(std::string_view name);

/// The page shows the expected value.
bool is_set(const document& page, const control_target& target);

} // namespace releve::wes
