// SPDX-License-Identifier: Apache-2.0
#include "smtp_client.hpp"

#include "safe_text.hpp"
#include "smtp_dialogue.hpp"

#include <curl/curl.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <cstring>
#include <memory>
#include <stdexcept>
#include <string_view>

namespace releve::mail {
namespace {

using step = smtp_dialogue::step;
using real_clock = std::chrono::steady_clock; // time within libcurl is real, also in tests

constexpr std::size_t longest_sentence = 600;
/// For the server's word of farewell, once it has taken the mail.
constexpr std::chrono::seconds farewell{1};

long milliseconds(duration of) {
    return std::max(1L, static_cast<long>(std::chrono::duration_cast<std::chrono::milliseconds>(of).count()));
}

/// One session. Nothing of it is left for the next: no handle, no connection.
struct session {
    session(context& host_of, const smtp_settings& settings)
        : host{host_of}
        , dialogue{!settings.user.empty(), settings.tls == tls_policy::required} {
        // Once in the process, which never unloads this plugin; safe beside another plugin's since 7.84.
        static const bool ready = curl_global_init(CURL_GLOBAL_DEFAULT) == CURLE_OK;
        if (ready) easy.reset(curl_easy_init());
        if (easy) multi.reset(curl_multi_init());
        if (!multi) throw std::runtime_error("libcurl can't be used");
    }
    session(const session&) = delete;
    session& operator=(const session&) = delete;
    ~session() { curl_multi_remove_handle(multi.get(), easy.get()); }

    template <class T>
    void set(CURLoption option, T value) {
        if (const auto code = curl_easy_setopt(easy.get(), option, value); code != CURLE_OK)
            throw std::runtime_error(std::string{"libcurl does not take an option: "} + curl_easy_strerror(code));
    }
    void run() {
        curl_multi_add_handle(multi.get(), easy.get());
        for (int running = 1; running != 0 && !host.stopping();) {
            if (curl_multi_perform(multi.get(), &running) != CURLM_OK) throw std::runtime_error("libcurl gave up");
            curl_waitfd stop{host.stop_fd(), CURL_WAIT_POLLIN, 0};
            if (running != 0) curl_multi_poll(multi.get(), &stop, 1, 1000, nullptr);
        }
        int left = 0;
        while (const auto* one = curl_multi_info_read(multi.get(), &left))
            if (one->msg == CURLMSG_DONE) result = one->data.result;
    }

    static std::size_t on_reply(const char* bytes, std::size_t one, std::size_t count, void* self) {
        auto& it = *static_cast<session*>(self);
        const bool goes_on = it.dialogue.received({bytes, one * count});
        if (it.dialogue.taken() && it.taken_at == real_clock::time_point{}) it.taken_at = real_clock::now();
        return goes_on ? one * count : 0;
    }
    static int on_trace(CURL*, curl_infotype what, const char* bytes, std::size_t size, void* self) {
        if (what == CURLINFO_HEADER_OUT) static_cast<session*>(self)->dialogue.sent({bytes, size});
        return 0;
    }
    static std::size_t on_upload(char* to, std::size_t one, std::size_t count, void* self) {
        auto& it = *static_cast<session*>(self);
        const auto size = std::min(one * count, it.message.size());
        std::memcpy(to, it.message.data(), size);
        it.message.remove_prefix(size);
        return size;
    }
    /// Not 0: ends what libcurl waits for.
    static int on_progress(void* self, curl_off_t, curl_off_t, curl_off_t, curl_off_t) {
        const auto& it = *static_cast<session*>(self);
        return it.host.stopping() || (it.dialogue.taken() && real_clock::now() - it.taken_at > farewell) ? 1 : 0;
    }

