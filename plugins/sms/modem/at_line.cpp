// SPDX-License-Identifier: Apache-2.0
#include "modem/at_line.hpp"

#include <poll.h>

#include <algorithm>
#include <charconv>

namespace releve::sms {

namespace {

constexpr std::string_view escape = "\x1b", end_of_pdu = "\x1a", prompt = "> ";
constexpr auto quiet = std::chrono::milliseconds{200};

bool is_base16(std::string_view line) {
    return line.size() >= 2 && line.size() % 2 == 0 &&
           line.find_first_not_of("0123456789ABCDEFabcdef") == std::string_view::npos;
}

/// Whether a line with its PDU on the next one begins so.
bool has_pdu(std::string_view line) {
    for (const std::string_view prefix : {"+CMGL:", "+CMGR:", "+CDS:", "+CMT:"})
        if (line.starts_with(prefix)) return true;
    return false;
}

int number_after(std::string_view line, std::string_view prefix) {
    line.remove_prefix(prefix.size());
    while (!line.empty() && line.front() == ' ') line.remove_prefix(1);
    int number = -1;
    std::from_chars(line.data(), line.data() + line.size(), number);
    return number;
}

/// Sets the answer's end; false: the line is none.
bool ends(std::string_view line, at_answer& answer) {
    using result = at_answer::result;
    constexpr std::string_view cms = "+CMS ERROR:", cme = "+CME ERROR:";
    if (line == "OK") return answer.is = result::ok, true;
    if (line == "ERROR" || line == "NO CARRIER" || line == "COMMAND NOT SUPPORT")
        return answer.is = result::error, true;
    if (!line.starts_with(cms) && !line.starts_with(cme)) return false;
    answer.is = result::error;
    answer.has_code = true;
    answer.of_equipment = line.starts_with(cme);
    answer.code = number_after(line, cms);
    return true;
}

} // namespace

bool at_line::next_line(std::string& line) {
    for (;;) {
        const auto end = bytes_.find_first_of("\r\n");
        if (end == std::string::npos) {
            if (bytes_.size() > most_line) bytes_.clear(); // noise
            return false;
        }
        line = bytes_.substr(0, std::min(end, most_line));
        bytes_.erase(0, end + 1);
        std::erase_if(line, [](char c) { return c < ' ' || c > '~'; });
        if (!line.empty()) return true;
    }
}

void at_line::note(std::string_view line, std::string_view prefix, at_answer* into) {
    if (is_base16(line) && !awaits_pdu_.empty()) {
        const bool answers = awaits_pdu_.back();
        awaits_pdu_.pop_back();
        auto* items = answers ? (into == nullptr ? nullptr : &into->items) : &unasked_;
        if (items == nullptr) return;
        for (auto one = items->rbegin(); one != items->rend(); ++one)
            if (one->pdu.empty() && has_pdu(one->line)) return void(one->pdu = line);
        return;
    }
    const bool answers = into != nullptr && !prefix.empty() && line.starts_with(prefix);
    if (answers && into->items.size() < most_items) {
        into->items.push_back({std::string{line}, {}});
    } else if (!answers && (line.front() == '+' || line.front() == '^' || line == "RING")) {
        if (unasked_.size() == most_unasked) unasked_.erase(unasked_.begin());
        unasked_.push_back({std::string{line}, {}});
    } else {
        return; // an echo, or noise
    }
    if (has_pdu(line) && awaits_pdu_.size() < 8) awaits_pdu_.push_back(answers);
}

void at_line::write(std::string_view bytes, nanoseconds until) {
    while (!bytes.empty()) {
        const auto left = until - how_.steady();
        if (left <= nanoseconds{0} || !how_.wait(port_.fd(), POLLOUT, left)) return;
        bytes.remove_prefix(port_.write(bytes));
    }
}

at_answer at_line::read_answer(std::string_view command, std::string_view prefix, nanoseconds until,
                               std::string_view pdu) {
    at_answer answer;
    std::string line;
    for (;;) {
        while (next_line(line)) {
            if (line == command) continue; // its echo
            if (ends(line, answer)) return answer;
            note(line, prefix, &answer);
        }
        if (!pdu.empty() && bytes_.starts_with(prompt)) {
            bytes_.erase(0, prompt.size());
            write(pdu, until);
            write(end_of_pdu, until);
            pdu = {};
        }
        const auto left = until - how_.steady();
        if (left <= nanoseconds{0} || !how_.wait(port_.fd(), POLLIN, left)) return answer;
        port_.read(bytes_);
    }
}

at_answer at_line::ask(std::string_view command, std::string_view prefix, nanoseconds limit) {
    return ask_with_pdu(command, prefix, {}, limit);
}

at_answer at_line::ask_with_pdu(std::string_view command, std::string_view prefix, std::string_view pdu,
                                nanoseconds limit) {
    const auto until = how_.steady() + limit;
    listen();
    std::erase(awaits_pdu_, true);
    write(std::string{command} + '\r', until);
    return read_answer(command, prefix, until, pdu);
}

void at_line::listen() {
    std::string line;
    port_.read(bytes_);
    while (next_line(line)) note(line, {}, nullptr);
}

bool at_line::begin(nanoseconds limit) {
    const auto until = how_.steady() + limit;
    bytes_.clear();
    awaits_pdu_.clear();
    write(std::string{escape} + '\r', until);
    const auto pass_over = [&] {
        while (how_.steady() < until && how_.wait(port_.fd(), POLLIN, quiet)) {
            bytes_.clear();
            port_.read(bytes_);
        }
        bytes_.clear();
    };
    pass_over();
    int asked = 0;
    for (auto left = until - how_.steady(); left > nanoseconds{0}; left = until - how_.steady()) {
        ++asked;
        if (!ask("AT", {}, std::min<nanoseconds>(left, std::chrono::seconds{1}))) continue;
        if (asked > 1) pass_over(); // a slow modem answers each: the next command is not to get one of these
        return true;
    }
    return false;
}

} // namespace releve::sms
