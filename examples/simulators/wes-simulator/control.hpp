// SPDX-License-Identifier: Apache-2.0
// The requests that control the simulator itself, on the port of a device, without a password.
#pragma once

#include "fault.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace wes_simulator {

struct control {
    enum { wrong, show, set_fault, advance } what = wrong;
    std::uint16_t port = 0; // of the target device; 0: this one
    fault_setting fault;
    double seconds = 0;
    std::string complaint; // wrong: what is wrong
};

// GET /simulator, PUT /simulator/fault?name=..., PUT /simulator/advance?seconds=...; nothing: not a request of this
// kind.
std::optional<control> control_in(std::string_view segment);

// The head of the answer, and the complaint if there is one.
std::string control_reply(const control& order);

} // namespace wes_simulator
