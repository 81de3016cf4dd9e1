// SPDX-License-Identifier: Apache-2.0
#include "modem/modem.hpp"

#include "pdu/base16.hpp"
#include "pdu/pdu.hpp"

#include <algorithm>
#include <charconv>

namespace releve::sms {

namespace {

constexpr auto begin_timeout = std::chrono::seconds{5};
constexpr std::size_t max_reports = 100;

/// The numbers of a line, in order; what is in quotes or empty counts as -1.
std::vector<int> numbers_of(std::string_view line) {
    std::vector<int> all;
    const auto colon = line.find(':');
    line.remove_prefix(colon == line.npos ? line.size() : colon + 1);
    while (!line.empty()) {
        const auto comma = std::min(line.find(','), line.size());
        auto field = line.substr(0, comma);
        while (!field.empty() && field.front() == ' ') field.remove_prefix(1);
        int number = -1;
        std::from_chars(field.data(), field.data() + field.size(), number);
        all.push_back(number);
        line.remove_prefix(std::min(comma + 1, line.size()));
    }
    return all;
}

bool same_base16(std::string_view one, std::string_view other) {
    return std::equal(one.begin(), one.end(), other.begin(), other.end(),
                      [](char a, char b) { return (a | 0x20) == (b | 0x20); });
}

/// The modem may have put its own service centre and its own reference into a stored PDU.
bool same_submit(std::string_view stored, std::string_view ours) {
    const auto bytes = from_base16(stored), our_bytes = from_base16(ours);
    if (!bytes || !our_bytes) return false;
    try {
        auto one = read_pdu(*bytes), other = read_pdu(*our_bytes);
        auto *a = std::get_if<sms_submit>(&one.message), *b = std::get_if<sms_submit>(&other.message);
        if (a == nullptr || b == nullptr) return false;
        a->reference = b->reference;
        return *a == *b;
    } catch (const pdu_error&) {
        return false;
    }
}

/// Whether an earlier call for this message has stored it there.
bool is_for(std::string_view pdu, const stored_message& there, const std::vector<stored_message>& others) {
    if (there.is != stored_message::state::unsent && there.is != stored_message::state::sent) return false;
    return same_submit(there.pdu, pdu) && std::none_of(others.begin(), others.end(), [&](const auto& other) {
               return other.id == there.id && same_submit(other.pdu, there.pdu);
           });
}

} // namespace

at_response modem::ask(std::string_view command, std::string_view prefix) {
    return exchange(command, prefix, {}, settings_.timeout, {});
}

/// `if_silent`: what silence means, as the end of a sentence.
at_response modem::exchange(std::string_view command, std::string_view prefix, std::string_view pdu, duration timeout,
                            std::string_view if_silent) {
    try {
        auto response = line_.send_with_pdu(command, prefix, pdu, timeout);
        note_unsolicited();
        if (response.is != at_response::result::silent) return response;
    } catch (const std::runtime_error& e) {
        close();
        throw modem_error(at_trouble::transient, e.what());
    }
    close(); // a late response must not be taken for the response to something else
    throw modem_error(at_trouble::transient, settings_.port + ": the modem does not respond to " +
                                                 std::string{command} + std::string{if_silent});
}

void modem::check(std::string_view command, const at_response& response) {
    if (response) return;
    const auto what = settings_.port + ": " + std::string{command} + ": ";
    if (!response.has_code)
        throw modem_error(at_trouble::configuration, what + "the modem responds with ERROR and gives no reason");
    if (response.of_equipment)
        throw modem_error(trouble_of_equipment(response.code), what + equipment_error_text(response.code));
    throw modem_error(trouble_of_message(response.code), what + message_error_text(response.code));
}

void modem::require(std::string_view command) { check(command, ask(command)); }

/// A wrong PIN is tried once: the third attempt locks the SIM.
void modem::give_pin() {
    const auto state = ask("AT+CPIN?", "+CPIN:");
    if (!state) return check("AT+CPIN?", state);
    if (state.items.empty()) // a late response to something else
        throw modem_error(at_trouble::transient,
                          settings_.port + ": the modem does not say whether the SIM needs a PIN");
    const auto said = state.items.front().line;
    if (said.find("READY") != said.npos) return;
    if (said.find("SIM PIN") == said.npos || said.find("PIN2") != said.npos)
        throw modem_error(at_trouble::configuration, settings_.port + ": the SIM can't be used: " + said);
    if (settings_.pin.empty())
        throw modem_error(at_trouble::configuration, settings_.port + ": the SIM needs its PIN; set 'pin'");
    if (pin_tried_)
        throw modem_error(at_trouble::configuration,
                          settings_.port + ": the SIM refused the PIN, which is not tried again before the next start");
    pin_tried_ = true;
    const auto given = ask("AT+CPIN=\"" + settings_.pin + "\"");
    if (!given)
        throw modem_error(at_trouble::configuration,
                          settings_.port + ": the SIM refuses the PIN, which is not tried again before the next start");
    pin_tried_ = false;
}

void modem::open() {
    try {
        port_.close(); // its lock is released first
        port_ = kit::serial_port{settings_.port, {.speed = settings_.speed}};
        if (!line_.begin(begin_timeout)) {
            close();
            throw modem_error(at_trouble::transient,
                              settings_.port + ": no modem responds at " + std::to_string(settings_.speed) + " Bd");
        }
    } catch (const modem_error&) {
        throw;
    } catch (const std::runtime_error& e) {
        close();
        throw modem_error(at_trouble::transient, e.what());
    }
    try {
        require("ATE0");
        ask("AT+CMEE=1"); // error numbers, where the modem has them
        give_pin();
        ask("AT+CSMS=0"); // phase 2+ would want each report acknowledged
        require("AT+CMGF=0");
        require("AT+CPMS=\"" + settings_.store + "\",\"" + settings_.store + "\",\"" + settings_.store + "\"");
        // Messages to the store, and status reports at once; modems differ in what they support.
        if (!ask("AT+CNMI=2,1,0,1,0") && !ask("AT+CNMI=1,1,0,1,0")) require("AT+CNMI=2,1");
    } catch (...) {
        close();
        throw;
    }
    news_ = true; // messages that came meanwhile
}

void modem::note_unsolicited() {
    for (auto& one : line_.take_unsolicited()) {
        if (one.line.starts_with("+CMTI:")) news_ = true;
        if (one.line.starts_with("+CDS:") && !one.pdu.empty() && reports_.size() < max_reports)
            reports_.push_back(std::move(one.pdu));
    }
}

bool modem::listen() {
    try {
        line_.listen();
    } catch (const std::runtime_error& e) {
        close();
        throw modem_error(at_trouble::transient, e.what());
    }
    note_unsolicited();
    return std::exchange(news_, false);
}

std::vector<stored_message> modem::list() {
    news_ = false;
    const auto response = ask("AT+CMGL=4", "+CMGL:");
    check("AT+CMGL=4", response);
    std::vector<stored_message> all;
    for (const auto& item : response.items) {
        const auto numbers = numbers_of(item.line);
        if (numbers.size() < 2 || numbers[0] < 0 || numbers[1] < 0 || numbers[1] > 3 || item.pdu.empty()) continue;
        all.push_back({std::to_string(numbers[0]), static_cast<stored_message::state>(numbers[1]), item.pdu});
    }
    return all;
}

store_usage modem::usage() {
    const auto response = ask("AT+CPMS?", "+CPMS:");
    check("AT+CPMS?", response);
    const auto numbers = response.items.empty() ? std::vector<int>{} : numbers_of(response.items.front().line);
    return numbers.size() < 3 ? store_usage{} : store_usage{numbers[1], numbers[2]};
}

void modem::remove(const stored_message& message) {
    const auto there = ask("AT+CMGR=" + message.id, "+CMGR:");
    if (!there || there.items.empty()) return;
    const auto& pdu = there.items.front().pdu;
    const bool was_sent = message.is == stored_message::state::sent && same_submit(pdu, message.pdu);
    if (!was_sent && !same_base16(pdu, message.pdu)) return;
    require("AT+CMGD=" + message.id);
}

std::vector<stored_message> modem::send(const std::vector<octets>& messages, bool again,
                                        const std::vector<stored_message>& others) {
    std::vector<std::string> all;
    all.reserve(messages.size());
    for (const auto& one : messages) all.push_back(to_base16(one));
    if (settings_.store_first) return send_from_store(all, again, others);
    for (std::size_t i = 0; i < all.size(); ++i) {
        const auto command = "AT+CMGS=" + std::to_string(tpdu_size(messages[i]));
        check(command, exchange(command, "+CMGS:", all[i], settings_.send_timeout, ": the message may have been sent"));
    }
    return {};
}

std::vector<stored_message> modem::send_from_store(const std::vector<std::string>& all, bool again,
                                                   const std::vector<stored_message>& others) {
    using state = stored_message::state;
    std::vector<stored_message> jobs;
    auto stored = list();
    for (const auto& pdu : all) {
        stored_message job{{}, state::unsent, pdu};
        const auto mine = [&](const auto& one) { return is_for(pdu, one, others); };
        for (auto at = stored.begin(); (at = std::find_if(at, stored.end(), mine)) != stored.end() && job.id.empty();
             at = stored.erase(at)) {
            if (again)
                job = *at;
            else
                require("AT+CMGD=" + at->id); // left by a program that was killed; no caller has asked for it again
        }
        jobs.push_back(job);
    }
    for (auto& one : jobs) { // all before the first is sent: without room for all, none is sent
        if (!one.id.empty()) continue;
        const auto bytes = from_base16(one.pdu).value_or(octets{});
        const auto command = "AT+CMGW=" + std::to_string(tpdu_size(bytes)) + ",2";
        const auto response = exchange(command, "+CMGW:", one.pdu, settings_.timeout, {});
        check(command, response);
        const auto numbers = response.items.empty() ? std::vector<int>{} : numbers_of(response.items.front().line);
        if (numbers.empty() || numbers[0] < 0)
            throw modem_error(at_trouble::configuration, settings_.port + ": the modem does not say where it stored a "
                                                                          "message; set sending = \"direct\"");
        one.id = std::to_string(numbers[0]);
    }
    for (auto& one : jobs) {
        if (one.is == state::sent) continue;
        const auto command = "AT+CMSS=" + one.id;
        check(command, exchange(command, "+CMSS:", {}, settings_.send_timeout,
                                ": its store will say whether the message was sent"));
        one.is = state::sent;
    }
    return jobs;
}

std::vector<stored_message> modem::give_up(const std::vector<octets>& messages,
                                           const std::vector<stored_message>& others) {
    std::vector<stored_message> went;
    if (!settings_.store_first) return went;
    auto stored = list();
    for (const auto& mine : messages) {
        const auto found = std::find_if(stored.begin(), stored.end(),
                                        [&](const auto& one) { return is_for(to_base16(mine), one, others); });
        if (found == stored.end()) continue;
        if (found->is == stored_message::state::sent)
            went.push_back(*found);
        else
            require("AT+CMGD=" + found->id);
        stored.erase(found);
    }
    return went;
}

} // namespace releve::sms
