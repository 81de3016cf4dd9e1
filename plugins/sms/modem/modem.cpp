// SPDX-License-Identifier: Apache-2.0
#include "modem/modem.hpp"

#include "pdu/base16.hpp"
#include "pdu/pdu.hpp"

#include <algorithm>
#include <charconv>

namespace releve::sms {

namespace {

constexpr auto begin_limit = std::chrono::seconds{5};
constexpr std::size_t most_reports = 100;

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

/// A stored PDU may have got the modem's own service centre, and its own reference.
bool same_submit(std::string_view stored, std::string_view ours) {
    const auto bytes = octets_of(stored), wanted = octets_of(ours);
    if (!bytes || !wanted) return false;
    try {
        auto one = read_pdu(*bytes), other = read_pdu(*wanted);
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
               return other.place == there.place && same_submit(other.pdu, there.pdu);
           });
}

} // namespace

std::string base16_of(const octets& bytes) { return to_base16(bytes); }
std::optional<octets> octets_of(std::string_view base16) { return from_base16(base16); }

at_answer modem::ask(std::string_view command, std::string_view prefix) {
    return exchange(command, prefix, {}, settings_.limit, {});
}

/// `if_silent`: what silence means, as the end of a sentence.
at_answer modem::exchange(std::string_view command, std::string_view prefix, std::string_view pdu, nanoseconds limit,
                          std::string_view if_silent) {
    try {
        auto answer = line_.ask_with_pdu(command, prefix, pdu, limit);
        note_unasked();
        if (answer.is != at_answer::result::silent) return answer;
    } catch (const std::runtime_error& e) {
        close();
        throw modem_error(at_trouble::transient, e.what());
    }
    close(); // what it may still answer is not to be taken for the answer to something else
    throw modem_error(at_trouble::transient,
                      settings_.port + ": the modem does not answer " + std::string{command} + std::string{if_silent});
}

void modem::check(std::string_view command, const at_answer& answer) {
    if (answer) return;
    const auto what = settings_.port + ": " + std::string{command} + ": ";
    if (!answer.has_code)
        throw modem_error(at_trouble::configuration, what + "the modem answers ERROR and does not say why");
    if (answer.of_equipment)
        throw modem_error(trouble_of_equipment(answer.code), what + equipment_error_text(answer.code));
    throw modem_error(trouble_of_message(answer.code), what + message_error_text(answer.code));
}

void modem::need(std::string_view command) { check(command, ask(command)); }

/// A wrong PIN is given once only: the third one locks the SIM.
void modem::give_pin() {
    const auto state = ask("AT+CPIN?", "+CPIN:");
    if (!state) return check("AT+CPIN?", state);
    if (state.items.empty()) // the answer to something else, which came late
        throw modem_error(at_trouble::transient, settings_.port + ": the modem does not say whether it wants a PIN");
    const auto said = state.items.front().line;
    if (said.find("READY") != said.npos) return;
    if (said.find("SIM PIN") == said.npos || said.find("PIN2") != said.npos)
        throw modem_error(at_trouble::configuration, settings_.port + ": the SIM can't be used: " + said);
    if (settings_.pin.empty())
        throw modem_error(at_trouble::configuration, settings_.port + ": the SIM wants its PIN; give it as 'pin'");
    if (pin_given_)
        throw modem_error(at_trouble::configuration,
                          settings_.port + ": the SIM refused the PIN, which is not tried again until the next start");
    pin_given_ = true;
    const auto given = ask("AT+CPIN=\"" + settings_.pin + "\"");
    if (!given)
        throw modem_error(at_trouble::configuration,
                          settings_.port + ": the SIM refuses the PIN, which is not tried again until the next start");
    pin_given_ = false;
}

void modem::open() {
    try {
        port_.open(settings_.speed);
        if (!line_.begin(begin_limit)) {
            close();
            throw modem_error(at_trouble::transient,
                              settings_.port + ": no modem answers at " + std::to_string(settings_.speed) + " Bd");
        }
    } catch (const modem_error&) {
        throw;
    } catch (const std::runtime_error& e) {
        close();
        throw modem_error(at_trouble::transient, e.what());
    }
    try {
        need("ATE0");
        ask("AT+CMEE=1"); // numbers for errors, where there are
        give_pin();
        ask("AT+CSMS=0"); // phase 2+ would want each report acknowledged
        need("AT+CMGF=0");
        need("AT+CPMS=\"" + settings_.store + "\",\"" + settings_.store + "\",\"" + settings_.store + "\"");
        // Messages to the store, and status reports at once; modems differ in what of it they know.
        if (!ask("AT+CNMI=2,1,0,1,0") && !ask("AT+CNMI=1,1,0,1,0")) need("AT+CNMI=2,1");
    } catch (...) {
        close();
        throw;
    }
    news_ = true; // what came meanwhile
}

