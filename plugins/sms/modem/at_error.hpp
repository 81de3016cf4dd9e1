// SPDX-License-Identifier: Apache-2.0
// What a modem's error numbers mean (3GPP TS 27.005, 3.2.5; 27.007, 9.2), and their category.
#pragma once
#include <string>

namespace releve::sms {

enum class at_trouble {
    transient,     // the network, a busy modem: worth another try later
    permanent,     // the recipient or the subscription: this message can never be sent
    configuration, // SIM, service centre, store, command: a person has to act
};

at_trouble trouble_of_message(int code);   // +CMS ERROR
at_trouble trouble_of_equipment(int code); // +CME ERROR
/// "no network service (+CMS ERROR: 331)"
std::string message_error_text(int code);
std::string equipment_error_text(int code);

} // namespace releve::sms
