// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "smtp/answer.hpp"

#include <string>
#include <string_view>

namespace releve::mail {

/// Listens to one SMTP session: where it stands, and the server's last reply. From QUIT on it stands where it stood.
class smtp_dialogue {
public:
    enum class step { greeting, hello, start_tls, login, sender, recipient, message };

    /// `wants_login`: a user is given. `wants_start_tls`: what is offered before STARTTLS is no offer.
    smtp_dialogue(bool wants_login, bool wants_start_tls)
        : wants_login_{wants_login}
        , needs_start_tls_{wants_start_tls} {}

    /// A line that was sent: only its verb is looked at, and nothing of it kept (it may hold a password).
    void sent(std::string_view line);
    /// A line of a reply. False: the session must not go on (the server offers no login).
    bool received(std::string_view line);

    step at() const { return at_; }
    /// Of the last reply; 0: there was none.
    int code() const { return code_; }
    /// Of the last reply, its lines joined: as the server sent it, in part where it is long.
    const std::string& reply() const { return reply_; }
    /// The whole message was answered with 250.
    bool taken() const { return taken_; }
    bool login_is_missing() const { return login_is_missing_; }

private:
    step at_ = step::greeting;
    bool wants_login_, needs_start_tls_;
    bool login_offered_ = false, login_is_missing_ = false, taken_ = false, over_ = false;
    bool reply_complete_ = true;
    int code_ = 0;
    std::string reply_;
};

} // namespace releve::mail