    struct free_handle {
        void operator()(CURL* one) const { curl_easy_cleanup(one); }
    };
    struct free_multi {
        void operator()(CURLM* one) const { curl_multi_cleanup(one); }
    };
    struct free_list {
        void operator()(curl_slist* one) const { curl_slist_free_all(one); }
    };
    context& host;
    smtp_dialogue dialogue;
    std::string_view message; // what is left of it
    real_clock::time_point taken_at{};
    CURLcode result = CURLE_ABORTED_BY_CALLBACK;
    std::array<char, CURL_ERROR_SIZE> said{};
    std::unique_ptr<curl_slist, free_list> recipients;
    std::unique_ptr<CURLM, free_multi> multi;
    std::unique_ptr<CURL, free_handle> easy; // goes before multi
};

void configure(session& it, const smtp_settings& of) {
    const bool literal6 = of.server.find(':') != std::string::npos;
    std::string url = of.tls == tls_policy::implicit ? "smtps://" : "smtp://";
    (url += literal6 ? "[" + of.server + "]" : of.server) += ":";
    url += std::to_string(of.port);
    if (!of.hello.empty()) (url += "/") += of.hello;
    it.set(CURLOPT_URL, url.c_str());
    it.set(CURLOPT_PROTOCOLS_STR, "smtp,smtps");
    it.set(CURLOPT_PROXY, ""); // whatever the environment says
    // All or nothing: CURLUSESSL_TRY would go on in clear.
    it.set(CURLOPT_USE_SSL, static_cast<long>(of.tls == tls_policy::none ? CURLUSESSL_NONE : CURLUSESSL_ALL));
    it.set(CURLOPT_SSLVERSION, static_cast<long>(CURL_SSLVERSION_TLSv1_2));
    it.set(CURLOPT_SSL_VERIFYPEER, 1L);
    it.set(CURLOPT_SSL_VERIFYHOST, 2L);
    if (!of.ca.empty()) {
        it.set(CURLOPT_CAINFO, of.ca.c_str());
        it.set(CURLOPT_CAPATH, static_cast<const char*>(nullptr)); // else the system's are trusted beside it
    }
    if (!of.user.empty()) {
        it.set(CURLOPT_USERNAME, of.user.c_str());
        it.set(CURLOPT_PASSWORD, of.password.c_str());
    }
    // A handle takes a connection that is there without asking how it was made, in clear or not: there is to be none.
    it.set(CURLOPT_FRESH_CONNECT, 1L);
    it.set(CURLOPT_FORBID_REUSE, 1L);
    it.set(CURLOPT_CONNECTTIMEOUT_MS, milliseconds(of.connect_limit));
    it.set(CURLOPT_TIMEOUT_MS, milliseconds(of.limit));
    it.set(CURLOPT_SERVER_RESPONSE_TIMEOUT, std::max(1L, milliseconds(of.limit) / 1000)); // s; also for the farewell
    it.set(CURLOPT_NOSIGNAL, 1L);
    it.set(CURLOPT_QUICK_EXIT, 1L); // a name that is being resolved does not hold a stop
    it.set(CURLOPT_ERRORBUFFER, it.said.data());
    it.set(CURLOPT_HEADERFUNCTION, &session::on_reply);
    it.set(CURLOPT_HEADERDATA, static_cast<void*>(&it));
    it.set(CURLOPT_DEBUGFUNCTION, &session::on_trace);
    it.set(CURLOPT_DEBUGDATA, static_cast<void*>(&it));
    it.set(CURLOPT_VERBOSE, 1L); // what is traced goes to on_trace alone
    it.set(CURLOPT_XFERINFOFUNCTION, &session::on_progress);
    it.set(CURLOPT_XFERINFODATA, static_cast<void*>(&it));
    it.set(CURLOPT_NOPROGRESS, 0L);
}

/// libcurl's reasons in the words of who runs the site.
std::string trouble(const session& it) {
    switch (it.result) {
    case CURLE_COULDNT_RESOLVE_HOST:
        return "its name can't be resolved";
    case CURLE_COULDNT_CONNECT: {
        long number = 0;
        curl_easy_getinfo(it.easy.get(), CURLINFO_OS_ERRNO, &number);
        return number == 0 ? "can't be connected to" : std::string{std::strerror(static_cast<int>(number))};
    }
    case CURLE_OPERATION_TIMEDOUT: {
        curl_off_t connected = 0;
        curl_easy_getinfo(it.easy.get(), CURLINFO_CONNECT_TIME_T, &connected);
        return connected == 0 ? "no connection within the time limit" : "does not answer within the time limit";
    }
    case CURLE_SSL_CONNECT_ERROR:
        return std::string{"no TLS connection comes about ("} + it.said.data() + ")";
    case CURLE_RECV_ERROR:
    case CURLE_SEND_ERROR:
    case CURLE_GOT_NOTHING:
        return it.dialogue.at() == step::message
                   ? "cut the connection before it answered to the message: whether it has it is not known"
                   : "cut the connection";
    default:
        return it.said.front() != '\0' ? it.said.data() : curl_easy_strerror(it.result);
    }
}

smtp_answer judged(const session& it, const smtp_settings& of) {
    using enum smtp_verdict;
    const auto& dialogue = it.dialogue;
    const auto code = dialogue.code();
    const bool temporary = code >= 400 && code < 500, lasting = code >= 500 && code < 600;
    if (dialogue.taken()) return {taken, {}};
    if (it.host.stopping()) return {stopped, {}};
    if (dialogue.login_is_missing())
        return {misconfigured, "offers no login (AUTH), and 'user' is given: nothing was sent"};
    switch (it.result) {
    case CURLE_LOGIN_DENIED:
        return {temporary ? unavailable : misconfigured,
                "refuses the login of '" + of.user + "': " + dialogue.reply() + "; look at 'user' and 'password'"};
    case CURLE_USE_SSL_FAILED:
        return {misconfigured, "offers no TLS (STARTTLS): nothing was sent; look at 'port' and 'tls'"};
    case CURLE_PEER_FAILED_VERIFICATION:
        return {misconfigured, std::string{"its certificate is not to be trusted ("} + it.said.data() +
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
    return {unavailable, trouble(it)};
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
    session it{host_, settings_};
    configure(it, settings_);
    it.message = message;
    it.recipients.reset(curl_slist_append(nullptr, to.c_str()));
    it.set(CURLOPT_MAIL_FROM, from.c_str());
    it.set(CURLOPT_MAIL_RCPT, it.recipients.get());
    it.set(CURLOPT_UPLOAD, 1L);
    it.set(CURLOPT_READFUNCTION, &session::on_upload);
    it.set(CURLOPT_READDATA, static_cast<void*>(&it));
    it.set(CURLOPT_INFILESIZE_LARGE, static_cast<curl_off_t>(message.size()));
    it.run();
    return fit_to_show(judged(it, settings_), settings_);
}

smtp_answer smtp_client::probe() const {
    session it{host_, settings_};
    configure(it, settings_);
    it.set(CURLOPT_CONNECT_ONLY, 1L);
    it.run();
    if (it.result == CURLE_OK) return {smtp_verdict::taken, {}};
    return fit_to_show(judged(it, settings_), settings_);
}

} // namespace releve::mail
