// SPDX-License-Identifier: Apache-2.0
#include "modem/at_error.hpp"

#include <algorithm>
#include <array>
#include <span>
#include <string_view>

namespace releve::sms {

namespace {

struct meaning {
    int code;
    at_trouble is;
    std::string_view text;
};

using enum at_trouble;

// 1 to 127 are the network's (3GPP TS 24.011, annex E).
constexpr std::array message_errors{
    meaning{1, permanent, "the number is not assigned"},
    meaning{8, permanent, "barred by the operator"},
    meaning{10, permanent, "the call is barred"},
    meaning{21, permanent, "the network rejects the message"},
    meaning{27, permanent, "the recipient is out of service"},
    meaning{28, permanent, "the subscriber is not identified"},
    meaning{29, permanent, "the network rejects the service"},
    meaning{30, permanent, "the subscriber is not known"},
    meaning{38, transient, "the network is out of order"},
    meaning{41, transient, "the network has a temporary failure"},
    meaning{42, transient, "the network is congested"},
    meaning{47, transient, "the network has no room"},
    meaning{50, permanent, "the subscription has no SMS"},
    meaning{69, permanent, "the network does not have this service"},
    meaning{300, transient, "the modem failed"},
    meaning{301, configuration, "the modem's SMS service is reserved"},
    meaning{302, configuration, "the modem does not allow it"},
    meaning{303, configuration, "the modem does not know the command"},
    meaning{304, permanent, "the modem says the message is malformed"},
    meaning{305, configuration, "the modem is in text mode"},
    meaning{310, configuration, "no SIM is inserted"},
    meaning{311, configuration, "the SIM needs its PIN"},
    meaning{312, configuration, "the modem needs a SIM's PIN"},
    meaning{313, configuration, "the SIM failed"},
    meaning{314, transient, "the SIM is busy"},
    meaning{315, configuration, "the SIM is wrong"},
    meaning{316, configuration, "the SIM needs its PUK"},
    meaning{320, configuration, "the modem's store failed"},
    meaning{321, configuration, "the modem's store has no such index"},
    meaning{322, transient, "the modem's store is full"},
    meaning{330, configuration, "the service centre's number is not known"},
    meaning{331, transient, "no network service"},
    meaning{332, transient, "the network does not respond"},
    meaning{340, configuration, "an acknowledgement was not expected"},
    meaning{500, transient, "the modem gives no reason"},
};

constexpr std::array equipment_errors{
    meaning{3, configuration, "the modem does not allow it"},
    meaning{4, configuration, "the modem does not know the command"},
    meaning{10, configuration, "no SIM is inserted"},
    meaning{11, configuration, "the SIM needs its PIN"},
    meaning{12, configuration, "the SIM needs its PUK"},
    meaning{13, configuration, "the SIM failed"},
    meaning{14, transient, "the SIM is busy"},
    meaning{15, configuration, "the SIM is wrong"},
    meaning{16, configuration, "the PIN is wrong"},
    meaning{20, transient, "the modem's store is full"},
    meaning{30, transient, "no network service"},
    meaning{31, transient, "the network does not respond"},
    meaning{100, transient, "the modem gives no reason"},
};

const meaning* find(std::span<const meaning> all, int code) {
    const auto* found =
        std::find_if(all.data(), all.data() + all.size(), [&](const auto& m) { return m.code == code; });
    return found == all.data() + all.size() ? nullptr : found;
}

std::string text_of(const meaning* known, std::string_view name, int code) {
    return std::string{known == nullptr ? "the modem refuses" : known->text} + " (" + std::string{name} +
           " ERROR: " + std::to_string(code) + ")";
}

} // namespace

// An unknown error may pass.
at_trouble trouble_of_message(int code) {
    const auto* known = find(message_errors, code);
    return known == nullptr ? transient : known->is;
}
at_trouble trouble_of_equipment(int code) {
    const auto* known = find(equipment_errors, code);
    return known == nullptr ? transient : known->is;
}
std::string message_error_text(int code) { return text_of(find(message_errors, code), "+CMS", code); }
std::string equipment_error_text(int code) { return text_of(find(equipment_errors, code), "+CME", code); }

} // namespace releve::sms
