// SPDX-License-Identifier: Apache-2.0
// libFuzzer: messages at both ends of a link, authentic ones among any octets. What is read is what was sent.
#include "link/link.hpp"

#include <cstdlib>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace releve::sms;
    const octets key(packet_key_size, 1);
    link_settings settings;
    settings.max_per_day = 1000;
    link_sender sender{key, {{"volume", "m3", {}, 3, true}, {"word", "", {}, 0, false, true}}, settings};
    link_receiver receiver{key, 1000};
    std::int64_t now = 1'767'225'600, sent = 0;
    while (size > 0) {
        const auto what = *data++;
        --size;
        now += 600 * std::int64_t{what};
        const auto max = std::min<std::size_t>(what & 63, size);
        if ((what & 64) != 0) {
            ++sent;
            sender.add(std::vector<packet_record>{{now, 0, sent, 0}, {now, 1, 0, 0, std::to_string(sent)}}, now);
            sender.prepare(now);
            for (const auto& message : sender.due(now)) {
                if ((what & 1) != 0) continue; // lost
                for (const auto& one : receiver.take(message, now)) {
                    const auto said = one.series == 1 ? std::stoll(one.text) : one.steps;
                    if (one.series > 1 || said < 1 || said > sent) std::abort();
                }
            }
            if (const auto answer = receiver.due(now)) sender.take(*answer, now);
        } else {
            if (!receiver.take({data, max}, now).empty()) std::abort(); // nobody has the key
            sender.take({data, max}, now);
            data += max;
            size -= max;
        }
    }
    link_sender again{key, {}, settings};
    again.restore(sender.saved());
    if (again.saved() != sender.saved()) std::abort();
    return 0;
}
