// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "components/mail_options.hpp"

#include <releve/delivery.hpp>

#include <cstdint>
#include <span>
#include <string>
#include <vector>

namespace releve::mail {

/// One mail from the moment it is put together until each recipient has taken or refused it: the same bytes at each
/// attempt, whatever else has come since.
struct begun_mail {
    struct recipient {
        std::string address;
        bool done = false;
        std::string refusal; // the server's sentence; empty: not refused
    };
    struct member { // a record, which stays the host's
        std::uint64_t delivery;
        std::uint32_t index;
    };
    std::vector<member> members;
    std::vector<recipient> recipients;
    std::string message;
    duration begun{}; // context::steady
};

/// Puts the first pending records together, as many as one mail takes. Those of no known series are rejected. No
/// members: none is pending.
begun_mail begin_mail(std::span<const delivery> all, const mail_options& how, const context& host, site_clock& clock);

} // namespace releve::mail
