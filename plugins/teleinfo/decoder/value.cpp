// SPDX-License-Identifier: Apache-2.0
#include "decoder/value.hpp"
#include "decoder/bytes.hpp"
#include "decoder/register.hpp"

#include <algorithm>
#include <array>

namespace releve::teleinfo {

namespace {

using sv = std::string_view;

/// Exactly `width` digits, at most nine.
inline bool read_digits(sv text, std::size_t width, std::uint64_t& out) noexcept {
    if (text.size() != width) return false;
    std::uint64_t first = 0;
    const char* at = text.data();
    if (width == 9) {
        first = static_cast<std::uint64_t>(static_cast<unsigned char>(*at) - '0');
        if (first > 9) return false;
        ++at;
        width = 8;
    }
    auto word = load_bytes(at);
    if (width < 8) word = (word << (64 - width * 8)) | (every_byte('0') >> (width * 8)); // zeros in front
    if (!all_digits(word)) return false;
    out = first * 100'000'000 + number_of_digits(word);
    return true;
}

inline bool read_hex(sv text, std::size_t width, std::uint64_t& out) noexcept {
    if (text.size() != width) return false;
    std::uint64_t number = 0;
    for (const char c : text) {
        if (c >= '0' && c <= '9')
            number = number << 4 | static_cast<std::uint64_t>(c - '0');
        else if (c >= 'A' && c <= 'F')
            number = number << 4 | static_cast<std::uint64_t>(c - 'A' + 10);
        else
            return false;
    }
    out = number;
    return true;
}

constexpr std::uint32_t four(const char (&text)[5]) noexcept {
    std::uint32_t word = 0;
    for (unsigned i = 4; i-- > 0;) word = word << 8 | static_cast<unsigned char>(text[i]);
    return word;
}

bool is_code(const tic_label& label, sv text) noexcept {
    if (text.size() != label.width) return false;
    if (label.width == 1) return sv{"ACDEY"}.find(text[0]) != sv::npos; // HHPHC
    const auto word = static_cast<std::uint32_t>(low_bytes(load_bytes(text.data()), 4));
    switch (label.label[0]) {
    case 'P': { // PTEC
        constexpr std::array all{four("TH.."), four("HC.."), four("HP.."), four("HN.."), four("PM.."), four("HCJB"),
                                 four("HPJB"), four("HCJW"), four("HPJW"), four("HCJR"), four("HPJR")};
        return std::find(all.begin(), all.end(), word) != all.end();
    }
    case 'D': // DEMAIN
        return word == four("----") || word == four("BLEU") || word == four("BLAN") || word == four("ROUG");
    case 'O': // OPTARIF; BBRx: x holds the programmes of two circuits, bits 6-5 are 01, bits 4-3 are 1 to 3 (02E §2.3)
        if ((word & 0xffffff) == (four("BBR ") & 0xffffff)) return text[3] >= 0x28 && text[3] <= 0x3f;
        return word == four("BASE") || word == four("HC..") || word == four("EJP.");
    default:
        return false;
    }
}

bool is_plain(sv text) noexcept {
    return std::all_of(text.begin(), text.end(), [](char c) { return c >= 0x20 && c <= 0x7e; });
}

bool is_identifier(sv text) noexcept {
    return !text.empty() && std::all_of(text.begin(), text.end(),
                                        [](char c) { return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z'); });
}

/// Of a label whose digits have bounds: what lies outside is damage that the checksum let through.
bool in_bounds(const tic_label& label, std::uint64_t number) noexcept {
    if (label.series == "tariff_index") return number >= 1 && number <= 10;
    return true;
}

bool read_data(const tic_label& label, sv data, tic_value& out) noexcept {
    switch (label.form) {
    case tic_form::digits:
        return read_digits(data, label.width, out.number) && in_bounds(label, out.number);
    case tic_form::index:
        return read_digits(data, data.size() == 8 && label.mode == tic_mode::historique ? 8 : 9, out.number);
    case tic_form::hex:
        return read_hex(data, label.width, out.number) && (label.width == 8 || (out.number & ~0x0eu) == 0);
    case tic_form::code:
        return is_code(label, data);
    case tic_form::state:
        return (data.size() == 6 || data.size() == 10) &&
               std::all_of(data.begin(), data.end(), [](char c) { return c >= '0' && c <= '9'; });
    case tic_form::relays:
        return read_digits(data, 3, out.number) && out.number <= 255;
    case tic_form::identifier:
        return data.size() <= 16 && is_identifier(data);
    case tic_form::text:
        return data.size() <= label.width && is_plain(data);
    case tic_form::instant:
        return label.width == 0 ? data.empty() : is_plain(data) && data.size() == label.width;
    case tic_form::profile: {
        day_profile ignored;
        return read_day_profile(data, ignored);
    }
    }
    return false;
}

struct written_unit {
    sv suffix, unit;
    double scale;
};
constexpr std::array units{
    written_unit{"kvarh", "var.h", 1000}, written_unit{"varh", "var.h", 1}, written_unit{"kWh", "Wh", 1000},
    written_unit{"Wh", "Wh", 1},          written_unit{"VAh", "V.A.h", 1},  written_unit{"kVA", "V.A", 1000},
    written_unit{"kW", "W", 1000},        written_unit{"V", "V", 1},        written_unit{"%", "%", 1},
};

inline tic_verdict read_labelled(const tic_label* label, const tic_group& group, tic_value& out) noexcept {
    if (label == nullptr) label = find_first_generation(group.label, group.mode);
    if (label == nullptr) return tic_verdict::unknown;
    out.label = label;
    out.text = group.data;
    if ((group.horodate.data() != nullptr) != label->stamped) return tic_verdict::malformed;
    if (label->stamped && !read_horodate(group.horodate, out.at)) return tic_verdict::malformed;
    return read_data(*label, group.data, out) ? tic_verdict::good : tic_verdict::malformed;
}

} // namespace

tic_verdict read_value(const tic_group& group, tic_value& out) noexcept {
    return read_labelled(find_label(group.label, group.mode), group, out);
}

tic_verdict read_value(const tic_group& group, label_order& order, tic_value& out) noexcept {
    return read_labelled(order.find(group.label, group.mode), group, out);
}

std::optional<other_value> read_other(const tic_group& group) noexcept {
    const auto letter = [](char c) { return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z'); };
    const auto digit = [](char c) { return c >= '0' && c <= '9'; };
    const bool label_fits = letter(group.label[0]) && std::all_of(group.label.begin(), group.label.end(), [&](char c) {
                                return letter(c) || digit(c) || c == '+' || c == '-' || c == '_';
                            });
    if (!label_fits || !is_plain(group.data)) return std::nullopt;
    if (resembles_known(group.label, group.mode)) return std::nullopt;
    other_value made{.text = group.data};
    made.stamped = group.horodate.data() != nullptr;
    if (made.stamped && !read_horodate(group.horodate, made.at)) return std::nullopt;
    const auto digits =
        static_cast<std::size_t>(std::find_if_not(group.data.begin(), group.data.end(), digit) - group.data.begin());
    if (digits == 0 || digits > 15) return made;
    const auto suffix = group.data.substr(digits);
    const auto* const unit =
        std::find_if(units.begin(), units.end(), [&](const auto& one) { return one.suffix == suffix; });
    if (!suffix.empty() && unit == units.end()) return made;
    for (const char c : group.data.substr(0, digits)) made.number = made.number * 10 + (c - '0');
    made.is_number = true;
    made.unit = suffix.empty() ? sv{"1"} : unit->unit;
    if (!suffix.empty()) made.number *= unit->scale;
    return made;
}

} // namespace releve::teleinfo
