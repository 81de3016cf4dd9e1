// SPDX-License-Identifier: Apache-2.0
#include "packet/bit_stream.hpp"

#include <bit>

namespace releve::sms {

void bit_writer::bits(std::uint64_t value, unsigned count) {
    for (unsigned i = count; i-- > 0;) {
        if (used_ % 8 == 0) bytes_.push_back(0);
        if (((value >> i) & 1) != 0) bytes_.back() = static_cast<std::uint8_t>(bytes_.back() | (0x80U >> (used_ % 8)));
        ++used_;
    }
}

void bit_writer::small(std::uint64_t value) {
    const auto width = static_cast<unsigned>(std::bit_width(value + 1));
    bits(0, width - 1);
    bits(value + 1, width);
}

void bit_writer::sized(std::uint64_t value) {
    const auto width = static_cast<unsigned>(std::bit_width(value));
    bits(width, 6);
    bits(value, width);
}

std::uint64_t bit_reader::bits(unsigned count) {
    if (failed_ || count > left()) {
        failed_ = true;
        return 0;
    }
    std::uint64_t value = 0;
    for (unsigned i = 0; i < count; ++i, ++used_) value = (value << 1) | ((bytes_[used_ / 8] >> (7 - used_ % 8)) & 1U);
    return value;
}

std::uint64_t bit_reader::small() {
    unsigned zeros = 0;
    while (!failed_ && !bit())
        if (++zeros > 62) fail();
    if (failed_) return 0;
    const auto rest = bits(zeros);
    return failed_ ? 0 : ((std::uint64_t{1} << zeros) | rest) - 1;
}

std::uint64_t bit_reader::sized() {
    const auto width = static_cast<unsigned>(bits(6));
    const auto value = bits(width);
    if (static_cast<unsigned>(std::bit_width(value)) != width) fail();
    return failed_ ? 0 : value;
}

bool bit_reader::at_end() { return !failed_ && left() < 8 && bits(static_cast<unsigned>(left())) == 0; }

} // namespace releve::sms
