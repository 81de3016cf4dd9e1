// SPDX-License-Identifier: Apache-2.0
#include "modem/modem.hpp"

#include "pdu/base16.hpp"
#include "pdu/pdu.hpp"

#include <algorithm>
#include <charconv>

namespace releve::sms {

namespace {

constexpr auto begin_timeout = std::chrono::seconds{5};
constexpr std::size_t max_reports = 100, max_direct = 100, max_places = 100, max_other_stores = 4;

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

/// What is in quotes, in order: "SM" of `+CMTI: "SM",3`.
std::vector<std::string> quoted_in(std::string_view line) {
    std::vector<std::string> all;
    for (auto open = line.find('"'); open != line.npos; open = line.find('"', open + 1)) {
        const auto close = line.find('"', open + 1);
        if (close == line.npos) break;
        all.emplace_back(line.substr(open + 1, close - open - 1));
        open = close;
    }
    return all;
}

/// A name of a store, as it is written into commands.
bool is_store(std::string_view name) {
    return name.size() >= 2 && name.size() <= 8 &&
           std::all_of(name.begin(), name.end(), [](char c) { return (c >= 'A' && c <= 'Z') || c == '_'; });
}

/// The same everywhere: an index of another store than the chosen one has its name before it, "ME:3".
std::string id_of(const std::string& store, int index) {
    return (store.empty() ? std::string{} : store + ':') + std::to_string(index);
}
std::pair<std::string, std::string> store_and_index(const std::string& id) {
    const auto colon = id.find(':');
    if (colon == id.npos) return {{}, id};
    return {id.substr(0, colon), id.substr(colon + 1)};
}

/// It may pass: the SIM is busy, the modem is not ready yet.
bool may_pass(const at_response& response) {
    if (!response.has_code) return false;
    return (response.of_equipment ? trouble_of_equipment(response.code) : trouble_of_message(response.code)) ==
           at_trouble::transient;
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
        choose_store();
        choose_news();
    } catch (...) {
        close();
        throw;
    }
    news_ = true; // messages that came meanwhile
}

/// The store for all three purposes, or as many of them as the modem allows: reading and removing, writing and sending,
/// receiving. Where it receives into another one, that is read too.
void modem::choose_store() {
    const auto three = [&](const std::string& of) {
        return ask("AT+CPMS=\"" + of + "\",\"" + of + "\",\"" + of + "\"");
    };
    const auto fewer = [&](const std::string& of) {
        return ask("AT+CPMS=\"" + of + "\",\"" + of + "\"") || ask("AT+CPMS=\"" + of + "\"");
    };
    store_ = settings_.store;
    others_.clear();
    if (const auto first = three(store_); !first) {
        const auto refused = [&] { check("AT+CPMS=\"" + store_ + "\"", first); };
        if (may_pass(first)) refused();
        if (!fewer(store_)) {
            const std::string other = store_ == "SM" ? "ME" : "SM";
            if (!three(other) && !fewer(other)) refused();
            say_("store", settings_.port + ": the modem has no store \"" + store_ + "\" for messages, \"" + other +
                              "\" is used: set 'store'");
            store_ = other;
        }
    }
    const auto chosen = ask("AT+CPMS?", "+CPMS:");
    const auto stores = chosen.items.empty() ? std::vector<std::string>{} : quoted_in(chosen.items.front().line);
    if (stores.size() > 1 && stores[1] != store_ && is_store(stores[1]) && ask("AT+CPMS=\"" + stores[1] + "\"")) {
        say_("store",
             settings_.port + ": the modem writes into \"" + stores[1] + "\", not \"" + store_ + "\": both are read");
        others_[std::exchange(store_, stores[1])]; // what was written has to be found again
    }
    if (stores.size() < 3 || !is_store(stores[2]) || stores[2] == store_) return;
    say_("store",
         settings_.port + ": the modem receives into \"" + stores[2] + "\", not \"" + store_ + "\": both are read");
    others_[stores[2]];
}

/// Messages to the store, which it says, and status reports at once; modems differ in what they support. At the least
/// messages are stored, and found by looking.
void modem::choose_news() {
    at_response last;
    const auto takes = [&](const char* what) { return static_cast<bool>(last = ask(std::string{"AT+CNMI="} + what)); };
    for (const auto* one : {"2,1,0,1,0", "1,1,0,1,0", "2,1,0,2,0", "1,1,0,2,0", "2,1,0,1", "2,1,0,2"})
        if (takes(one)) return;
    if (may_pass(last)) check("AT+CNMI=2,1", last);
    const bool tells = takes("2,1") || takes("1,1") || takes("3,1") || takes("0,1");
    say_("no_reports", settings_.port + ": the modem passes no delivery reports on: 'report' gets none");
    if (!tells)
        say_("no_news",
             settings_.port + ": the modem does not say when a message comes: it is found by looking, each 'sweep'");
}

/// +CMTI: "ME",1 or +CDSI: "SR",1. True: it is in a store that is read.
bool modem::note_store_of(const std::string& line) {
    const auto stores = quoted_in(line);
    const auto numbers = numbers_of(line);
    if (stores.empty() || stores[0] == store_) return true;
    if (!is_store(stores[0]) || (others_.size() == max_other_stores && !others_.contains(stores[0]))) return false;
    auto& places = others_[stores[0]];
    if (numbers.size() > 1 && numbers[1] >= 0 && places.size() < max_places) places.insert(numbers[1]);
    return true;
}

void modem::note_unsolicited() {
    const auto lose = [&](const char* what) {
        if (settings_.say)
            settings_.say("lost_message", settings_.port + ": too many " + what + " at once, one is lost");
    };
    for (auto& one : line_.take_unsolicited()) {
        if (one.line.starts_with("+CMTI:") || one.line.starts_with("+CDSI:")) {
            news_ = true;
            if (!note_store_of(one.line))
                say_("odd_store", settings_.port + ": the modem puts a message where it can't be read: " + one.line);
        }
        const bool is_report = one.line.starts_with("+CDS:");
        if (one.pdu.empty() || !(is_report || one.line.starts_with("+CMT:"))) continue;
        news_ |= !is_report;
        auto& into = is_report ? reports_ : direct_;
        if (into.size() == (is_report ? max_reports : max_direct))
            lose(is_report ? "delivery reports" : "messages");
        else
            into.push_back(std::move(one.pdu));
    }
    for (auto lost = line_.take_lost(); lost > 0; --lost) lose("messages");
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

/// AT+CMGL of the store that is chosen now. False: it is refused.
bool modem::list_into(std::vector<stored_message>& all, const std::string& store) {
    const auto response = ask("AT+CMGL=4", "+CMGL:");
    if (store.empty()) check("AT+CMGL=4", response);
    for (const auto& item : response.items) {
        const auto numbers = numbers_of(item.line);
        if (numbers.size() < 2 || numbers[0] < 0 || numbers[1] < 0 || numbers[1] > 3) {
            say_("odd_message",
                 settings_.port + ": the modem lists a message in a way that is not known: " + item.line);
            continue;
        }
        const bool was_received = numbers[1] < 2;
        if (item.pdu.empty() && !was_received) continue; // nobody looks for it
        all.push_back({id_of(store, numbers[0]), static_cast<stored_message::state>(numbers[1]),
                       item.pdu.empty() ? item.odd : item.pdu});
    }
    return static_cast<bool>(response);
}

/// With another store for reading and removing. What is there may be refused: the chosen one is read all the same.
template <class F>
void modem::in_store(const std::string& store, F&& what) {
    if (!ask("AT+CPMS=\"" + store + "\"")) {
        say_("odd_store",
             settings_.port + ": the modem receives into \"" + store + "\", and lets nobody read it there");
        return;
    }
    try {
        what();
    } catch (const modem_error&) {
        if (is_open()) ask("AT+CPMS=\"" + store_ + "\"");
        throw;
    }
    require("AT+CPMS=\"" + store_ + "\"");
}

void modem::list_other(std::vector<stored_message>& all, const std::string& store) {
    std::vector<stored_message> found;
    in_store(store, [&] {
        if (list_into(found, store)) return;
        for (const auto place : std::exchange(others_[store], {})) { // a store of reports may know no list
            const auto there = ask("AT+CMGR=" + std::to_string(place), "+CMGR:");
            if (!there || there.items.empty()) continue;
            others_[store].insert(place);
            const auto& item = there.items.front();
            found.push_back({id_of(store, place), stored_message::state::read, item.pdu.empty() ? item.odd : item.pdu});
        }
    });
    for (auto& one : found) { // "MT" is all stores at once
        const bool is_there_too =
            std::any_of(all.begin(), all.end(), [&](const auto& other) { return same_base16(other.pdu, one.pdu); });
        const bool was_received = one.is == stored_message::state::unread || one.is == stored_message::state::read;
        if (was_received && !is_there_too) all.push_back(std::move(one));
    }
}

std::vector<stored_message> modem::list() {
    news_ = false;
    std::vector<stored_message> all;
    list_into(all, {});
    for (const auto& [store, places] : std::map{others_}) list_other(all, store);
    return all;
}

store_usage modem::usage() {
    const auto response = ask("AT+CPMS?", "+CPMS:");
    check("AT+CPMS?", response);
    const auto numbers = response.items.empty() ? std::vector<int>{} : numbers_of(response.items.front().line);
    return numbers.size() < 3 ? store_usage{} : store_usage{numbers[1], numbers[2]};
}

/// A modem that does not show a message by its index may list it.
void modem::remove(const stored_message& message) {
    const auto [store, index] = store_and_index(message.id);
    const auto remove = [&, &store = store, &index = index] {
        const auto there = ask("AT+CMGR=" + index, "+CMGR:");
        std::string pdu;
        if (!there.items.empty()) {
            pdu = there.items.front().pdu.empty() ? there.items.front().odd : there.items.front().pdu;
        } else if (there) {
            std::vector<stored_message> listed;
            list_into(listed, store);
            const auto found =
                std::find_if(listed.begin(), listed.end(), [&](const auto& one) { return one.id == message.id; });
            if (found == listed.end()) return;
            pdu = found->pdu;
        } else {
            return;
        }
        const bool was_sent = message.is == stored_message::state::sent && same_submit(pdu, message.pdu);
        if (!was_sent && !same_base16(pdu, message.pdu)) return;
        require("AT+CMGD=" + index);
        if (const auto other = others_.find(store); other != others_.end())
            std::erase_if(other->second, [&](int place) { return std::to_string(place) == index; });
    };
    if (store.empty())
        remove();
    else
        in_store(store, remove);
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
