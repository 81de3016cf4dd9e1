// SPDX-License-Identifier: Apache-2.0
// libFuzzer: any bytes as the lines of a mail server; a line that begins with '>' is one that was sent.
#include "smtp/dialogue.hpp"
#include "smtp/verdict.hpp"

#include <cstdint>
#include <cstdlib>

using namespace releve::mail;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    std::string_view text{reinterpret_cast<const char*>(data), size};
    smtp_dialogue one{size % 2 != 0, size % 3 != 0};
    bool submitted = false;
    while (!text.empty()) {
        const auto line = text.substr(0, text.find('\n') == text.npos ? text.size() : text.find('\n') + 1);
        text.remove_prefix(line.size());
        if (line.starts_with('>')) {
            one.sent(line.substr(1));
            continue;
        }
        one.received(line);
        submitted = submitted || one.submitted();
        if (one.taken() && (one.code() != 250 || one.at() != smtp_dialogue::step::message)) std::abort();
        if (one.code() < 0 || one.code() > 999 || one.reply().size() > 1000) std::abort();
        const auto about = verdict_of(one.code(), one.reply(), one.at(), one.submitted());
        if ((about.about == refusal_cause::options) == about.look_at.empty()) std::abort();
        if (one.at() < smtp_dialogue::step::sender && about.about == refusal_cause::recipient) std::abort();
    }
    return 0;
}
