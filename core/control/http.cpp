// SPDX-License-Identifier: Apache-2.0
#include "http.hpp"

#include <releve/kit/text/number.hpp>
#include <releve/kit/text/percent.hpp>

#include <boost/beast/http/empty_body.hpp>
#include <boost/beast/http/parser.hpp>

#include <algorithm>
#include <optional>
#include <utility>

namespace releve::core {

namespace {

namespace http = boost::beast::http;

/// The start line and the fields of a message, by Beast. Bodies are read here instead: Beast keeps extensions and
/// trailers of chunks without a bound, and in a build with assertions aborts on a last chunk that comes in pieces.
template <bool is_request>
class head_reader {
public:
    explicit head_reader(std::uint32_t max_size) {
        parser_.header_limit(max_size);
        parser_.skip(true); // it is done after the fields
    }
    http_state feed(std::string_view bytes) {
        pending_ += bytes;
        while (!parser_.is_done()) {
            const auto used = parser_.put(boost::asio::const_buffer{pending_.data(), pending_.size()}, error_);
            pending_.erase(0, used);
            if (error_ == http::error::need_more) error_ = {};
            if (error_) return http_state::wrong;
            if (used == 0) return http_state::needs_more;
        }
        return http_state::whole;
    }
    bool whole() const { return parser_.is_done(); }
    const auto& message() const { return parser_.get(); }
    std::optional<std::uint64_t> content_length() const {
        const auto size = parser_.content_length();
        return size ? std::optional<std::uint64_t>{*size} : std::nullopt;
    }
    const boost::beast::error_code& error() const { return error_; }
    /// What came after the fields.
    std::string take_rest() { return std::exchange(pending_, {}); }

private:
    http::parser<is_request, http::empty_body> parser_;
    std::string pending_;
    boost::beast::error_code error_;
};

/// Nothing: bad percent-encoding, or control characters.
std::optional<std::string> decoded(std::string_view text) {
    auto made = kit::percent_decoded(text, kit::plus_sign::blank);
    const auto control = [](char c) { return static_cast<unsigned char>(c) < 0x20; };
    return made && std::none_of(made->begin(), made->end(), control) ? std::move(made) : std::nullopt;
}

/// A body in chunks (RFC 9112, 7.1). Extensions and trailers are passed over, and are bounded.
class chunk_reader {
public:
    /// Appends to `body` what has come of it.
    http_state feed(std::string_view bytes, std::string& body) {
        while (!bytes.empty() && at_ != place::over) {
            if (at_ == place::data) {
                const auto some = bytes.substr(0, std::min<std::uint64_t>(left_, bytes.size()));
                body += some;
                bytes.remove_prefix(some.size());
                left_ -= some.size();
                if (left_ == 0) at_ = place::after_data;
                continue;
            }
            const char c = bytes.front();
            bytes.remove_prefix(1);
            if (c != '\n') {
                line_ += c;
                passed_ += at_ == place::trailer ? 1 : 0;
                if (line_.size() > max_line || passed_ > max_trailers) return http_state::wrong;
            } else if (!end_line()) {
                return http_state::wrong;
            }
        }
        return at_ == place::over ? http_state::whole : http_state::needs_more;
    }

private:
    static constexpr std::size_t max_line = 1024, max_trailers = 8192;
    enum class place { size, data, after_data, trailer, over };

    bool end_line() {
        auto line = std::exchange(line_, {});
        if (line.empty() || line.back() != '\r') return false;
        line.pop_back();
        if (at_ == place::after_data) {
            at_ = place::size;
            return line.empty();
        }
        if (at_ == place::trailer) {
            if (line.empty()) at_ = place::over;
            return true;
        }
        const auto size =
            kit::integer_in<std::uint64_t>(std::string_view{line}.substr(0, line.find_first_of("; \t")), 16);
        if (!size) return false;
        left_ = *size;
        at_ = left_ == 0 ? place::trailer : place::data;
        return true;
    }

