// SPDX-License-Identifier: Apache-2.0
#include "owserver/message.hpp"

#include <algorithm>

namespace releve::onewire {
namespace {

constexpr std::int32_t read_size = 65'536; // max bytes of a value: what owread requests

void put(std::string& to, std::uint32_t value) {
    for (const unsigned shift : {24U, 16U, 8U, 0U}) to.push_back(static_cast<char>(value >> shift & 0xffU));
}

std::uint32_t number_at(std::string_view bytes, std::size_t field) {
    std::uint32_t value = 0;
    for (std::size_t i = 0; i < 4; ++i) value = value << 8U | static_cast<unsigned char>(bytes[field * 4 + i]);
    return value;
}

std::int32_t size_of(const request& what) {
    if (what.type == request_type::write) return static_cast<std::int32_t>(what.data.size());
    return what.type == request_type::read ? read_size : 0;
}

} // namespace

std::string encode(const request& what) {
    std::string payload;
    if (what.type != request_type::nop) payload.append(what.path).push_back('\0');
    payload.append(what.data);
    std::string made;
    put(made, 0);
    put(made, static_cast<std::uint32_t>(payload.size()));
    put(made, static_cast<std::uint32_t>(what.type));
    put(made, what.flags);
    put(made, static_cast<std::uint32_t>(size_of(what)));
    put(made, 0);
    return made.append(payload);
}

message_event reply_reader::next(reply& out) {
    if (bytes_.size() < header_size) return message_event::none;
    if (number_at(bytes_, 0) != 0) throw bad_message("speaks another protocol: is it an owserver?");
    const auto length = static_cast<std::int32_t>(number_at(bytes_, 1));
    if (length == -1) {
        bytes_.erase(0, header_size);
        return message_event::ping;
    }
    if (length < 0 || static_cast<std::size_t>(length) > largest_payload)
        throw bad_message("announces a message of " + std::to_string(length) + " bytes");
    const auto size = static_cast<std::size_t>(length);
    if (bytes_.size() < header_size + size) return message_event::none;
    out.result = static_cast<std::int32_t>(number_at(bytes_, 2));
    out.flags = number_at(bytes_, 3);
    out.payload = bytes_.substr(header_size, size);
    bytes_.erase(0, header_size + size);
    return message_event::reply;
}

const std::string& value_of(const reply& read) {
    if (read.result < 0 || static_cast<std::size_t>(read.result) != read.payload.size())
        throw bad_message("announces a value of " + std::to_string(read.result) + " bytes and sends " +
                          std::to_string(read.payload.size()));
    if ((read.flags & flag_scale) != 0) throw bad_message("answers in another scale than Celsius");
    return read.payload;
}

std::vector<std::string> entries_of(std::string_view payload) {
    if (payload.ends_with('\0')) payload.remove_suffix(1);
    std::vector<std::string> entries;
    while (!payload.empty()) {
        const auto end = std::min(payload.find(",/"), payload.size());
        entries.emplace_back(payload.substr(0, end));
        payload.remove_prefix(std::min(end + 1, payload.size()));
    }
    return entries;
}

} // namespace releve::onewire
