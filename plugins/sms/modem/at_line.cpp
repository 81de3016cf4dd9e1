// SPDX-License-Identifier: Apache-2.0
#include "modem/at_line.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <cstddef>

namespace releve::sms {

namespace {

constexpr std::string_view escape = "\x1b", end_of_pdu = "\x1a", prompt = ">", blanks = " \t";
constexpr auto quiet = std::chrono::milliseconds{200};

bool is_base16(std::string_view line) {
    return line.size() >= 2 && line.size() % 2 == 0 &&
           line.find_first_not_of("0123456789ABCDEFabcdef") == std::string_view::npos;
}

/// Whether the line's PDU is on the next line.
bool has_pdu(std::string_view line) {
    for (const std::string_view prefix : {"+CMGL:", "+CMGR:", "+CDS:", "+CMT:"})
        if (line.starts_with(prefix)) return true;
    return false;
}

/// A PDU between quotes or blanks is one; some modems write it so.
std::string_view without_quotes(std::string_view line) {
    constexpr std::string_view around = "\" \t'";
    const auto first = line.find_first_not_of(around);
    if (first == line.npos) return {};
    return line.substr(first, line.find_last_not_of(around) - first + 1);
}

/// Not a PDU, and not noise or another line either: it may stand in a PDU's place.
bool resembles_pdu(std::string_view line) {
    const auto digits = std::count_if(line.begin(), line.end(), [](char c) {
        return std::string_view{"0123456789ABCDEFabcdef"}.find(c) != std::string_view::npos;
    });
    return line.size() >= 8 && 2 * static_cast<std::size_t>(digits) > line.size();
}

int number_after(std::string_view line, std::string_view prefix) {
    line.remove_prefix(prefix.size());
    while (!line.empty() && line.front() == ' ') line.remove_prefix(1);
    int number = -1;
    std::from_chars(line.data(), line.data() + line.size(), number);
    return number;
}

/// Sets the final result; false: the line is not one.
bool is_final(std::string_view line, at_response& response) {
    using result = at_response::result;
    constexpr std::string_view cms = "+CMS ERROR:", cme = "+CME ERROR:";
    if (line == "OK") return response.is = result::ok, true;
    if (line == "ERROR" || line == "NO CARRIER" || line == "COMMAND NOT SUPPORT")
        return response.is = result::error, true;
    if (!line.starts_with(cms) && !line.starts_with(cme)) return false;
    response.is = result::error;
    response.has_code = true;
    response.of_equipment = line.starts_with(cme);
    response.code = number_after(line, cms);
    return true;
}

} // namespace

bool at_line::next_line(std::string& line) {
    for (;;) {
        const auto end = bytes_.find_first_of("\r\n");
        if (end == std::string::npos) {
            if (bytes_.size() > max_line) bytes_.clear(); // noise
            return false;
        }
        line = bytes_.substr(0, std::min(end, max_line));
        bytes_.erase(0, end + 1);
        std::erase_if(line, [](char c) { return c < ' ' || c > '~'; });
        if (!line.empty()) return true;
    }
}

/// The prompt for a PDU, in the forms that modems give it: "> ", ">" alone, or on a line of its own.
bool at_line::is_prompted() {
    const auto first = std::find_if(bytes_.begin(), bytes_.end(), [](char c) { return c > ' '; });
    if (first == bytes_.end() || !std::string_view{first, bytes_.end()}.starts_with(prompt)) return false;
    bytes_.erase(bytes_.begin(), first + static_cast<std::ptrdiff_t>(prompt.size()));
    bytes_.erase(0, std::min(bytes_.find_first_not_of(blanks), bytes_.size()));
    return true;
}

void at_line::note(std::string_view line, std::string_view prefix, at_response* into) {
    if (!awaits_pdu_.empty() && is_base16(without_quotes(line))) line = without_quotes(line);
    if (is_base16(line) && !awaits_pdu_.empty()) {
        const bool is_response = awaits_pdu_.back();
        awaits_pdu_.pop_back();
        auto* items = is_response ? (into == nullptr ? nullptr : &into->items) : &unsolicited_;
        if (items == nullptr) return;
        for (auto one = items->rbegin(); one != items->rend(); ++one)
            if (one->pdu.empty() && has_pdu(one->line)) return void(one->pdu = line);
        return;
    }
    const bool is_response = into != nullptr && !prefix.empty() && line.starts_with(prefix);
    if (is_response && into->items.size() < max_items) {
        into->items.push_back({std::string{line}, {}});
    } else if (!is_response && (line.front() == '+' || line.front() == '^' || line == "RING")) {
        if (unsolicited_.size() == max_unsolicited) {
            lost_ += unsolicited_.front().pdu.empty() ? 0 : 1;
            unsolicited_.erase(unsolicited_.begin());
        }
        unsolicited_.push_back({std::string{line}, {}});
    } else {
        if (into != nullptr && !into->items.empty() && !awaits_pdu_.empty() && awaits_pdu_.back() &&
            resembles_pdu(line))
            into->items.back().odd = line;
        return; // an echo, or noise
    }
    if (has_pdu(line) && awaits_pdu_.size() < 8) awaits_pdu_.push_back(is_response);
}

void at_line::read() {
    std::array<char, 4096> part{};
    bytes_.append(part.data(), port_.read(part));
}

void at_line::write(std::string_view bytes, duration until) {
    while (!bytes.empty()) {
        const auto left = until - wait_.steady();
        if (left <= duration{0} || !wait_.ready(port_.fd(), RELEVE_WRITABLE, left)) return;
        bytes.remove_prefix(port_.write(bytes));
    }
}

at_response at_line::read_response(std::string_view command, std::string_view prefix, duration until,
                                   std::string_view pdu) {
    at_response response;
    std::string line;
    for (;;) {
        for (;;) {
            if (!pdu.empty() && is_prompted()) {
                write(pdu, until);
                write(end_of_pdu, until);
                pdu = {};
            }
            if (!next_line(line)) break;
            if (line == command) continue; // its echo
            if (is_final(line, response)) return response;
            note(line, prefix, &response);
        }
        const auto left = until - wait_.steady();
        if (left <= duration{0} || !wait_.ready(port_.fd(), RELEVE_READABLE, left)) return response;
        read();
    }
}

at_response at_line::send(std::string_view command, std::string_view prefix, duration timeout) {
    return send_with_pdu(command, prefix, {}, timeout);
}

at_response at_line::send_with_pdu(std::string_view command, std::string_view prefix, std::string_view pdu,
                                   duration timeout) {
    const auto until = wait_.steady() + timeout;
    listen();
    std::erase(awaits_pdu_, true);
    write(std::string{command} + '\r', until);
    return read_response(command, prefix, until, pdu);
}

void at_line::listen() {
    std::string line;
    read();
    while (next_line(line)) note(line, {}, nullptr);
}

bool at_line::begin(duration timeout) {
    const auto until = wait_.steady() + timeout;
    bytes_.clear();
    awaits_pdu_.clear();
    write(std::string{escape} + '\r', until);
    const auto discard = [&] {
        while (wait_.steady() < until && wait_.ready(port_.fd(), RELEVE_READABLE, quiet)) {
            bytes_.clear();
            read();
        }
        bytes_.clear();
    };
    discard();
    int sent = 0;
    for (auto left = until - wait_.steady(); left > duration{0}; left = until - wait_.steady()) {
        ++sent;
        if (!send("AT", {}, std::min<duration>(left, std::chrono::seconds{1}))) continue;
        if (sent > 1) discard(); // a slow modem responds to each: the next command must not get one of these
        return true;
    }
    return false;
}

} // namespace releve::sms
