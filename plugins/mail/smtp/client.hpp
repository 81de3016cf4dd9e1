// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "smtp/result.hpp"
#include "smtp/settings.hpp"

#include <releve/context.hpp>
#include <releve/kit/io/host_port.hpp>

#include <string>

namespace releve::mail {

/// Hands single mails to one server, each over its own connection.
class smtp_client {
public:
    smtp_client(context& host, smtp_settings settings)
        : host_{host}
        , settings_{std::move(settings)} {}

    /// Returns early, with `stopped`, when the node is asked to stop.
    smtp_result send(const std::string& from, const std::string& to, const std::string& message) const;
    /// Connects, logs in and quits. `taken`: all worked.
    smtp_result probe() const;
    /// "mail.example.org:587"
    std::string where() const { return kit::text_of({settings_.server, static_cast<std::uint16_t>(settings_.port)}); }

private:
    context& host_;
    smtp_settings settings_;
};

} // namespace releve::mail
