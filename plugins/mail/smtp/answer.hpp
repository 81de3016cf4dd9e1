// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstdint>
#include <string>

namespace releve::mail {

/// What became of one mail to one recipient.
enum class smtp_verdict : std::uint8_t {
    taken,         // the server has answered 250 to the whole message: it is the server's now
    later,         // 4xx to the recipient or the message
    refused,       // 5xx to the recipient or the message
    unavailable,   // no server, or none that goes on: not about this recipient
    misconfigured, // login, certificate, TLS, sender: somebody has to mend it
    stopped        // the node is to end
};

struct smtp_answer {
    smtp_verdict is = smtp_verdict::unavailable;
    std::string sentence; // the server's own, or what happened; one line
};

} // namespace releve::mail
