// SPDX-License-Identifier: Apache-2.0
// The WAL's format: https://www.sqlite.org/fileformat2.html#the_write_ahead_log
#include "wal.hpp"

#include <array>
#include <bit>
#include <cstdint>
#include <fstream>
#include <span>
#include <vector>

namespace releve::core {

namespace {

constexpr std::size_t header_size = 32, frame_header_size = 24, largest_page = 65'536;
constexpr std::uint32_t magic = 0x377f0682; // its last bit: checksums are of big-endian words

std::uint32_t word(std::span<const unsigned char> of, std::size_t at, bool big_endian = true) {
    std::uint32_t made = 0;
    for (std::size_t i = 0; i < 4; ++i) made = made << 8 | of[at + (big_endian ? i : 3 - i)];
    return made;
}

struct frame_checksum {
    std::uint32_t first = 0, second = 0;
    void add(std::span<const unsigned char> of, bool big_endian) {
        for (std::size_t at = 0; at + 8 <= of.size(); at += 8) {
            first += word(of, at, big_endian) + second;
            second += word(of, at + 4, big_endian) + first;
        }
    }
    bool is(std::span<const unsigned char> of, std::size_t at) const {
        return word(of, at) == first && word(of, at + 4) == second;
    }
};

bool read(std::ifstream& from, std::span<unsigned char> into) {
    return static_cast<bool>(
        from.read(reinterpret_cast<char*>(into.data()), static_cast<std::streamsize>(into.size())));
}

} // namespace

std::size_t commits_after_damage(const std::filesystem::path& wal) {
    std::ifstream file{wal, std::ios::binary};
    std::array<unsigned char, header_size> header{};
    if (!read(file, header)) return 0;
    const bool big_endian = (word(header, 0) & 1) != 0;
    const auto page_size = word(header, 8);
    if ((word(header, 0) & ~1u) != magic || page_size < 512 || page_size > largest_page ||
        !std::has_single_bit(page_size))
        return 0;
    frame_checksum sum;
    sum.add(std::span{header}.first(24), big_endian);
    bool right = sum.is(header, 24);
    std::size_t commits = 0;
    std::vector<unsigned char> frame(frame_header_size + page_size);
    while (read(file, frame)) {
        const bool of_this_log = word(frame, 8) == word(header, 16) && word(frame, 12) == word(header, 20);
        if (right) {
            sum.add(std::span{frame}.first(8), big_endian);
            sum.add(std::span{frame}.subspan(frame_header_size), big_endian);
            right = of_this_log && sum.is(frame, 16);
        }
        if (!right && of_this_log && word(frame, 4) != 0) ++commits;
    }
    return commits;
}

} // namespace releve::core
