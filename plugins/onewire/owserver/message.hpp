// SPDX-License-Identifier: Apache-2.0
// The messages of owserver (TCP 4304): bytes in, replies out, no I/O. A header of six signed 32-bit big-endian integers
// (version, payload's length, type or result, flags, size, offset), then the payload.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

namespace releve::onewire {

enum class request_type : std::int32_t { nop = 1, read = 2, write = 3, dir = 4, dirall = 7 };

// Flags of the fourth integer.
inline constexpr std::uint32_t flag_persistence = 0x4;
inline constexpr std::uint32_t flag_uncached = 0x20;
inline constexpr std::uint32_t flag_trim = 0x40;
inline constexpr std::uint32_t flag_ownet = 0x100;   // always set
inline constexpr std::uint32_t flag_scale = 0x30000; // none of both: Celsius

inline constexpr std::int32_t result_unknown_type = -42;

/// The peer sends what no owserver sends: the following bytes can't be trusted either.
struct bad_message : std::runtime_error {
    using std::runtime_error::runtime_error;
};

struct request {
    request_type type = request_type::nop;
    std::string path;
    std::string data; // of a write
    std::uint32_t flags = flag_ownet;
};

std::string encode(const request& what);

struct reply {
    std::int32_t result = 0; // negative: the server's error
    std::uint32_t flags = 0;
    std::string payload;
};

/// What was received: nothing complete yet, "I am working, wait" (the payload's length is -1), or a reply.
enum class message_event { none, ping, reply };

/// Takes bytes as they arrive.
class reply_reader {
public:
    static constexpr std::size_t header_size = 24;
    static constexpr std::size_t largest_payload = 65'536;

    void feed(std::string_view bytes) { bytes_.append(bytes); }
    /// Throws bad_message, after which it can't be used.
    message_event next(reply& out);
    /// Bytes that are not yet part of a message.
    std::size_t left() const noexcept { return bytes_.size(); }

private:
    std::string bytes_;
};

/// The value in the reply to a read; throws bad_message when its lengths contradict each other.
const std::string& value_of(const reply& read);

/// The entries of a dirall's reply: "/28.0,/Greenhouse Peak,/a,b" and a NUL. Each begins with '/', and an alias has any
/// other bytes, also blanks and commas. What does not begin so is an entry as well: none of its bytes are lost.
std::vector<std::string> entries_of(std::string_view payload);

} // namespace releve::onewire