    place at_ = place::size;
    std::uint64_t left_ = 0; // bytes of this chunk
    std::string line_;
    std::size_t passed_ = 0; // bytes of trailers
};

} // namespace

struct request_reader::parsing {
    head_reader<true> head{max_header};
    std::optional<std::uint64_t> body_left; // once the fields are read; a body means nothing to any path
};

request_reader::request_reader()
    : parsing_{std::make_unique<parsing>()} {}

request_reader::~request_reader() = default;

http_state request_reader::refuse(std::string why) {
    why_ = std::move(why);
    return http_state::wrong;
}

http_state request_reader::feed(std::string_view bytes) {
    auto& head = parsing_->head;
    auto& left = parsing_->body_left;
    std::size_t came = bytes.size();
    if (!left) {
        const auto state = head.feed(bytes);
        if (state == http_state::needs_more) return state;
        if (state == http_state::wrong)
            return refuse(head.error() == http::error::header_limit
                              ? "the request is too large: its address and fields take at most " +
                                    std::to_string(max_header) + " bytes"
                              : "this is not an HTTP request: " + head.error().message());
        if (head.message().find(http::field::transfer_encoding) != head.message().end())
            return refuse("a request in chunks is not taken: send it with Content-Length, or without a body");
        left = head.content_length().value_or(0);
        if (*left > max_body)
            return refuse("the request is too large: its body takes at most " + std::to_string(max_body) + " bytes");
        came = head.take_rest().size();
    }
    *left -= std::min<std::uint64_t>(*left, came);
    return *left == 0 ? finish() : http_state::needs_more;
}

http_state request_reader::finish() {
    const auto& message = parsing_->head.message();
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
    return refuse("bad address: '%' is followed by two hexadecimal digits, and control characters are not allowed");
}

struct response_reader::parsing {
    head_reader<false> head{max_header};
    enum class form { unknown, sized, chunks, until_end } is = form::unknown;
    std::uint64_t left = 0; // bytes of a sized body
    chunk_reader chunks;
    std::string body; // that nobody has taken yet
    bool whole = false;

    http_state begin() {
        const auto& message = head.message();
        const auto encoding = message.find(http::field::transfer_encoding);
        if (encoding != message.end()) {
            if (!boost::beast::iequals(encoding->value(), "chunked")) return http_state::wrong;
            is = form::chunks;
        } else if (const auto size = head.content_length()) {
            is = form::sized;
            left = *size;
        } else {
            is = form::until_end;
        }
        return http_state::whole;
    }
};

response_reader::response_reader()
    : parsing_{std::make_unique<parsing>()} {}

response_reader::~response_reader() = default;

http_state response_reader::feed(std::string_view bytes) {
    using form = parsing::form;
    auto& in = *parsing_;
    std::string rest;
    if (in.is == form::unknown) {
        if (const auto state = in.head.feed(bytes); state != http_state::whole) return state;
        if (in.begin() == http_state::wrong) return http_state::wrong;
        rest = in.head.take_rest();
        bytes = rest;
    }
    if (in.is == form::chunks) {
        const auto state = in.chunks.feed(bytes, in.body);
        in.whole = state == http_state::whole;
        return state;
    }
    if (in.is == form::sized) bytes = bytes.substr(0, std::min<std::uint64_t>(in.left, bytes.size()));
    in.body += bytes;
    if (in.is == form::until_end) return http_state::needs_more;
    in.left -= bytes.size();
    in.whole = in.left == 0;
    return in.whole ? http_state::whole : http_state::needs_more;
}

http_state response_reader::end() {
    const bool whole = parsing_->whole || parsing_->is == parsing::form::until_end;
    return whole ? http_state::whole : http_state::wrong;
}

unsigned response_reader::status() const {
    return parsing_->is == parsing::form::unknown ? 0 : parsing_->head.message().result_int();
}

std::string response_reader::take_body() { return std::exchange(parsing_->body, {}); }

} // namespace releve::core
