// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "smtp_answer.hpp"

#include <releve/context.hpp>

#include <cstdint>
#include <string>

namespace releve::mail {

enum class tls_policy : std::uint8_t { required, implicit, none };

struct smtp_settings {
    std::string server;
    int port = 0;
    tls_policy tls = tls_policy::required;
    std::string ca;             // file; empty: the system's
    std::string user, password; // user empty: no login
    std::string hello;          // empty: the machine's name
    duration connect_limit{}, limit{};
};

/// Hands single mails to one server. Each has a connection of its own, made and closed for it.
class smtp_client {
public:
    smtp_client(context& host, smtp_settings settings)
        : host_{host}
        , settings_{std::move(settings)} {}

    /// Comes back early, with `stopped`, when the node is to end.
    smtp_answer send(const std::string& from, const std::string& to, const std::string& message) const;
    /// Connects and logs in, and leaves. `taken`: all is well.
    smtp_answer probe() const;
    /// "mail.example.org:587"
    std::string where() const { return settings_.server + ":" + std::to_string(settings_.port); }

private:
    context& host_;
    smtp_settings settings_;
};

} // namespace releve::mail
