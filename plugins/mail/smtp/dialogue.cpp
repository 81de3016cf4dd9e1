// SPDX-License-Identifier: Apache-2.0
#include "smtp/dialogue.hpp"

#include <cctype>
#include <charconv>

namespace releve::mail {
namespace {

constexpr std::size_t max_reply_bytes = 400; // that are kept: a sentence for people

struct verb {
    std::string_view word;
    smtp_dialogue::step step;
};
using enum smtp_dialogue::step;
constexpr verb verbs[] = {{"EHLO", hello},  {"HELO", hello},     {"STARTTLS", start_tls}, {"AUTH", login},
                          {"MAIL", sender}, {"RCPT", recipient}, {"DATA", message}};

bool is_digit(char c) { return c >= '0' && c <= '9'; }

/// "AUTH PLAIN LOGIN", and the "AUTH=PLAIN" of old servers.
bool begins_with(std::string_view text, std::string_view word) {
    if (text.size() <= word.size() || (text[word.size()] != ' ' && text[word.size()] != '=')) return false;
    for (std::size_t i = 0; i < word.size(); ++i)
        if (std::toupper(static_cast<unsigned char>(text[i])) != word[i]) return false;
    return true;
}

} // namespace

void smtp_dialogue::sent(std::string_view line) {
    const auto word = line.substr(0, line.find_first_of(" \r\n"));
    if (word == "QUIT") over_ = true;
    for (const auto& one : verbs) {
        if (over_ || one.word != word) continue;
        at_ = one.step;
        if (at_ == hello) {
            login_offered_ = false;
            size_limit_ = 0;
        }
    }
}

/// An extension, in the answer to EHLO.
void smtp_dialogue::offered(std::string_view text) {
    if (begins_with(text, "AUTH")) login_offered_ = true;
    if (!begins_with(text, "SIZE")) return;
    text.remove_prefix(std::string_view{"SIZE "}.size());
    std::uint64_t limit = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), limit);
    if (error == std::errc{}) size_limit_ = limit;
}

bool smtp_dialogue::received(std::string_view line) {
    bytes_ += line.size();
    if (overflowed()) return false;
    while (!line.empty() && (line.back() == '\r' || line.back() == '\n')) line.remove_suffix(1);
    if (line.size() < 3 || !is_digit(line[0]) || !is_digit(line[1]) || !is_digit(line[2])) return true;
    if (taken_ || over_) return true; // later replies change nothing
    if (reply_complete_) reply_.clear();
    code_ = (line[0] - '0') * 100 + (line[1] - '0') * 10 + (line[2] - '0');
    const auto text = line.size() > 4 ? line.substr(4) : std::string_view{};
    if (reply_.empty()) reply_ = line.substr(0, 3);
    if (reply_.size() < max_reply_bytes && !text.empty())
        (reply_ += ' ') += text.substr(0, max_reply_bytes - reply_.size());
    reply_complete_ = line.size() == 3 || line[3] == ' ';
    if (at_ == hello) offered(text);
    if (!reply_complete_) return true;
    if (at_ == start_tls && code_ == 220) needs_start_tls_ = false;
    if (at_ == message && code_ == 354) submitted_ = true;
    if (at_ == message && code_ == 250) taken_ = true;
    login_is_missing_ = at_ == hello && code_ == 250 && wants_login_ && !needs_start_tls_ && !login_offered_;
    return !login_is_missing_;
}

} // namespace releve::mail
