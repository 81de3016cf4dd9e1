// SPDX-License-Identifier: Apache-2.0
// AT commands and their answers (3GPP TS 27.005, 27.007; ITU-T V.250), with what a modem says unasked between any two
// lines. One command at a time.
#pragma once
#include "modem/patience.hpp"
#include "modem/serial_port.hpp"

#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace releve::sms {

/// A line with its PDU, in base16, where it has one: "+CMGL: 1,0,,24".
struct at_item {
    std::string line, pdu;
};

struct at_answer {
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
    static constexpr std::size_t most_line = 1024, most_items = 512, most_unasked = 256;

    at_line(serial_port& port, const patience& how)
        : port_{port}
        , how_{how} {}

    /// `prefix` begins the lines that answer ("+CMGL:"); empty: there are none but the end. After silence the modem may
    /// still answer, so that nothing may be asked before begin().
    at_answer ask(std::string_view command, std::string_view prefix, nanoseconds limit);
    /// A command that asks for a PDU with its prompt.
    at_answer ask_with_pdu(std::string_view command, std::string_view prefix, std::string_view pdu, nanoseconds limit);
    /// Ends whatever the modem thinks is going on, and throws away what it says of it. False: it says nothing.
    bool begin(nanoseconds limit);

    /// Reads what is there, when nothing is asked.
    void listen();
    /// "+CMTI: "SM",3", "+CDS: 24" with its PDU, "RING"; the latest, where there were too many.
    std::vector<at_item> take_unasked() { return std::exchange(unasked_, {}); }

private:
    void write(std::string_view bytes, nanoseconds until);
    at_answer read_answer(std::string_view command, std::string_view prefix, nanoseconds until, std::string_view pdu);
    bool next_line(std::string& line);
    void note(std::string_view line, std::string_view prefix, at_answer* into);

    serial_port& port_;
    const patience& how_;
    std::string bytes_;
    std::vector<at_item> unasked_;
    std::vector<bool> awaits_pdu_; // who the next PDUs belong to, the last first: true: the answer
};

} // namespace releve::sms
