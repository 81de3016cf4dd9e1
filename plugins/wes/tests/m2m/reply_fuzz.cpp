// SPDX-License-Identifier: Apache-2.0
// libFuzzer: any bytes, in two different splits, as the reply to a command. Both must tell the same.
#include "m2m/reply.hpp"

#include <cmath>
#include <cstdint>
#include <cstdlib>

namespace {

using releve::wes::m2m_number;
using releve::wes::m2m_reply;

std::string decoded(std::string_view bytes, std::size_t step) {
    m2m_reply reply;
    reply.begin("gT100");
    while (!bytes.empty() && reply.is() == m2m_reply::state::awaited) {
        const auto piece = bytes.substr(0, step);
        const auto taken = reply.feed(piece);
        if (taken > piece.size()) std::abort();
        bytes.remove_prefix(piece.size());
    }
    if (reply.value().size() > m2m_reply::max_line) std::abort();
    if (const auto number = m2m_number(reply.value()); number && !std::isfinite(*number)) std::abort();
    return std::to_string(static_cast<int>(reply.is())) + reply.value();
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view bytes{reinterpret_cast<const char*>(data), size};
    if (decoded(bytes, 1) != decoded(bytes, size == 0 ? 1 : size)) std::abort();
    return 0;
}
