// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstdint>
#include <string>

namespace releve::mail {

/// What happened to one mail to one recipient.
enum class smtp_status : std::uint8_t {
    taken,         // the server answered 250 to the whole message, and is responsible for it from now on
    later,         // 4xx to the recipient or the message
    refused,       // 5xx to the recipient or the message
    too_large,     // 5xx to the message's size
    blocked,       // 5xx to the recipient or the message, and about the options: somebody has to change them
    unavailable,   // no server, or it ended the session: not about this recipient
    misconfigured, // login, certificate, TLS, sender: somebody has to change the options or the server
    stopped        // the node is asked to stop
};

struct smtp_result {
    smtp_status status = smtp_status::unavailable;
    std::string sentence;         // the server's own, or what happened; one line
    bool submitted = false;       // the server had the whole message when it answered so
    std::uint64_t size_limit = 0; // that the server gave, in bytes; 0: none
};

} // namespace releve::mail
