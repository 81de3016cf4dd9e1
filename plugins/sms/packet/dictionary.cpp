// SPDX-License-Identifier: Apache-2.0
#include "packet/dictionary.hpp"

#include <algorithm>
#include <bit>
#include <string_view>

namespace releve::sms {
namespace {

constexpr std::size_t max_fields = 18, max_field = 100;

const std::string& field(const series_definition& s, std::size_t i) {
    static const std::string none;
    if (i == 0) return s.name;
    if (i == 1) return s.unit;
    return i - 2 < s.labels.size() ? s.labels[i - 2] : none;
}

/// The size of what a bit_writer would hold.
class bit_counter {
    std::size_t used_ = 0;

public:
    void bits(std::uint64_t /*value*/, unsigned count) { used_ += count; }
    void bit(bool /*value*/) { ++used_; }
    void small(std::uint64_t value) { used_ += 2 * static_cast<std::size_t>(std::bit_width(value + 1)) - 1; }
    std::size_t size() const { return used_; }
};

template <class Out>
void write_field(Out& out, const std::string& text, const std::string& like) {
    out.bit(text == like);
    if (text == like) return;
    const auto same = std::mismatch(text.begin(), text.end(), like.begin(), like.end());
    const auto prefix = static_cast<std::size_t>(same.first - text.begin());
    out.small(prefix);
    out.small(text.size() - prefix);
    for (auto c : std::string_view{text}.substr(prefix)) out.bits(static_cast<std::uint8_t>(c), 8);
}

std::string read_field(bit_reader& in, const std::string& like) {
    if (in.bit()) return like;
    const auto prefix = in.small(), rest = in.small();
    if (prefix > like.size() || rest > max_field || prefix + rest > max_field || rest * 8 > in.left()) in.fail();
    if (in.failed()) return {};
    std::string text{like, 0, static_cast<std::size_t>(prefix)};
    for (std::uint64_t i = 0; i < rest; ++i) text += static_cast<char>(in.bits(8));
    return text;
}

template <class Out>
void write_like(Out& out, const series_definition& s, std::size_t back, const series_definition& like) {
    out.small(back);
    const bool same = s.decimals == like.decimals && s.counter == like.counter && s.text == like.text &&
                      s.labels.size() == like.labels.size();
    out.bit(same);
    if (!same) {
        out.bits(static_cast<unsigned>((s.text ? decimals_of_text : s.decimals) + 9), 5);
        out.bit(s.counter);
        out.small(s.labels.size());
    }
    for (std::size_t i = 0; i < s.labels.size() + 2; ++i) write_field(out, field(s, i), field(like, i));
}

} // namespace

const char* bad_definition(const series_definition& s) {
    if (s.name.empty()) return "a series needs a name";
    if (s.decimals < -9 || s.decimals > 9) return "a resolution has -9 to 9 decimals";
    if (s.text && (s.decimals != 0 || s.counter)) return "a text has no decimals and is not a counter";
    if (s.labels.size() + 2 > max_fields) return "a series has at most 16 labels";
    for (std::size_t i = 0; i < s.labels.size() + 2; ++i)
        if (field(s, i).size() > max_field) return "a name, unit or label has at most 100 octets";
    return nullptr;
}

void write_definitions(bit_writer& out, packet_state& state, const series_definition* begin, std::size_t count) {
    static const series_definition none;
    out.small(count);
    for (std::size_t i = 0; i < count; ++i) {
        std::size_t best_back = 0;
        bit_counter best;
        write_like(best, begin[i], 0, none);
        for (std::size_t back = 1; back <= std::min(definitions_compared, state.series.size()); ++back) {
            bit_counter other;
            write_like(other, begin[i], back, state.series[state.series.size() - back]);
            if (other.size() < best.size()) {
                best = other;
                best_back = back;
            }
        }
        write_like(out, begin[i], best_back, best_back == 0 ? none : state.series[state.series.size() - best_back]);
        state.series.push_back(begin[i]);
        state.tracks.emplace_back();
    }
}

bool read_definitions(bit_reader& in, packet_state& state) {
    static const series_definition none;
    const auto count = in.small();
    if (count > max_packet_series || state.series.size() + count > max_packet_series) return false;
    for (std::uint64_t n = 0; n < count && !in.failed(); ++n) {
        const auto back = in.small();
        if (back > state.series.size()) return false;
        const auto like = back == 0 ? none : state.series[state.series.size() - static_cast<std::size_t>(back)];
        auto made = like;
        if (!in.bit()) {
            made.decimals = static_cast<int>(in.bits(5)) - 9;
            made.text = made.decimals == decimals_of_text;
            if (made.text) made.decimals = 0;
            made.counter = in.bit();
            const auto labels = in.small();
            if (labels + 2 > max_fields) return false;
            made.labels.resize(static_cast<std::size_t>(labels));
        }
        made.name = read_field(in, like.name);
        made.unit = read_field(in, like.unit);
        for (std::size_t i = 0; i < made.labels.size(); ++i) made.labels[i] = read_field(in, field(like, i + 2));
        if (in.failed() || bad_definition(made) != nullptr) return false;
        state.series.push_back(std::move(made));
        state.tracks.emplace_back();
    }
    return in.at_end();
}

} // namespace releve::sms
