// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "smtp/answer.hpp"
#include "smtp/settings.hpp"

#include <releve/context.hpp>

#include <string>

namespace releve::mail {

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
