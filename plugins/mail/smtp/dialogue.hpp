// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "smtp/result.hpp"

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace releve::mail {

/// Follows one SMTP session: the step that it has reached, and the server's last reply. QUIT changes neither.
class smtp_dialogue {
public:
    enum class step { greeting, hello, start_tls, login, sender, recipient, message };

    /// `wants_login`: a user is given. `wants_start_tls`: extensions offered before STARTTLS do not count.
    smtp_dialogue(bool wants_login, bool wants_start_tls)
        : wants_login_{wants_login}
        , needs_start_tls_{wants_start_tls} {}

    /// A sent line: only its verb is inspected, and nothing of it is kept (it may contain a password).
    void sent(std::string_view line);
    /// A line of a reply. False: the session must end (the server offers no login, or sends replies without end).
    bool received(std::string_view line);

    step at() const { return at_; }
    /// Of the last reply; 0: none yet.
    int code() const { return code_; }
    /// Of the last reply, its lines joined; only the beginning of a long one.
    const std::string& reply() const { return reply_; }
    /// The whole message was answered with 250.
    bool taken() const { return taken_; }
    bool login_is_missing() const { return login_is_missing_; }
    /// The server asked for the message (354): what it says then is about the whole of it.
    bool submitted() const { return submitted_; }
    /// The largest message that the server takes, in bytes (SIZE of RFC 1870); 0: it does not say.
    std::uint64_t size_limit() const { return size_limit_; }
    /// The server sent more than replies ever need.
    bool overflowed() const { return bytes_ > max_bytes; }

    /// Of all replies of a session, in bytes.
    static constexpr std::size_t max_bytes = 262'144;

private:
    void offered(std::string_view text);

    step at_ = step::greeting;
    bool wants_login_, needs_start_tls_;
    bool login_offered_ = false, login_is_missing_ = false, taken_ = false, over_ = false, submitted_ = false;
    bool reply_complete_ = true;
    int code_ = 0;
    std::uint64_t size_limit_ = 0;
    std::size_t bytes_ = 0;
    std::string reply_;
};

} // namespace releve::mail
