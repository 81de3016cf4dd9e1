// SPDX-License-Identifier: Apache-2.0
// The usual group, LF ... CR of at most 31 characters, found and summed in a few instructions of SSE2, which every
// amd64 has. Whatever is unusual is left to the portable path of line.cpp, which finds the same; other machines have
// that one alone, and so has a build with RELEVE_TIC_PORTABLE, which a test is.
#pragma once
#include <cstddef>
#include <cstdint>

#if defined(__SSE2__) && !defined(RELEVE_TIC_PORTABLE)
#include <emmintrin.h>

#include <array>
#include <bit>
#endif

namespace releve::teleinfo {

struct straight_group {
    std::uint32_t size = 0;   // characters between LF and CR
    std::uint32_t sum = 0;    // of them
    std::uint32_t tabs = 0;   // bit i: character i is HT
    std::uint32_t spaces = 0; // bit i: character i is SP; also of what follows the CR
};

/// Bytes that are read at the group's begin.
constexpr std::size_t straight_bytes = 32;

#if defined(__SSE2__) && !defined(RELEVE_TIC_PORTABLE)
constexpr bool has_straight_path = true;

/// The group that begins at `begin`, behind its LF. False: it does not end with CR within straight_bytes, or holds a
/// control character other than HT, or a byte with bit 7 set.
inline bool find_straight(const char* begin, straight_group& out) noexcept {
    // Rows of 16 bytes 0xff that become 0x00: at 16 - n lie n of 0xff.
    static constexpr auto fronts = [] {
        std::array<unsigned char, 80> made{};
        for (std::size_t i = 0; i < 32; ++i) made[i] = 0xff;
        return made;
    }();
    const auto load = [](const void* at) { return _mm_loadu_si128(static_cast<const __m128i*>(at)); };
    const __m128i low = load(begin), high = load(begin + 16);
    const auto bits = [](__m128i a, __m128i b) {
        return static_cast<std::uint32_t>(_mm_movemask_epi8(a)) | static_cast<std::uint32_t>(_mm_movemask_epi8(b))
                                                                      << 16;
    };
    // Signed: a byte with bit 7 set is less than a space, too.
    const __m128i space = _mm_set1_epi8(' '), ht = _mm_set1_epi8('\t');
    const std::uint32_t special = bits(_mm_cmplt_epi8(low, space), _mm_cmplt_epi8(high, space));
    const std::uint32_t tabs = bits(_mm_cmpeq_epi8(low, ht), _mm_cmpeq_epi8(high, ht));
    const std::uint32_t others = special & ~tabs;
    if (others == 0) return false;
    const auto size = static_cast<std::uint32_t>(std::countr_zero(others));
    if (begin[size] != '\r') return false;
    const unsigned char* const front = fronts.data() + (32 - size);
    const __m128i zero = _mm_setzero_si128();
    const __m128i sums = _mm_add_epi64(_mm_sad_epu8(_mm_and_si128(low, load(front)), zero),
                                       _mm_sad_epu8(_mm_and_si128(high, load(front + 16)), zero));
    out.size = size;
    out.sum = static_cast<std::uint32_t>(_mm_cvtsi128_si32(sums)) +
              static_cast<std::uint32_t>(_mm_cvtsi128_si32(_mm_unpackhi_epi64(sums, sums)));
    out.spaces = bits(_mm_cmpeq_epi8(low, space), _mm_cmpeq_epi8(high, space));
    out.tabs = tabs & ((std::uint32_t{1} << size) - 1);
    return true;
}
#else
constexpr bool has_straight_path = false;
inline bool find_straight(const char*, straight_group&) noexcept { return false; }
#endif

} // namespace releve::teleinfo
