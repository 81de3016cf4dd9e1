// SPDX-License-Identifier: Apache-2.0
#include "http/loop.hpp"

#include <releve/kit/io/bell.hpp>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <curl/curl.h>
#include <linux/tcp.h> // with tcpi_bytes_received, which netinet/tcp.h does not have
#include <map>
#include <netinet/in.h>
#include <optional>
#include <span>
#include <stdexcept>
#include <sys/poll.h>
#include <sys/socket.h>
#include <vector>

namespace releve::wes {
namespace {

long milliseconds(duration of) {
    return std::max(1L, static_cast<long>(std::chrono::duration_cast<std::chrono::milliseconds>(of).count()));
}

/// While curl makes the data connection of FTP, it names no socket and has to be called again.
constexpr duration without_sockets = std::chrono::milliseconds{10};
/// Of a reply's head, interim replies and trailers; of the lines of an FTP session.
constexpr std::size_t max_head = 65'536;
/// All bytes that a connection has received, also those that curl drops, such as the extensions of chunks.
std::uint64_t received_by(curl_socket_t fd) {
    tcp_info known{};
    socklen_t size = sizeof known;
    if (::getsockopt(fd, IPPROTO_TCP, TCP_INFO, &known, &size) != 0) return 0; // not TCP: the host on this machine
    return size >= offsetof(tcp_info, tcpi_bytes_received) + sizeof known.tcpi_bytes_received
               ? known.tcpi_bytes_received
               : 0;
}

struct exchange {
    CURL* easy = nullptr;
    http_reply reply;
    http_loop::on_reply done;
    duration timeout{};
    std::optional<duration> until; // on the owner's clock; nothing: no run has seen it yet
    std::size_t max_body = 0, head = 0;
    bool too_large = false, endless = false;

    /// Chunks and their extensions may double a body.
    std::uint64_t max_received() const noexcept { return std::uint64_t{max_body} * 2 + max_head; }

    exchange() = default;
    exchange(const exchange&) = delete;
    exchange& operator=(const exchange&) = delete;
    ~exchange() { curl_easy_cleanup(easy); }
};

std::size_t take_body(const char* bytes, std::size_t one, std::size_t count, void* self) {
    auto& it = *static_cast<exchange*>(self);
    if (it.reply.body.size() + one * count > it.max_body) {
        it.too_large = true;
        return 0;
    }
    it.reply.body.append(bytes, one * count);
    return one * count;
}

std::size_t take_head(const char*, std::size_t one, std::size_t count, void* self) {
    auto& it = *static_cast<exchange*>(self);
    it.head += one * count;
    it.endless = it.endless || it.head > max_head;
    return it.endless ? 0 : one * count;
}

/// curl's reasons, in words for the people who run the site.
std::string reason(const exchange& it, CURLcode code) {
    switch (code) {
    case CURLE_COULDNT_CONNECT: {
        long number = 0;
        curl_easy_getinfo(it.easy, CURLINFO_OS_ERRNO, &number);
        if (number == ECONNREFUSED) return "refuses the connection";
        return std::string{"can't be connected to: "}.append(std::strerror(static_cast<int>(number)));
    }
    case CURLE_COULDNT_RESOLVE_HOST:
        return "has a host name that can't be resolved";
    case CURLE_OPERATION_TIMEDOUT: {
        curl_off_t connected = 0;
        curl_easy_getinfo(it.easy, CURLINFO_CONNECT_TIME_T, &connected);
        if (connected == 0) return "does not answer: no connection within the time limit";
        return it.reply.body.empty() ? "does not answer within the time limit"
                                     : "does not end its reply within the time limit";
    }
    case CURLE_RECV_ERROR:
    case CURLE_SEND_ERROR:
    case CURLE_PARTIAL_FILE:
        return "cut the connection";
    case CURLE_OUT_OF_MEMORY: // the bound of a line is curl's own
        return "sends a line that is too long";
    case CURLE_GOT_NOTHING:
        return "closed the connection without a reply";
    case CURLE_WEIRD_SERVER_REPLY:
    case CURLE_UNSUPPORTED_PROTOCOL:
        return "does not speak HTTP";
    default:
        return std::string{"can't be read: "}.append(curl_easy_strerror(code));
    }
}

} // namespace

struct http_loop::state {
    CURLM* multi = nullptr;
    std::map<CURL*, std::unique_ptr<exchange>> under_way;
    struct connection {
        short events; // that curl waits for
        CURL* of;
    };
    std::map<curl_socket_t, connection> sockets;
    long timer_ms = -1; // when curl is to be called again; -1: no timer
    kit::bell never;    // is not rung: a wait for peers has a descriptor, also when curl names none

