// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "smtp/dialogue.hpp"
#include "smtp/settings.hpp"

#include <releve/context.hpp>

#include <array>
#include <chrono>
#include <curl/curl.h>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace releve::mail {

/// One session with a server, through libcurl. Nothing is reused by the next one: no handle, no connection.
class smtp_session {
public:
    smtp_session(context& host, const smtp_settings& settings);
    smtp_session(const smtp_session&) = delete;
    smtp_session& operator=(const smtp_session&) = delete;
    ~smtp_session();

    /// Connects, hands the message over and quits. Returns early when the node is asked to stop.
    CURLcode send(const std::string& from, const std::string& to, const std::string& message);
    /// Connects, logs in and quits.
    CURLcode greet();

    const smtp_dialogue& dialogue() const { return dialogue_; }
    /// libcurl's own text about its failure; may be empty.
    const char* curl_error() const { return curl_error_.data(); }
    /// errno of the last failed connect; 0: none.
    int connect_error() const;
    bool was_connected() const;

private:
    using real_clock = std::chrono::steady_clock; // time within libcurl is real, also in tests
    struct free_handle {
        void operator()(CURL* one) const { curl_easy_cleanup(one); }
    };
    struct free_multi {
        void operator()(CURLM* one) const { curl_multi_cleanup(one); }
    };
    struct free_list {
        void operator()(curl_slist* one) const { curl_slist_free_all(one); }
    };
    static std::size_t on_reply(const char* bytes, std::size_t one, std::size_t count, void* self);
    static int on_trace(CURL*, curl_infotype what, const char* bytes, std::size_t size, void* self);
    static std::size_t on_upload(char* to, std::size_t one, std::size_t count, void* self);
    static int on_socket(void* self, curl_socket_t socket, curlsocktype);
    static int on_close(void* self, curl_socket_t socket);
    static int on_progress(void* self, curl_off_t, curl_off_t, curl_off_t, curl_off_t);
    template <class T>
    void set(CURLoption option, T value);
    void set_server(const smtp_settings& of);
    void set_security(const smtp_settings& of);
    void set_callbacks();
    CURLcode run();
    /// Shuts the sockets down, so that the session fails. When a transfer is only removed, libcurl ends it as if its
    /// message were complete.
    void cut() const;

    context& host_;
    smtp_dialogue dialogue_;
    std::string_view message_; // the rest that is not sent yet
    std::vector<curl_socket_t> sockets_;
    real_clock::time_point taken_at_{};
    std::array<char, CURL_ERROR_SIZE> curl_error_{};
    std::unique_ptr<curl_slist, free_list> recipients_;
    std::unique_ptr<CURLM, free_multi> multi_;
    std::unique_ptr<CURL, free_handle> easy_; // goes before multi_
};

} // namespace releve::mail
