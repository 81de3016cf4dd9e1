// SPDX-License-Identifier: Apache-2.0
// Requests and responses of any bytes: whole or in pieces they are read alike, within their bounds.
#include "control/http.hpp"

#include <cstdint>
#include <cstdlib>
#include <string_view>

namespace {

using namespace releve::core;

void require(bool good) {
    if (!good) std::abort();
}

template <class Reader>
http_state read_all(Reader& reader, std::string_view text, std::size_t piece) {
    auto state = http_state::needs_more;
    for (std::size_t at = 0; at < text.size() && state == http_state::needs_more; at += piece)
        state = reader.feed(text.substr(at, piece));
    return state;
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view text{reinterpret_cast<const char*>(data), size};
    request_reader whole, bytes;
    const auto state = read_all(whole, text, size + 1);
    const auto slow = read_all(bytes, text, 1);
    // In pieces, a mistake may be noticed earlier or later; a request is whole in both, or in none.
    require((state == http_state::whole) == (slow == http_state::whole));
    if (state == http_state::whole) {
        require(whole.read().path == bytes.read().path && whole.read().query == bytes.read().query);
        require(whole.read().path.find('\0') == std::string::npos);
    }
    require(state != http_state::wrong || !whole.why().empty());
    require(state != http_state::needs_more || size <= request_reader::max_header + request_reader::max_body);

    response_reader got, in_pieces;
    const auto all = read_all(got, text, size + 1), piecewise = read_all(in_pieces, text, 1);
    require((all == http_state::whole) == (piecewise == http_state::whole));
    const auto body = got.take_body();
    require(body.size() <= size);
    if (all == http_state::whole) require(got.status() == in_pieces.status() && body == in_pieces.take_body());
    got.end();
    return 0;
}
