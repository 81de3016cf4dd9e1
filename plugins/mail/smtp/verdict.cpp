// SPDX-License-Identifier: Apache-2.0
#include "smtp/verdict.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <string>

namespace releve::mail {
namespace {

using step = smtp_dialogue::step;
using cause = refusal_cause;

/// Subject and detail of "550 5.7.1 ..."; -1: the reply has none, or 5.0.0, which says nothing.
struct enhanced_code {
    int subject = -1, detail = -1;
};

bool take_number(std::string_view& text, int& number) {
    constexpr std::size_t max_digits = 3; // of RFC 3463
    const auto end = text.data() + std::min(text.size(), max_digits);
    const auto [stop, error] = std::from_chars(text.data(), end, number);
    if (error != std::errc{} || text.front() == '-') return false;
    text.remove_prefix(static_cast<std::size_t>(stop - text.data()));
    return true;
}

enhanced_code enhanced_in(std::string_view reply) {
    constexpr std::string_view class_digit = "5.";
    reply.remove_prefix(std::min(reply.size(), std::size_t{3}));
    if (const auto start = reply.find_first_not_of(" -"); start != std::string_view::npos) reply.remove_prefix(start);
    if (!reply.starts_with(class_digit)) return {};
    reply.remove_prefix(class_digit.size());
    enhanced_code found;
    if (!take_number(reply, found.subject) || !reply.starts_with('.')) return {};
    reply.remove_prefix(1);
    if (!take_number(reply, found.detail)) return {};
    if (!reply.empty() && (reply.front() == '.' || (reply.front() >= '0' && reply.front() <= '9'))) return {};
    return found.subject == 0 ? enhanced_code{} : found;
}

std::string lowered(std::string_view text) {
    std::string made{text};
    for (char& c : made)
        if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
    return made;
}

bool has_any(std::string_view text, std::initializer_list<std::string_view> words) {
    return std::any_of(words.begin(), words.end(),
                       [&](std::string_view one) { return text.find(one) != std::string_view::npos; });
}

bool is_one_of(int number, std::initializer_list<int> all) {
    return std::find(all.begin(), all.end(), number) != all.end();
}

/// What the words are about, for people: the options that a refusal names most probably.
std::string_view options_in(int code, enhanced_code with, std::string_view words, step at) {
    const bool policy = with.subject == 7;
    if (has_any(words, {"helo", "ehlo", "hostname", "host name"})) return "'hello'";
    if (has_any(words, {"starttls", "tls ", "encrypt"}) || (policy && is_one_of(with.detail, {4, 10, 11})))
        return "'tls' and 'port'";
    if (is_one_of(code, {530, 534, 535, 538}) || (policy && is_one_of(with.detail, {3, 5, 6, 8, 9, 12, 13, 14, 30})) ||
        has_any(words, {"authent", "auth ", "login", "log in", "password", "relay"}))
        return "'user' and 'password'";
    if ((with.subject == 1 && is_one_of(with.detail, {7, 8})) || (policy && with.detail >= 20) || at == step::sender ||
        has_any(words, {"sender", "from", "spf", "dkim", "dmarc"}))
        return "'from'";
    if (with.subject == 3 || code == 521 || at < step::hello) return "'server' and 'port'";
    if (policy) return "'user', 'from' and 'hello'";
    return "'hello', 'server' and 'port'";
}

/// By RFC 3463; `none`-like for a subject that it does not know: the basic code decides.
bool by_enhanced(enhanced_code with, step at, bool submitted, cause& about) {
    const bool named = at >= step::recipient; // a recipient was named
    switch (with.subject) {
    case 1: // addressing; 7 and 8: the sender's
        about = named && !is_one_of(with.detail, {7, 8}) ? cause::recipient : cause::options;
        return true;
    case 2: // the mailbox; 3: its limit on size
        about = with.detail == 3 ? cause::size : named ? cause::recipient : cause::options;
        return true;
    case 3: // the server; 4: its limit on size
        about = with.detail == 4 ? cause::size : cause::options;
        return true;
    case 4: // the way to the recipient's server
        about = named ? cause::recipient : cause::options;
        return true;
    case 5: // the protocol
        about = cause::options;
        return true;
    case 6: // the content
        about = cause::message;
        return true;
    case 7: // security and policy; 2, 17 and 18: of the mailbox; 0 and 1 after the message: what most filters say
        about = named && is_one_of(with.detail, {2, 17, 18})  ? cause::recipient
                : submitted && is_one_of(with.detail, {0, 1}) ? cause::message
                                                              : cause::options;
        return true;
    default:
        return false;
    }
}

/// By RFC 5321, 4.2.3, RFC 1870, 4954 and 7504.
cause by_basic(int code, std::string_view words, step at, bool submitted) {
    constexpr std::array about_us{500, 501, 502, 503, 504, 521, 530, 534, 535, 538, 555, 571};
    if (code == 552 && (at == step::sender || submitted)) return cause::size;
    if (at < step::recipient || std::find(about_us.begin(), about_us.end(), code) != about_us.end())
        return cause::options;
    if (submitted) return cause::message;
    // 550, 553 and 554 are for a mailbox that is not there, and for a policy: here only words tell.
    const bool policy =
        code != 551 && code != 552 && code != 556 &&
        has_any(words, {"relay", "authent", "log in", "login", "helo", "ehlo", "sender", "spf", "dkim", "dmarc",
                        "blacklist", "blocklist", "block list", "rcpthosts", "client host", "your ip", "tls "});
    return policy ? cause::options : cause::recipient;
}

} // namespace

refusal_verdict verdict_of(int code, std::string_view reply, step at, bool submitted) {
    const auto words = lowered(reply);
    const auto with = enhanced_in(reply);
    refusal_verdict made;
    if (!by_enhanced(with, at, submitted, made.about)) made.about = by_basic(code, words, at, submitted);
    if (made.about == cause::options) made.look_at = options_in(code, with, words, at);
    return made;
}

} // namespace releve::mail