void modem::note_unasked() {
    for (auto& one : line_.take_unasked()) {
        if (one.line.starts_with("+CMTI:")) news_ = true;
        if (one.line.starts_with("+CDS:") && !one.pdu.empty() && reports_.size() < most_reports)
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
    note_unasked();
    return std::exchange(news_, false);
}

std::vector<stored_message> modem::list() {
    news_ = false;
    const auto answer = ask("AT+CMGL=4", "+CMGL:");
    check("AT+CMGL=4", answer);
    std::vector<stored_message> all;
    for (const auto& item : answer.items) {
        const auto numbers = numbers_of(item.line);
        if (numbers.size() < 2 || numbers[0] < 0 || numbers[1] < 0 || numbers[1] > 3 || item.pdu.empty()) continue;
        all.push_back({std::to_string(numbers[0]), static_cast<stored_message::state>(numbers[1]), item.pdu});
    }
    return all;
}

stored_room modem::room() {
    const auto answer = ask("AT+CPMS?", "+CPMS:");
    check("AT+CPMS?", answer);
    const auto numbers = answer.items.empty() ? std::vector<int>{} : numbers_of(answer.items.front().line);
    return numbers.size() < 3 ? stored_room{} : stored_room{numbers[1], numbers[2]};
}

void modem::remove(const stored_message& message) {
    const auto there = ask("AT+CMGR=" + message.place, "+CMGR:");
    if (!there || there.items.empty()) return;
    const auto& pdu = there.items.front().pdu;
    const bool was_sent = message.is == stored_message::state::sent && same_submit(pdu, message.pdu);
    if (!was_sent && !same_base16(pdu, message.pdu)) return;
    need("AT+CMGD=" + message.place);
}

std::vector<stored_message> modem::send(const std::vector<octets>& messages, bool again,
                                        const std::vector<stored_message>& others) {
    std::vector<std::string> all;
    all.reserve(messages.size());
    for (const auto& one : messages) all.push_back(base16_of(one));
    if (settings_.store_first) return send_from_store(all, again, others);
    for (std::size_t i = 0; i < all.size(); ++i) {
        const auto command = "AT+CMGS=" + std::to_string(tpdu_size(messages[i]));
        check(command, exchange(command, "+CMGS:", all[i], settings_.send_limit, ": the message may have been sent"));
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
        for (auto at = stored.begin(); (at = std::find_if(at, stored.end(), mine)) != stored.end() && job.place.empty();
             at = stored.erase(at)) {
            if (again)
                job = *at;
            else
                need("AT+CMGD=" + at->place); // of a program that was killed, and nobody has asked for it again
        }
        jobs.push_back(job);
    }
    for (auto& one : jobs) { // all before the first is sent: where there is no room, none goes
        if (!one.place.empty()) continue;
        const auto bytes = octets_of(one.pdu).value_or(octets{});
        const auto command = "AT+CMGW=" + std::to_string(tpdu_size(bytes)) + ",2";
        const auto answer = exchange(command, "+CMGW:", one.pdu, settings_.limit, {});
        check(command, answer);
        const auto numbers = answer.items.empty() ? std::vector<int>{} : numbers_of(answer.items.front().line);
        if (numbers.empty() || numbers[0] < 0)
            throw modem_error(at_trouble::configuration, settings_.port + ": the modem does not say where it stored a "
                                                                          "message; set sending = \"direct\"");
        one.place = std::to_string(numbers[0]);
    }
    for (auto& one : jobs) {
        if (one.is == state::sent) continue;
        const auto command = "AT+CMSS=" + one.place;
        check(command, exchange(command, "+CMSS:", {}, settings_.send_limit,
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
                                        [&](const auto& one) { return is_for(base16_of(mine), one, others); });
        if (found == stored.end()) continue;
        if (found->is == stored_message::state::sent)
            went.push_back(*found);
        else
            need("AT+CMGD=" + found->place);
        stored.erase(found);
    }
    return went;
}

} // namespace releve::sms
