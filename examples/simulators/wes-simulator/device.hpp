// SPDX-License-Identifier: Apache-2.0
// One WES without its network: a request in, the bytes of the reply out.
#pragma once

#include "capture_log.hpp"
#include "cgx.hpp"
#include "fault.hpp"
#include "file_tree.hpp"
#include "firmware.hpp"
#include "household.hpp"

#include <array>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace wes_simulator {

// How commands on the M2M port are answered: (a) only the value, (b) the command again, then "=value". Which firmware
// does which is not known.
enum class m2m_dialect { a, b };

// A card of eight 1-Wire relays, RELAIS101 to RELAIS108, and its number in M2M replies: the only known client documents
// 1 and compares with 0.
enum class relay_card { none, called_0, called_1 };

struct device_setting {
    std::string name = "A11";
    firmware profile = firmware::v0_84a10;
    std::uint64_t seed = 1;
    std::int64_t start_s = 0; // local time
    contract agreed = contract::off_peak;
    std::string user = "admin", password = "wes";            // the account with all rights
    std::string plain_user = "user", plain_password = "wes"; // may not see the configuration
    m2m_dialect dialect = m2m_dialect::a;
    relay_card card = relay_card::none;
    std::string files; // the folder of web pages and FTP; empty: it has none
    std::string log;   // names of the log files there, as of strftime(3); empty: it keeps none
};

struct reply {
    std::string bytes;
    double delay_s = 0;
    bool in_pieces = false;
    std::size_t first_piece = 0; // in_pieces: its size; 0: all are of 1 to 40 bytes
    bool reboot = false;         // of the device, once the bytes are out
    bool cut = false;            // not closed in order, once the bytes are out
};

class device {
public:
    // Writes its stock template into an empty folder of files. Throws std::runtime_error when it can't be one.
    explicit device(device_setting setting);

    // `segment`: the first on the connection; like the device, this does not read more.
    reply answer(std::string_view segment);
    // One M2M command, without its line end: the reply's lines.
    reply answer_m2m(std::string_view command);

    void advance_to(std::int64_t time_s);
    void set_fault(fault_setting now) { fault_ = now; }
    const fault_setting& current_fault() const { return fault_; }
    const device_setting& setting() const { return setting_; }
    const readings& truth() const { return home_.now(); }

    // "key value" lines with the true values of the meters, for tests.
    std::string truth_text() const;

private:
    struct account {
        bool known = false, may_configure = false;
    };

    account who(std::string_view segment) const;
    arguments value(std::string_view code) const;
    arguments meter_value(std::string_view code) const;
    arguments channel_value(std::string_view code) const;
    std::string card_page() const;
    bool carry_out(std::string_view query);
    std::string m2m_value(std::string_view command);
    std::optional<std::string> file(std::string_view path) const;
    reply document(std::string_view page, bool is_cgx) const;
    reply resource(const std::string& path) const;
    void with_fault(reply& out) const;

    device_setting setting_;
    household home_;
    fault_setting fault_;
    std::array<bool, 2> relays_{};
    std::array<bool, 24> switches_{};
    std::array<bool, 8> card_{};
    std::optional<file_tree> files_;
    std::optional<capture_log> log_;
};

} // namespace wes_simulator