    state() {
        // Counted by curl; safe beside another plugin's call since 7.84.
        if (curl_global_init(CURL_GLOBAL_DEFAULT) != CURLE_OK) throw std::runtime_error("libcurl can't be initialised");
        multi = curl_multi_init();
        if (multi == nullptr) throw std::runtime_error("libcurl gives no multi handle");
        curl_multi_setopt(multi, CURLMOPT_SOCKETFUNCTION, &on_socket);
        curl_multi_setopt(multi, CURLMOPT_SOCKETDATA, this);
        curl_multi_setopt(multi, CURLMOPT_TIMERFUNCTION, &on_timer);
        curl_multi_setopt(multi, CURLMOPT_TIMERDATA, this);
    }
    ~state() {
        clear();
        curl_multi_cleanup(multi);
        curl_global_cleanup();
    }
    state(const state&) = delete;
    state& operator=(const state&) = delete;

    void clear() noexcept {
        for (auto& [easy, it] : under_way) curl_multi_remove_handle(multi, easy);
        under_way.clear();
    }

    static int on_socket(CURL* easy, curl_socket_t fd, int what, void* self, void*) {
        auto& sockets = static_cast<state*>(self)->sockets;
        if (what == CURL_POLL_REMOVE) {
            sockets.erase(fd);
        } else {
            const int in = (what & CURL_POLL_IN) != 0 ? POLLIN : 0;
            const int out = (what & CURL_POLL_OUT) != 0 ? POLLOUT : 0;
            sockets[fd] = {static_cast<short>(in | out), easy};
        }
        return 0;
    }
    static int on_timer(CURLM*, long ms, void* self) {
        static_cast<state*>(self)->timer_ms = ms;
        return 0;
    }

    /// Hands out what curl has finished.
    void finish() {
        int left = 0;
        while (const auto* message = curl_multi_info_read(multi, &left)) {
            if (message->msg != CURLMSG_DONE) continue;
            end(under_way.find(message->easy_handle), message->data.result);
        }
    }
    /// The time limit of an exchange is measured on the owner's clock, not by curl: a test's virtual time counts too.
    /// Returns when the next one is over.
    duration expire(duration now) {
        for (auto at = under_way.begin(); at != under_way.end();) {
            auto& it = *at->second;
            if (!it.until) it.until = now + it.timeout;
            const auto one = at++;
            if (now >= *it.until) end(one, CURLE_OPERATION_TIMEDOUT);
        }
        auto next = duration::max();
        for (const auto& [easy, it] : under_way) next = std::min(next, it->until.value_or(now));
        return next;
    }
    void end(std::map<CURL*, std::unique_ptr<exchange>>::iterator at, CURLcode code) {
        curl_multi_remove_handle(multi, at->first);
        const auto it = std::move(at->second);
        under_way.erase(at);
        complete(*it, code);
        it->done(std::move(it->reply));
    }
    /// Ends what has received more than its bound, whatever curl makes of the bytes.
    void bound(std::span<const releve_wait> waits) {
        for (const auto& one : waits) {
            if ((one.revents & POLLIN) == 0) continue;
            const auto at = sockets.find(one.fd);
            if (at == sockets.end()) continue;
            const auto it = under_way.find(at->second.of);
            if (it == under_way.end() || received_by(one.fd) <= it->second->max_received()) continue;
            it->second->endless = true;
            end(it, CURLE_WRITE_ERROR);
        }
    }
    static void complete(exchange& it, CURLcode code) {
        curl_off_t took_us = 0;
        curl_easy_getinfo(it.easy, CURLINFO_TOTAL_TIME_T, &took_us);
        it.reply.took = std::chrono::microseconds{took_us};
        long status = 0;
        curl_easy_getinfo(it.easy, CURLINFO_RESPONSE_CODE, &status);
        it.reply.status = static_cast<int>(status);
        // FTP: the last reply was to the QUIT after what was refused.
        if (code == CURLE_REMOTE_FILE_NOT_FOUND || code == CURLE_REMOTE_ACCESS_DENIED) it.reply.status = 550;
        const char* type = nullptr;
        curl_easy_getinfo(it.easy, CURLINFO_CONTENT_TYPE, &type);
        if (type != nullptr) it.reply.content_type = type;
        if (it.endless) {
            it.reply.failure = "sends without end what is no part of a page";
        } else if (it.too_large) {
            it.reply.failure = "sends more than " + std::to_string(it.max_body / 1024) + " KiB";
        } else if (code != CURLE_OK) {
            it.reply.failure = reason(it, code);
        }
    }

