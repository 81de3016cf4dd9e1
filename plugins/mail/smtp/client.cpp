// SPDX-License-Identifier: Apache-2.0
#include "smtp/client.hpp"

#include "smtp/session.hpp"
#include "text/safe_text.hpp"

#include <cstring>

namespace releve::mail {
namespace {

using step = smtp_dialogue::step;

constexpr std::size_t longest_sentence = 600;

/// libcurl's reasons in the words of who runs the site.
std::string trouble(const smtp_session& it, CURLcode result) {
    switch (result) {
    case CURLE_COULDNT_RESOLVE_HOST:
        return "its name can't be resolved";
    case CURLE_COULDNT_CONNECT:
        return it.connect_error() == 0 ? "can't be connected to" : std::string{std::strerror(it.connect_error())};
    case CURLE_OPERATION_TIMEDOUT:
        return it.was_connected() ? "does not answer within the time limit" : "no connection within the time limit";
    case CURLE_SSL_CONNECT_ERROR:
        return std::string{"no TLS connection comes about ("} + it.said() + ")";
    case CURLE_RECV_ERROR:
    case CURLE_SEND_ERROR:
    case CURLE_GOT_NOTHING:
        return it.dialogue().at() == step::message
                   ? "cut the connection before it answered to the message: whether it has it is not known"
                   : "cut the connection";
    default:
        return *it.said() != '\0' ? it.said() : curl_easy_strerror(result);
    }
}

smtp_answer judged(const smtp_session& it, CURLcode result, bool is_ending, const smtp_settings& of) {
    using enum smtp_verdict;
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
                "refuses the login of '" + of.user + "': " + dialogue.reply() + "; look at 'user' and 'password'"};
    case CURLE_USE_SSL_FAILED:
        return {misconfigured, "offers no TLS (STARTTLS): nothing was sent; look at 'port' and 'tls'"};
    case CURLE_PEER_FAILED_VERIFICATION:
        return {misconfigured, std::string{"its certificate is not to be trusted ("} + it.said() +
                                   "): nothing was sent; look at 'server' and 'ca'"};
    case CURLE_SSL_CACERT_BADFILE:
        return {misconfigured, "the certificates of 'ca' can't be read: " + of.ca};
    default:
        break;
    }
    const bool wants_login = code == 530 || code == 535;
    if ((dialogue.at() == step::recipient || dialogue.at() == step::message) && code != 421 && !wants_login) {
        if (temporary) return {later, dialogue.reply()};
        if (lasting) return {refused, dialogue.reply()};
    }
    if (lasting) return {misconfigured, dialogue.reply()};
    if (temporary) return {unavailable, dialogue.reply()};
    return {unavailable, trouble(it, result)};
}

/// As one line, without what is secret.
smtp_answer fit_to_show(smtp_answer one, const smtp_settings& of) {
    const auto& secret = of.password;
    for (auto at = secret.empty() ? std::string::npos : one.sentence.find(secret); at != std::string::npos;
         at = one.sentence.find(secret, at + 3))
        one.sentence.replace(at, secret.size(), "***");
    one.sentence = one_line(one.sentence, longest_sentence);
    return one;
}

} // namespace

smtp_answer smtp_client::send(const std::string& from, const std::string& to, const std::string& message) const {
    smtp_session session{host_, settings_};
    const auto result = session.send(from, to, message);
    return fit_to_show(judged(session, result, host_.stopping(), settings_), settings_);
}

smtp_answer smtp_client::probe() const {
    smtp_session session{host_, settings_};
    const auto result = session.greet();
    if (result == CURLE_OK) return {smtp_verdict::taken, {}};
    return fit_to_show(judged(session, result, host_.stopping(), settings_), settings_);
}

} // namespace releve::mail
