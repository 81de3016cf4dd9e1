// SPDX-License-Identifier: Apache-2.0
#include "packet/texts.hpp"

#include "packet/frame.hpp"
#include "packet/values.hpp"

namespace releve::sms {
namespace {

/// 0, -1, 1, -2, ... as 0, 1, 2, 3, ...
std::uint64_t folded(std::int64_t number) {
    return number < 0 ? 2 * static_cast<std::uint64_t>(-(number + 1)) + 1 : 2 * static_cast<std::uint64_t>(number);
}
std::int64_t unfolded(std::uint64_t code) {
    const auto half = static_cast<std::int64_t>(code / 2);
    return code % 2 == 0 ? half : -half - 1;
}

} // namespace

std::size_t longest_text(std::size_t room) {
    constexpr std::size_t around = 15; // octets: whether values come first, a time of 63 bits, the last series, ...
    return room - frame_size - around;
}

void write_texts(bit_writer& out, std::span<const packet_record> records) {
    for (std::size_t i = 0; i < records.size(); ++i) {
        const auto& one = records[i];
        out.sized(folded(one.time));
        out.small(one.series);
        out.bits(one.quality, 2);
        out.small(one.text.size());
        for (const char c : one.text) out.bits(static_cast<std::uint8_t>(c), 8);
        out.bit(i + 1 < records.size());
    }
}

bool read_texts(bit_reader& in, const packet_state& state, std::vector<packet_record>& records) {
    for (bool more = true; more;) {
        packet_record one;
        one.time = unfolded(in.sized());
        const auto series = in.small();
        one.quality = static_cast<std::uint8_t>(in.bits(2));
        const auto size = in.small();
        if (in.failed() || series >= state.series.size() || !state.series[series].text || size > in.left() / 8)
            return false;
        one.series = static_cast<std::uint32_t>(series);
        for (std::uint64_t i = 0; i < size; ++i) one.text += static_cast<char>(in.bits(8));
        more = in.bit();
        if (in.failed() || bad_record(one, state) != nullptr) return false;
        records.push_back(std::move(one));
    }
    return !in.failed();
}

} // namespace releve::sms
