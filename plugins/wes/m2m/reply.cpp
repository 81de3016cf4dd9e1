// SPDX-License-Identifier: Apache-2.0
#include "m2m/reply.hpp"

#include <releve/kit/text/number.hpp>

#include <algorithm>

namespace releve::wes {
namespace {

std::string_view without_spaces(std::string_view text) {
    const auto begin = std::min(text.find_first_not_of(' '), text.size());
    const auto end = text.find_last_not_of(' ');
    return end == std::string_view::npos ? std::string_view{} : text.substr(begin, end + 1 - begin);
}

bool is_digit(char c) { return c >= '0' && c <= '9'; }

} // namespace

void m2m_reply::begin(std::string_view command) {
    command_ = command;
    line_.clear();
    value_.clear();
    repeated_ = false;
    bytes_ = 0;
    state_ = state::awaited;
}

std::size_t m2m_reply::feed(std::string_view bytes) {
    std::size_t taken = 0;
    while (taken < bytes.size() && state_ == state::awaited) {
        const char c = bytes[taken++];
        const bool fits = ++bytes_ <= max_bytes;
        if (fits && c == '\n') {
            end_line();
        } else if (fits && c == '\r') {
            continue; // of CR LF
        } else if (fits && c >= ' ' && c <= '~' && line_.size() < max_line) {
            line_ += c;
        } else {
            state_ = state::broken;
        }
    }
    return taken;
}

void m2m_reply::end_line() {
    const auto line = without_spaces(line_);
    if (!repeated_ && line == command_) {
        repeated_ = true;
    } else if (!line.empty()) {
        // A value of dialect A never begins with '='; in dialect B only "=value" follows the command.
        if (line.front() == '=') {
            value_ = without_spaces(line.substr(1));
            state_ = state::whole;
        } else if (repeated_) {
            state_ = state::broken;
        } else {
            value_ = line;
            state_ = state::whole;
        }
    }
    line_.clear();
}

std::optional<double> m2m_number(std::string_view value) {
    value = value.substr(0, value.find(' '));
    auto digits = value;
    if (!digits.empty() && digits.front() == '-') digits.remove_prefix(1);
    const auto whole =
        static_cast<std::size_t>(std::find_if_not(digits.begin(), digits.end(), is_digit) - digits.begin());
    auto fraction = digits.substr(whole);
    if (!fraction.empty()) {
        if (fraction.front() != '.' || fraction.size() == 1) return {};
        fraction.remove_prefix(1);
    }
    if (whole == 0 || whole + fraction.size() > 15 || !std::all_of(fraction.begin(), fraction.end(), is_digit))
        return {};
    return kit::number_in(value);
}

} // namespace releve::wes
