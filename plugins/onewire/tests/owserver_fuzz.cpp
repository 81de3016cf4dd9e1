// SPDX-License-Identifier: Apache-2.0
// libFuzzer: any bytes, in two different splits, through the reader of replies and all that reads values. Both must
// tell the same, and nothing out of bounds.
#include "chip.hpp"
#include "owserver/message.hpp"
#include "value_text.hpp"

#include <cmath>
#include <cstdint>
#include <cstdlib>

namespace {

using namespace releve::onewire;

std::string decoded(std::string_view bytes, std::size_t step) {
    reply_reader reader;
    std::string all;
    try {
        while (!bytes.empty()) {
            const auto piece = bytes.substr(0, step);
            bytes.remove_prefix(piece.size());
            reader.feed(piece);
            reply got;
            for (auto event = reader.next(got); event != message_event::none; event = reader.next(got)) {
                all += event == message_event::ping ? "ping;" : std::to_string(got.result);
                if (event == message_event::reply) all.append(got.payload).append(";");
            }
            if (reader.left() > reply_reader::header_size + reply_reader::largest_payload) std::abort();
        }
    } catch (const bad_message&) {
        all += "bad";
    }
    return all;
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view bytes{reinterpret_cast<const char*>(data), size};
    if (decoded(bytes, size + 1) != decoded(bytes, size == 0 ? 1 : 1 + data[0] % 40)) std::abort();
    std::string joined; // no byte of a list is lost
    for (const auto& one : entries_of(bytes)) joined.append(joined.empty() ? "" : ",").append(one);
    if (bytes.find(joined) == bytes.npos) std::abort();
    if (const auto number = number_in(bytes); number && !std::isfinite(*number)) std::abort();
    for (const auto one : integers_in(bytes, 1))
        if (one < 0 || one > 1) std::abort();
    w1_temperature_in(bytes, true);
    for (const auto one : w1_counters_in(bytes))
        if (one < 0 || one > 4'294'967'295) std::abort();
    owserver_id(bytes);
    w1_id(bytes);
    return 0;
}
