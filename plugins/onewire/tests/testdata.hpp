// SPDX-License-Identifier: Apache-2.0
// Messages as owserver sends them.
#pragma once

#include "owserver/message.hpp"

#include <initializer_list>

namespace onewire_testing {

inline std::string words(std::initializer_list<std::uint32_t> of) {
    std::string made;
    for (const auto word : of)
        for (const unsigned shift : {24U, 16U, 8U, 0U}) made.push_back(static_cast<char>(word >> shift & 0xffU));
    return made;
}

inline std::string reply_bytes(std::int32_t result, const std::string& payload, std::uint32_t flags = 0x144) {
    const auto size = static_cast<std::uint32_t>(payload.size());
    return words({0, size, static_cast<std::uint32_t>(result), flags, size, 0}) + payload;
}

inline std::string ping_bytes() { return words({0, 0xffffffff, 0, 0x100, 0, 0}); }

} // namespace onewire_testing
