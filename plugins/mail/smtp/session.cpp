// SPDX-License-Identifier: Apache-2.0
#include "smtp/session.hpp"

#include <algorithm>
#include <cstring>
#include <stdexcept>
#include <sys/socket.h>
#include <unistd.h>

namespace releve::mail {
namespace {

/// For the server's answer to QUIT, once it has taken the mail.
constexpr std::chrono::seconds quit_timeout{1};

long milliseconds(duration of) {
    return std::max(1L, static_cast<long>(std::chrono::duration_cast<std::chrono::milliseconds>(of).count()));
}

} // namespace

smtp_session::smtp_session(context& host, const smtp_settings& settings)
    : host_{host}
    , dialogue_{!settings.user.empty(), settings.tls == tls_policy::required} {
    // Once in the process, which never unloads this plugin; safe beside another plugin's since 7.84.
    static const bool ready = curl_global_init(CURL_GLOBAL_DEFAULT) == CURLE_OK;
    if (ready) easy_.reset(curl_easy_init());
    if (easy_) multi_.reset(curl_multi_init());
    if (!multi_) throw std::runtime_error("libcurl can't be initialised");
    set_server(settings);
    set_security(settings);
    set_callbacks();
}

smtp_session::~smtp_session() {
    cut();
    curl_multi_remove_handle(multi_.get(), easy_.get());
}

template <class T>
void smtp_session::set(CURLoption option, T value) {
    if (const auto code = curl_easy_setopt(easy_.get(), option, value); code != CURLE_OK)
        throw std::runtime_error(std::string{"libcurl does not take an option: "} + curl_easy_strerror(code));
}

void smtp_session::set_server(const smtp_settings& of) {
    const bool literal6 = of.server.find(':') != std::string::npos;
    std::string url = of.tls == tls_policy::implicit ? "smtps://" : "smtp://";
    (url += literal6 ? "[" + of.server + "]" : of.server) += ":";
    url += std::to_string(of.port);
    if (!of.hello.empty()) (url += "/") += of.hello;
    set(CURLOPT_URL, url.c_str());
    set(CURLOPT_PROTOCOLS_STR, "smtp,smtps");
    set(CURLOPT_PROXY, ""); // whatever the environment says
    set(CURLOPT_CONNECTTIMEOUT_MS, milliseconds(of.connect_timeout));
    set(CURLOPT_TIMEOUT_MS, milliseconds(of.timeout));
    set(CURLOPT_SERVER_RESPONSE_TIMEOUT,
        std::max(1L, milliseconds(of.timeout) / 1000)); // s; also for the answer to QUIT
    set(CURLOPT_NOSIGNAL, 1L);
    set(CURLOPT_QUICK_EXIT, 1L); // resolving a name does not delay a stop
}

void smtp_session::set_security(const smtp_settings& of) {
    // All or nothing: CURLUSESSL_TRY would continue in clear.
    set(CURLOPT_USE_SSL, static_cast<long>(of.tls == tls_policy::none ? CURLUSESSL_NONE : CURLUSESSL_ALL));
    set(CURLOPT_SSLVERSION, static_cast<long>(CURL_SSLVERSION_TLSv1_2));
    set(CURLOPT_SSL_VERIFYPEER, 1L);
    set(CURLOPT_SSL_VERIFYHOST, 2L);
    if (!of.ca.empty()) {
        set(CURLOPT_CAINFO, of.ca.c_str());
        set(CURLOPT_CAPATH, static_cast<const char*>(nullptr)); // else the system's are trusted too
    }
    if (!of.user.empty()) {
        set(CURLOPT_USERNAME, of.user.c_str());
        set(CURLOPT_PASSWORD, of.password.c_str());
    }
    // libcurl reuses an open connection whether it is encrypted or not: none may be left open.
    set(CURLOPT_FRESH_CONNECT, 1L);
    set(CURLOPT_FORBID_REUSE, 1L);
}

void smtp_session::set_callbacks() {
    set(CURLOPT_ERRORBUFFER, curl_error_.data());
    set(CURLOPT_HEADERFUNCTION, &smtp_session::on_reply);
    set(CURLOPT_HEADERDATA, static_cast<void*>(this));
    set(CURLOPT_DEBUGFUNCTION, &smtp_session::on_trace);
    set(CURLOPT_DEBUGDATA, static_cast<void*>(this));
    set(CURLOPT_VERBOSE, 1L); // the trace goes only to on_trace
    set(CURLOPT_SOCKOPTFUNCTION, &smtp_session::on_socket);
    set(CURLOPT_SOCKOPTDATA, static_cast<void*>(this));
    set(CURLOPT_CLOSESOCKETFUNCTION, &smtp_session::on_close);
    set(CURLOPT_CLOSESOCKETDATA, static_cast<void*>(this));
    set(CURLOPT_XFERINFOFUNCTION, &smtp_session::on_progress);
    set(CURLOPT_XFERINFODATA, static_cast<void*>(this));
    set(CURLOPT_NOPROGRESS, 0L);
}

CURLcode smtp_session::send(const std::string& from, const std::string& to, const std::string& message) {
    message_ = message;
    recipients_.reset(curl_slist_append(nullptr, to.c_str()));
    set(CURLOPT_MAIL_FROM, from.c_str());
    set(CURLOPT_MAIL_RCPT, recipients_.get());
    set(CURLOPT_UPLOAD, 1L);
    set(CURLOPT_READFUNCTION, &smtp_session::on_upload);
    set(CURLOPT_READDATA, static_cast<void*>(this));
    set(CURLOPT_INFILESIZE_LARGE, static_cast<curl_off_t>(message.size()));
    return run();
}

CURLcode smtp_session::greet() {
    set(CURLOPT_CONNECT_ONLY, 1L);
    return run();
}

CURLcode smtp_session::run() {
    curl_multi_add_handle(multi_.get(), easy_.get());
    for (int running = 1; running != 0;) {
        if (host_.stopping()) cut();
        if (curl_multi_perform(multi_.get(), &running) != CURLM_OK) throw std::runtime_error("libcurl failed");
        curl_waitfd stop{host_.stop_fd(), CURL_WAIT_POLLIN, 0};
        if (running != 0) curl_multi_poll(multi_.get(), &stop, 1, 1000, nullptr);
    }
    int left = 0;
    const auto* message = curl_multi_info_read(multi_.get(), &left);
    return message == nullptr ? CURLE_ABORTED_BY_CALLBACK : message->data.result;
}

void smtp_session::cut() const {
    for (const auto socket : sockets_) ::shutdown(socket, SHUT_RDWR);
}

int smtp_session::connect_error() const {
    long number = 0;
    curl_easy_getinfo(easy_.get(), CURLINFO_OS_ERRNO, &number);
    return static_cast<int>(number);
}

bool smtp_session::was_connected() const {
    curl_off_t took_us = 0;
    curl_easy_getinfo(easy_.get(), CURLINFO_CONNECT_TIME_T, &took_us);
    return took_us != 0;
}

std::size_t smtp_session::on_reply(const char* bytes, std::size_t one, std::size_t count, void* self) {
    auto& it = *static_cast<smtp_session*>(self);
    const bool continues = it.dialogue_.received({bytes, one * count});
    if (it.dialogue_.taken() && it.taken_at_ == real_clock::time_point{}) it.taken_at_ = real_clock::now();
    return continues ? one * count : 0;
}

int smtp_session::on_trace(CURL*, curl_infotype what, const char* bytes, std::size_t size, void* self) {
    if (what == CURLINFO_HEADER_OUT) static_cast<smtp_session*>(self)->dialogue_.sent({bytes, size});
    return 0;
}

std::size_t smtp_session::on_upload(char* to, std::size_t one, std::size_t count, void* self) {
    auto& it = *static_cast<smtp_session*>(self);
    const auto size = std::min(one * count, it.message_.size());
    std::memcpy(to, it.message_.data(), size);
    it.message_.remove_prefix(size);
    return size;
}

int smtp_session::on_socket(void* self, curl_socket_t socket, curlsocktype) {
    static_cast<smtp_session*>(self)->sockets_.push_back(socket);
    return CURL_SOCKOPT_OK;
}

int smtp_session::on_close(void* self, curl_socket_t socket) {
    std::erase(static_cast<smtp_session*>(self)->sockets_, socket);
    return ::close(socket);
}

/// Not 0: libcurl gives the transfer up.
int smtp_session::on_progress(void* self, curl_off_t, curl_off_t, curl_off_t, curl_off_t) {
    const auto& it = *static_cast<smtp_session*>(self);
    return it.host_.stopping() || (it.dialogue_.taken() && real_clock::now() - it.taken_at_ > quit_timeout) ? 1 : 0;
}

} // namespace releve::mail