    void serve(std::span<const releve_wait> waits) {
        int running = 0;
        bool any = false;
        for (const auto& one : waits) {
            if (one.revents == 0) continue;
            any = true;
            int bits = 0;
            if ((one.revents & (POLLIN | POLLHUP)) != 0) bits |= CURL_CSELECT_IN;
            if ((one.revents & POLLOUT) != 0) bits |= CURL_CSELECT_OUT;
            if ((one.revents & (POLLERR | POLLNVAL)) != 0) bits |= CURL_CSELECT_ERR;
            curl_multi_socket_action(multi, one.fd, bits, &running);
        }
        if (!any) curl_multi_socket_action(multi, CURL_SOCKET_TIMEOUT, 0, &running);
    }
};

http_loop::http_loop()
    : state_{std::make_unique<state>()} {}
http_loop::~http_loop() = default;

void http_loop::start(const http_request& what, on_reply done) {
    if (state_->under_way.size() >= max_at_once) throw std::length_error("more than 512 HTTP requests at once");
    auto it = std::make_unique<exchange>();
    it->easy = curl_easy_init();
    if (it->easy == nullptr) throw std::runtime_error("libcurl gives no handle");
    it->done = std::move(done);
    it->timeout = what.timeout;
    it->max_body = what.max_body;
    const bool literal6 = what.host.find(':') != std::string::npos;
    const std::string scheme = what.over_ftp ? "ftp://" : "http://";
    auto host = what.host;
    if (const auto zone = host.find('%'); zone != host.npos) host.insert(zone + 1, "25"); // RFC 6874
    std::string url = scheme + (literal6 ? "[" + host + "]:" : host + ":");
    url += std::to_string(what.port);
    if (!what.over_ftp) {
        url += what.path;
    } else if (auto* const path = curl_easy_escape(it->easy, what.path.c_str(), static_cast<int>(what.path.size()))) {
        std::string escaped{path};
        curl_free(path);
        for (auto at = escaped.find("%2F"); at != escaped.npos; at = escaped.find("%2F", at + 1))
            escaped.replace(at, 3, "/");
        url += escaped;
    }
    const auto set = [easy = it->easy](CURLoption option, auto value) { curl_easy_setopt(easy, option, value); };
    set(CURLOPT_URL, url.c_str());
    if (!what.post.empty()) set(CURLOPT_COPYPOSTFIELDS, what.post.c_str());
    set(CURLOPT_PROTOCOLS_STR, what.over_ftp ? "ftp" : "http");
    if (what.over_ftp) {
        // Passive, as published clients do; to the address that answers, whatever the reply to PASV says.
        set(CURLOPT_FTP_USE_EPSV, 0L);
        set(CURLOPT_FTP_SKIP_PASV_IP, 1L);
        // On a server such as a WES, LIST lists the current folder, whatever its argument.
        set(CURLOPT_FTP_FILEMETHOD, static_cast<long>(CURLFTPMETHOD_SINGLECWD));
        // For the reply to each command, in seconds. That to the last one, QUIT, has no other time limit, and the wait
        // for it can't be interrupted.
        set(CURLOPT_SERVER_RESPONSE_TIMEOUT, 5L);
    }
    if (!what.unix_socket.empty()) set(CURLOPT_UNIX_SOCKET_PATH, what.unix_socket.c_str());
    set(CURLOPT_PROXY, ""); // a device on the site's own network, whatever the environment says
    set(CURLOPT_HTTPAUTH, static_cast<long>(CURLAUTH_BASIC));
    set(CURLOPT_USERNAME, what.user.c_str());
    set(CURLOPT_PASSWORD, what.password.c_str());
    // A short head without surprises: a WES reads the first TCP segment only, so all of it must fit there.
    set(CURLOPT_HTTP_VERSION, static_cast<long>(CURL_HTTP_VERSION_1_1));
    set(CURLOPT_USERAGENT, "releve");
    set(CURLOPT_FORBID_REUSE, 1L);
    set(CURLOPT_FRESH_CONNECT, 1L);
    set(CURLOPT_CONNECTTIMEOUT_MS, milliseconds(what.connect_timeout));
    set(CURLOPT_CONNECT_ONLY, what.connect_only ? 1L : 0L);
    set(CURLOPT_NOSIGNAL, 1L);
    set(CURLOPT_QUICK_EXIT, 1L); // a look-up in progress does not delay a stop
    set(CURLOPT_WRITEFUNCTION, &take_body);
    set(CURLOPT_WRITEDATA, static_cast<void*>(it.get()));
    set(CURLOPT_HEADERFUNCTION, &take_head); // also each line of an FTP session
    set(CURLOPT_HEADERDATA, static_cast<void*>(it.get()));
    auto* const easy = it->easy;
    state_->under_way.emplace(easy, std::move(it));
    if (curl_multi_add_handle(state_->multi, easy) != CURLM_OK) {
        state_->under_way.erase(easy);
        throw std::runtime_error("libcurl takes no request");
    }
}

std::size_t http_loop::under_way() const noexcept { return state_->under_way.size(); }

void http_loop::run(const kit::waiter& wait, duration until, int also) {
    std::vector<releve_wait> waits;
    state_->serve({});
    for (;;) {
        state_->finish();
        const auto now = wait.steady();
        const auto next = std::min(state_->expire(now), until);
        if (state_->under_way.empty() || now >= until) return;
        waits.clear();
        for (const auto& [fd, one] : state_->sockets) waits.push_back({fd, one.events, 0});
        duration limit = std::chrono::seconds{1};
        if (state_->timer_ms >= 0) limit = std::min<duration>(limit, std::chrono::milliseconds{state_->timer_ms});
        if (waits.empty()) {
            limit = std::min(limit, without_sockets);
            waits.push_back({state_->never.fd(), RELEVE_READABLE, 0});
        }
        if (also >= 0) waits.push_back({also, RELEVE_READABLE, 0});
        wait.ready(waits, std::min(limit, next - now));
        const bool is_called = also >= 0 && waits.back().revents != 0;
        if (also >= 0) waits.pop_back();
        state_->serve(waits); // `never` has no events
        state_->bound(waits);
        if (!is_called) continue;
        state_->finish();
        return;
    }
}

void http_loop::abandon() noexcept { state_->clear(); }

http_reply fetch(const http_request& what, const kit::waiter& wait) {
    http_loop loop;
    http_reply got;
    loop.start(what, [&](http_reply&& reply) { got = std::move(reply); });
    loop.run(wait);
    return got;
}

} // namespace releve::wes
