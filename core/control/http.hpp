// SPDX-License-Identifier: Apache-2.0
// Reads HTTP/1.1 messages: their fields with Boost.Beast's parser, which only this file includes. Written messages are
// plain text and need no library.
#pragma once
#include <cstddef>
#include <map>
#include <memory>
#include <string>
#include <string_view>

namespace releve::core {

struct request {
    std::string method;                       // "GET"
    std::string path;                         // "/tap", decoded
    std::map<std::string, std::string> query; // decoded
};

enum class http_state { needs_more, whole, wrong };

/// One request, of bounded size. Its body is counted, and means nothing: what is asked is in the address. A request in
/// chunks is refused.
class request_reader {
public:
    static constexpr std::size_t max_header = 8192, max_body = 4096;
    request_reader();
    ~request_reader();
    request_reader(const request_reader&) = delete;
    request_reader& operator=(const request_reader&) = delete;

    http_state feed(std::string_view bytes);
    /// Once it is whole.
    const request& read() const { return read_; }
    /// Once it is wrong: a sentence.
    const std::string& why() const { return why_; }

private:
    struct parsing;
    http_state finish();
    http_state refuse(std::string why);
    std::unique_ptr<parsing> parsing_;
    request read_;
    std::string why_;
};

/// One response, whose body is taken as it arrives: what nobody takes is kept.
class response_reader {
public:
    static constexpr std::size_t max_header = 8192;
    response_reader();
    ~response_reader();
    response_reader(const response_reader&) = delete;
    response_reader& operator=(const response_reader&) = delete;

    http_state feed(std::string_view bytes);
    /// The other side has closed the connection.
    http_state end();
    /// 0: not known yet.
    unsigned status() const;
    /// The part of the body that has arrived since the last call.
    std::string take_body();

private:
    struct parsing;
    std::unique_ptr<parsing> parsing_;
};

} // namespace releve::core
