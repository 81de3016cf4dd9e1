// SPDX-License-Identifier: Apache-2.0
#include "http.hpp"

#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/string_body.hpp>

#include <array>
#include <charconv>
#include <optional>
#include <utility>

namespace releve::core {

namespace {

namespace http = boost::beast::http;

/// Gives the parser what has come so far; keeps what it has not used yet.
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

/// Nothing: a '%' that two hexadecimal digits do not follow, or what would be no text.
std::optional<std::string> percent_decoded(std::string_view text) {
    std::string made;
    for (std::size_t i = 0; i < text.size(); ++i) {
        auto byte = static_cast<unsigned>(static_cast<unsigned char>(text[i]));
        if (text[i] == '%') {
            const auto digits = text.substr(i + 1, 2);
            const auto* end = digits.data() + digits.size();
            if (digits.size() != 2 || std::from_chars(digits.data(), end, byte, 16).ptr != end) return {};
            i += 2;
        } else if (text[i] == '+') {
            byte = ' ';
        }
        if (byte < 0x20) return {};
        made += static_cast<char>(byte);
    }
    return made;
}

} // namespace

struct request_reader::parsing {
    http::request_parser<http::string_body> parser;
    std::string pending;
};

request_reader::request_reader()
    : parsing_{std::make_unique<parsing>()} {
    parsing_->parser.header_limit(most_header);
    parsing_->parser.body_limit(most_body);
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
                   : "this is no HTTP request: " + error.message();
    return state;
}

http_state request_reader::finish() {
    const auto& message = parsing_->parser.get();
    read_.method = std::string{message.method_string()};
    const std::string_view target{message.target().data(), message.target().size()};
    const auto mark = std::min(target.find('?'), target.size());
    auto path = percent_decoded(target.substr(0, mark));
    bool good = path.has_value();
    if (good) read_.path = std::move(*path);
    auto rest = target.substr(std::min(mark + 1, target.size()));
    while (good && !rest.empty()) {
        const auto pair = rest.substr(0, rest.find('&'));
        rest.remove_prefix(std::min(pair.size() + 1, rest.size()));
        const auto equals = std::min(pair.find('='), pair.size());
        auto key = percent_decoded(pair.substr(0, equals));
        auto value = percent_decoded(pair.substr(std::min(equals + 1, pair.size())));
        good = key && value;
        if (good) read_.query.insert_or_assign(std::move(*key), std::move(*value));
    }
    if (good) return http_state::whole;
    why_ = "the address is not well written: after '%' come two hexadecimal digits";
    return http_state::wrong;
}

struct response_reader::parsing {
    http::response_parser<http::string_body> parser;
    std::string pending;
};

response_reader::response_reader()
    : parsing_{std::make_unique<parsing>()} {
    parsing_->parser.body_limit(boost::none); // a tap has no end; whoever reads takes it out as it comes
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

std::string percent_encoded(std::string_view text) {
    constexpr std::string_view digits = "0123456789ABCDEF";
    constexpr std::string_view plain = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_.~*";
    std::string made;
    for (const char c : text) {
        const auto byte = static_cast<unsigned char>(c);
        if (plain.find(c) != std::string_view::npos)
            made += c;
        else
            made += {'%', digits[byte >> 4U], digits[byte & 0xFU]};
    }
    return made;
}

} // namespace releve::core
