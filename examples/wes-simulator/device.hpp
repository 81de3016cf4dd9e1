// SPDX-License-Identifier: Apache-2.0
// One WES without its network: a request in, the bytes of the reply out.
#pragma once

#include "cgx.hpp"
#include "fault.hpp"
#include "firmware.hpp"
#include "household.hpp"

#include <array>
#include <string>
#include <string_view>
#include <vector>

namespace wes_simulator {

// How commands on the M2M port are answered: (a) the value alone, (b) the command again, then "=value". Which firmware
// does which is not known.
enum class m2m_dialect { a, b };

struct device_setting {
    std::string name = "A11";
    firmware profile = firmware::v0_84a10;
    std::uint64_t seed = 1;
    std::int64_t start_s = 0; // local time
    contract agreed = contract::off_peak;
    std::string user = "admin", password = "wes";            // the account that may do everything
    std::string plain_user = "user", plain_password = "wes"; // the one that may not see the configuration
    m2m_dialect dialect = m2m_dialect::a;
};

struct reply {
    std::string bytes;
    double delay_s = 0;
    bool in_pieces = false;
    bool reboot = false; // of the device, once the bytes are out
};

class device {
public:
    explicit device(device_setting setting);

    // `segment` is what came first on the connection: like the device, this does not wait for more of it.
    reply answer(std::string_view segment);
    // One M2M command, without its line end: the reply's lines.
    reply answer_m2m(std::string_view command);

    void advance_to(std::int64_t time_s) { home_.advance_to(time_s); }
    void set_fault(fault_setting now) { fault_ = now; }
    const fault_setting& current_fault() const { return fault_; }
    const device_setting& setting() const { return setting_; }
    const readings& truth() const { return home_.now(); }

    // "key value" lines of what the meters really stand at, for tests to compare with.
    std::string truth_text() const;

private:
    struct account {
        bool known = false, may_configure = false;
    };

    account who(std::string_view segment) const;
    arguments value(std::string_view code) const;
    arguments meter_value(std::string_view code) const;
    arguments channel_value(std::string_view code) const;
    std::string page() const;
    bool obey(std::string_view query);
    std::string m2m_value(std::string_view command);
    reply document() const;

    device_setting setting_;
    household home_;
    fault_setting fault_;
    std::array<bool, 2> relays_{};
    std::array<bool, 24> switches_{};
};

} // namespace wes_simulator
