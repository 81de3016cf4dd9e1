// SPDX-License-Identifier: Apache-2.0
#include "store/utf8.hpp"

#include <cstddef>
#include <cstdint>

namespace releve::sql {
namespace {

/// Bytes of the character that begins here; 0: none does. RFC 3629 §4, so no surrogates and no long forms.
std::size_t character_size(const unsigned char* at, std::size_t left) noexcept {
    const auto lead = at[0];
    if (lead < 0x80) return lead == 0 ? 0 : 1;
    const std::size_t size = lead >= 0xf0 ? 4 : lead >= 0xe0 ? 3 : 2;
    if (lead < 0xc2 || lead > 0xf4 || left < size) return 0;
    const unsigned char low = lead == 0xe0 ? 0xa0 : lead == 0xf0 ? 0x90 : 0x80;
    const unsigned char high = lead == 0xed ? 0x9f : lead == 0xf4 ? 0x8f : 0xbf;
    if (at[1] < low || at[1] > high) return 0;
    for (std::size_t i = 2; i < size; ++i)
        if ((at[i] & 0xc0) != 0x80) return 0;
    return size;
}

} // namespace

bool storable(std::string_view text) noexcept {
    const auto* at = reinterpret_cast<const unsigned char*>(text.data());
    for (std::size_t i = 0; i < text.size();) {
        const auto size = character_size(at + i, text.size() - i);
        if (size == 0) return false;
        i += size;
    }
    return true;
}

} // namespace releve::sql
