// SPDX-License-Identifier: Apache-2.0
// HTTP/1.1 messages from bytes as they come, by Boost.Beast's parser: the one place that includes it. Written ones are
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
    std::string path;                         // "/tap", without percents
    std::map<std::string, std::string> query; // the same
};

enum class http_state { needs_more, whole, wrong };

/// One request, of bounded size.
class request_reader {
public:
    static constexpr std::size_t most_header = 8192, most_body = 4096;
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
    std::unique_ptr<parsing> parsing_;
    request read_;
    std::string why_;
};

/// One response; its body is taken as it comes.
class response_reader {
public:
    response_reader();
    ~response_reader();
    response_reader(const response_reader&) = delete;
    response_reader& operator=(const response_reader&) = delete;

    http_state feed(std::string_view bytes);
    /// The other side has closed the connection.
    http_state end();
    /// 0: not known yet.
    unsigned status() const;
    /// What of the body came since it was last taken.
    std::string take_body();

private:
    struct parsing;
    std::unique_ptr<parsing> parsing_;
};

/// "a b" is "a%20b".
std::string percent_encoded(std::string_view text);

} // namespace releve::core
