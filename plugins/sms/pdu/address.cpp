// SPDX-License-Identifier: Apache-2.0
#include "pdu/address.hpp"

#include "pdu/gsm7.hpp"

namespace releve::sms {
namespace {

constexpr std::string_view semi_octets = "0123456789*#abc"; // 3GPP TS 23.040 §9.1.2.3
constexpr std::size_t max_digits = 20, max_octets = 10;

bool is_name(std::uint8_t type) { return (type & 0x70U) == 0x50; }
bool is_international(std::uint8_t type) { return (type & 0x70U) == 0x10; }

std::string read_digits(std::span<const std::uint8_t> bytes, std::size_t count, std::uint8_t type) {
    std::string text = is_international(type) ? "+" : "";
    for (std::size_t i = 0; i < count; ++i) {
        const auto digit = i % 2 == 0 ? bytes[i / 2] & 0x0FU : bytes[i / 2] >> 4;
        if (digit < semi_octets.size()) text += semi_octets[digit]; // F fills up
    }
    return text;
}

octets digits_of(const pdu_address& address, std::size_t& count) {
    octets bytes;
    count = 0;
    for (std::size_t i = address.text.rfind('+', 0) == 0 ? 1 : 0; i < address.text.size(); ++i, ++count) {
        const auto digit = semi_octets.find(address.text[i]);
        if (digit == std::string_view::npos) throw pdu_error{"'" + address.text + "' is not a telephone number"};
        if (count % 2 == 0)
            bytes.push_back(static_cast<std::uint8_t>(0xF0U | digit));
        else
            bytes.back() = static_cast<std::uint8_t>((bytes.back() & 0x0FU) | (digit << 4));
    }
    if (count > max_digits) throw pdu_error{"'" + address.text + "' has more than 20 digits"};
    return bytes;
}

} // namespace

pdu_address address_of(const std::string& text) {
    if (text.rfind('+', 0) == 0) return {text, 0x91};
    return {text, static_cast<std::uint8_t>(text.find_first_not_of("0123456789*#") == std::string::npos ? 0x81 : 0xD0)};
}

bool is_number(std::string_view text) {
    if (text.starts_with('+')) text.remove_prefix(1);
    return text.size() >= 3 && text.size() <= 15 && text.find_first_not_of("0123456789") == text.npos;
}

pdu_address read_address(octet_reader& in, const char* what) {
    const std::size_t length = in.octet(what);
    const auto type = in.octet(what);
    if (length > max_digits) throw pdu_error{std::string{"more than 20 digits in the "} + what};
    const auto bytes = in.take((length + 1) / 2, what);
    if (is_name(type)) return {from_septets(unpack_septets(bytes, length * 4 / 7)), type};
    return {read_digits(bytes, length, type), type};
}

void write_address(octets& out, const pdu_address& address) {
    octets bytes;
    std::size_t length = 0;
    if (is_name(address.type)) {
        const auto septets = to_septets(address.text);
        if (!septets) throw pdu_error{"'" + address.text + "' has characters that a sender's name can't have"};
        bytes = pack_septets(*septets);
        length = (septets->size() * 7 + 3) / 4;
        if (bytes.size() > max_octets) throw pdu_error{"'" + address.text + "' has more than 11 characters"};
    } else {
        bytes = digits_of(address, length);
    }
    out.push_back(static_cast<std::uint8_t>(length));
    out.push_back(address.type);
    out.insert(out.end(), bytes.begin(), bytes.end());
}

pdu_address read_service_centre(octet_reader& in) {
    const std::size_t length = in.octet("service centre");
    if (length == 0) return {};
    const auto bytes = in.take(length, "service centre");
    return {read_digits(bytes.subspan(1), (length - 1) * 2, bytes[0]), bytes[0]};
}

void write_service_centre(octets& out, const pdu_address& address) {
    std::size_t count = 0;
    const auto bytes = digits_of(address, count);
    out.push_back(static_cast<std::uint8_t>(bytes.empty() ? 0 : bytes.size() + 1));
    if (bytes.empty()) return;
    out.push_back(address.type);
    out.insert(out.end(), bytes.begin(), bytes.end());
}

} // namespace releve::sms
