// SPDX-License-Identifier: Apache-2.0
// AT commands and the responses to them (3GPP TS 27.005, 27.007; ITU-T V.250). A modem may send unsolicited lines
// between any two lines. One command at a time.
#pragma once
#include <releve/kit/io/serial_port.hpp>
#include <releve/kit/io/wait.hpp>

#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace releve::sms {

/// A line with its PDU, in base16, where it has one: "+CMGL: 1,0,,24".
struct at_item {
    std::string line, pdu;
    std::string odd = {}; // what stands in the PDU's place, and is none
};

struct at_response {
    enum class result { ok, error, silent };
    result is = result::silent;
    bool has_code = false;     // +CMS ERROR or +CME ERROR
    bool of_equipment = false; // +CME ERROR
    int code = 0;
    std::vector<at_item> items;
    explicit operator bool() const { return is == result::ok; }
};

class at_line {
public:
    static constexpr std::size_t max_line = 1024, max_items = 512, max_unsolicited = 256;

    at_line(kit::serial_port& port, const kit::waiter& wait)
        : port_{port}
        , wait_{wait} {}

    /// `prefix` begins the lines of the response ("+CMGL:"); empty: only the final result is expected. After silence
    /// the modem may still respond: call begin() before the next command.
    at_response send(std::string_view command, std::string_view prefix, duration timeout);
    /// A command that asks for a PDU with its prompt.
    at_response send_with_pdu(std::string_view command, std::string_view prefix, std::string_view pdu,
                              duration timeout);
    /// Aborts any command in progress in the modem, and discards its response. False: it is silent.
    bool begin(duration timeout);

    /// Reads available bytes, while no command is in progress.
    void listen();
    /// "+CMTI: "SM",3", "+CDS: 24" with its PDU, "RING"; the latest, where there were too many.
    std::vector<at_item> take_unsolicited() { return std::exchange(unsolicited_, {}); }
    /// How many of them with a PDU were too many since the last call.
    std::size_t take_lost() { return std::exchange(lost_, 0); }

private:
    void read();
    void write(std::string_view bytes, duration until);
    at_response read_response(std::string_view command, std::string_view prefix, duration until, std::string_view pdu);
    bool next_line(std::string& line);
    bool is_prompted();
    void note(std::string_view line, std::string_view prefix, at_response* into);

    kit::serial_port& port_;
    const kit::waiter& wait_;
    std::string bytes_;
    std::vector<at_item> unsolicited_;
    std::size_t lost_ = 0;
    std::vector<bool> awaits_pdu_; // what the next PDUs belong to, the last first; true: the response
};

} // namespace releve::sms
