// SPDX-License-Identifier: Apache-2.0
#include "http.hpp"

#include <releve/kit/text/percent.hpp>

#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/string_body.hpp>

#include <algorithm>
#include <optional>
#include <utility>

namespace releve::core {

namespace {

namespace http = boost::beast::http;

/// Gives the parser what has arrived so far; keeps what it has not used yet.
template <class Parser>
http_state feed_into(Parser& parser, std::string& pending, std::string_view bytes, boost::beast::error_code& error) {
    pending += bytes;
    while (!parser.is_done()) {
        const auto used = parser.put(boost::asio::const_buffer{pending.data(), pending.size()}, error);
        pending.erase(0, used);
        if (error == http::error::need_more) error = {};
        if (error) return http_state::wrong;
        if (used == 0) return http_state::needs_more;
    }
    return http_state::whole;
}

/// Nothing: bad percent-encoding, or control characters.
std::optional<std::string> decoded(std::string_view text) {
    auto made = kit::percent_decoded(text, kit::plus_sign::blank);
    const auto control = [](char c) { return static_cast<unsigned char>(c) < 0x20; };
    return made && std::none_of(made->begin(), made->end(), control) ? std::move(made) : std::nullopt;
}

} // namespace

struct request_reader::parsing {
    http::request_parser<http::string_body> parser;
    std::string pending;
};

request_reader::request_reader()
    : parsing_{std::make_unique<parsing>()} {
    parsing_->parser.header_limit(max_header);
    parsing_->parser.body_limit(max_body);
    parsing_->parser.eager(true);
}

request_reader::~request_reader() = default;

http_state request_reader::feed(std::string_view bytes) {
    boost::beast::error_code error;
    const auto state = feed_into(parsing_->parser, parsing_->pending, bytes, error);
    if (state == http_state::whole) return finish();
    if (state == http_state::wrong)
        why_ = error == http::error::header_limit || error == http::error::body_limit
                   ? "the request is too large"
                   : "this is not an HTTP request: " + error.message();
    return state;
}

http_state request_reader::finish() {
    const auto& message = parsing_->parser.get();
    read_.method = std::string{message.method_string()};
    const std::string_view target{message.target().data(), message.target().size()};
    const auto mark = std::min(target.find('?'), target.size());
    auto path = decoded(target.substr(0, mark));
    bool good = path.has_value();
    if (good) read_.path = std::move(*path);
    auto rest = target.substr(std::min(mark + 1, target.size()));
    while (good && !rest.empty()) {
        const auto pair = rest.substr(0, rest.find('&'));
        rest.remove_prefix(std::min(pair.size() + 1, rest.size()));
        const auto equals = std::min(pair.find('='), pair.size());
        auto key = decoded(pair.substr(0, equals));
        auto value = decoded(pair.substr(std::min(equals + 1, pair.size())));
        good = key && value;
        if (good) read_.query.insert_or_assign(std::move(*key), std::move(*value));
    }
    if (good) return http_state::whole;
    why_ = "bad address: '%' is followed by two hexadecimal digits, and control characters are not allowed";
    return http_state::wrong;
}

struct response_reader::parsing {
    http::response_parser<http::string_body> parser;
    std::string pending;
};

response_reader::response_reader()
    : parsing_{std::make_unique<parsing>()} {
    parsing_->parser.body_limit(boost::none); // a tap has no end; its reader takes it as it arrives
    parsing_->parser.eager(true);
}

response_reader::~response_reader() = default;

http_state response_reader::feed(std::string_view bytes) {
    boost::beast::error_code error;
    return feed_into(parsing_->parser, parsing_->pending, bytes, error);
}

http_state response_reader::end() {
    boost::beast::error_code error;
    if (parsing_->parser.got_some() && !parsing_->parser.is_done()) parsing_->parser.put_eof(error);
    return !error && parsing_->parser.is_done() ? http_state::whole : http_state::wrong;
}

unsigned response_reader::status() const {
    return parsing_->parser.is_header_done() ? parsing_->parser.get().result_int() : 0;
}

std::string response_reader::take_body() { return std::exchange(parsing_->parser.get().body(), {}); }

} // namespace releve::core
