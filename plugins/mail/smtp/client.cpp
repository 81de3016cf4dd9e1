// SPDX-License-Identifier: Apache-2.0
#include "smtp/client.hpp"

#include "message/message.hpp"
#include "smtp/session.hpp"
#include "smtp/verdict.hpp"

#include <releve/kit/text/printable.hpp>

#include <algorithm>
#include <cstring>

namespace releve::mail {
namespace {

using step = smtp_dialogue::step;

constexpr std::size_t max_sentence_bytes = 600;

/// libcurl's reasons, for the people who run the site.
std::string failure_text(const smtp_session& it, CURLcode result) {
    switch (result) {
    case CURLE_COULDNT_RESOLVE_HOST:
        return "its name can't be resolved";
    case CURLE_COULDNT_CONNECT:
        return it.connect_error() == 0 ? "can't be connected to" : std::string{std::strerror(it.connect_error())};
    case CURLE_OPERATION_TIMEDOUT:
        return it.was_connected() ? "does not answer within the time limit" : "no connection within the time limit";
    case CURLE_SSL_CONNECT_ERROR:
        return std::string{"a TLS connection fails ("} + it.curl_error() + ")";
    case CURLE_RECV_ERROR:
    case CURLE_SEND_ERROR:
    case CURLE_GOT_NOTHING:
        return it.dialogue().at() == step::message
                   ? "cut the connection before it answered to the message, which it may have or not"
                   : "cut the connection";
    default:
        return *it.curl_error() != '\0' ? it.curl_error() : curl_easy_strerror(result);
    }
}

/// 5xx.
smtp_result refusal(const smtp_dialogue& by) {
    using enum smtp_status;
    const auto about = verdict_of(by.code(), by.reply(), by.at(), by.submitted());
    smtp_result made{refused, by.reply(), by.submitted()};
    if (about.about == refusal_cause::size) made.status = too_large;
    if (about.about == refusal_cause::options) made.status = by.at() >= step::recipient ? blocked : misconfigured;
    if (!about.look_at.empty()) (made.sentence += "; check ") += about.look_at;
    return made;
}

smtp_result result_of(const smtp_session& it, CURLcode result, bool is_ending, const smtp_settings& of) {
    using enum smtp_status;
    const auto& dialogue = it.dialogue();
    const auto code = dialogue.code();
    const bool temporary = code >= 400 && code < 500, lasting = code >= 500 && code < 600;
    if (dialogue.taken()) return {taken, {}};
    if (is_ending) return {stopped, {}};
    if (dialogue.login_is_missing())
        return {misconfigured, "offers no login (AUTH), and 'user' is given: nothing was sent"};
    switch (result) {
    case CURLE_LOGIN_DENIED:
        return {temporary ? unavailable : misconfigured,
                "refuses the login of '" + of.user + "': " + dialogue.reply() + "; check 'user' and 'password'"};
    case CURLE_USE_SSL_FAILED:
        return {misconfigured, "offers no TLS (STARTTLS): nothing was sent; check 'port' and 'tls'"};
    case CURLE_PEER_FAILED_VERIFICATION:
        return {misconfigured, std::string{"its certificate is not trusted ("} + it.curl_error() +
                                   "): nothing was sent; check 'server' and 'ca'"};
    case CURLE_SSL_CACERT_BADFILE:
        return {misconfigured, "the certificates of 'ca' can't be read: " + of.ca};
    default:
        break;
    }
    if (dialogue.overflowed()) return {unavailable, "sends replies without end: the session was cut"};
    if (lasting) return refusal(dialogue);
    if (temporary && dialogue.at() >= step::recipient && code != 421) return {later, dialogue.reply()};
    if (temporary) return {unavailable, dialogue.reply()};
    return {unavailable, failure_text(it, result)};
}

/// Servers cite what they don't understand, and a long reply is cut: a part of a secret is one too.
void hide(std::string& in, const std::string& secret) {
    constexpr std::size_t telling = 8; // characters of a long one
    const auto least = std::min(secret.size(), telling);
    for (std::size_t at = 0; least != 0 && at + least <= in.size(); ++at) {
        auto size = least;
        if (secret.find(in.data() + at, 0, size) == std::string::npos) continue;
        while (at + size < in.size() && secret.find(in.data() + at, 0, size + 1) != std::string::npos) ++size;
        in.replace(at, size, "***");
        at += 2;
    }
}

/// As AUTH LOGIN and AUTH PLAIN send it.
std::string base64(std::string_view bytes) {
    auto made = base64_lines(bytes);
    std::erase_if(made, [](char c) { return c == '\r' || c == '\n'; });
    return made;
}

/// With the sentence as one line, without the password.
smtp_result redacted(smtp_result one, const smtp_settings& of) {
    if (!of.password.empty()) {
        hide(one.sentence, of.password);
        hide(one.sentence, base64(of.password));
        hide(one.sentence, base64('\0' + of.user + '\0' + of.password));
    }
    one.sentence = kit::one_line(one.sentence, max_sentence_bytes);
    return one;
}

} // namespace

smtp_result smtp_client::send(const std::string& from, const std::string& to, const std::string& message) const {
    smtp_session session{host_, settings_};
    const auto result = session.send(from, to, message);
    auto made = redacted(result_of(session, result, host_.stopping(), settings_), settings_);
    made.size_limit = session.dialogue().size_limit();
    return made;
}

smtp_result smtp_client::probe() const {
    smtp_session session{host_, settings_};
    const auto result = session.greet();
    if (result == CURLE_OK) return {smtp_status::taken, {}};
    return redacted(result_of(session, result, host_.stopping(), settings_), settings_);
}

} // namespace releve::mail
