// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "smtp/dialogue.hpp"

#include <cstdint>
#include <string_view>

namespace releve::mail {

/// What a lasting refusal (5xx) is about.
enum class refusal_cause : std::uint8_t {
    recipient, // this address: no such mailbox, a full one
    message,   // what this mail says
    size,      // a smaller mail may pass
    options    // how this node greets, logs in or calls itself, or the server: no other mail passes either
};

struct refusal_verdict {
    refusal_cause about = refusal_cause::recipient;
    std::string_view look_at; // the options to look at, as "'user' and 'password'"; empty: none
};

/// Of a reply 5xx at `step`. `submitted`: the whole message had been sent. The enhanced code (RFC 3463) decides where
/// there is one that says something, else the basic one (RFC 5321, 4.2.3); where that has several meanings, the words.
/// The table is in the README.
refusal_verdict verdict_of(int code, std::string_view reply, smtp_dialogue::step step, bool submitted);

} // namespace releve::mail
