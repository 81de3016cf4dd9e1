// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <releve/time.hpp>

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
    duration connect_timeout{}, timeout{};
};

} // namespace releve::mail
