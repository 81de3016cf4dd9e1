// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "components/mail_options.hpp"

#include <releve/delivery.hpp>
#include <releve/kit/time/site_time.hpp>

#include <cstdint>
#include <span>
#include <string>
#include <vector>

namespace releve::mail {

/// One mail from its composition until each recipient has accepted or refused it: the same bytes at
/// each attempt, whatever records have arrived since.
struct outgoing_mail {
    struct recipient {
        std::string address;
        bool done = false;
        std::string refusal; // the server's sentence; empty: not refused
        std::string blocked; // what the server last said of the options
    };
    struct member { // a record, owned by the host
        std::uint64_t delivery;
        std::uint32_t index;
    };
    std::vector<member> members;
    std::vector<recipient> recipients;
    std::string message;
    duration composed{}; // context::steady
};

/// Composes a mail of the first pending records, as many as fit into one of `max_bytes`, and one in any case. Records
/// of an unknown series are rejected. Without members: no record is pending.
outgoing_mail compose_mail(std::span<const delivery> all, const mail_options& options, const context& host,
                           kit::site_time& clock, std::uint64_t max_bytes);

} // namespace releve::mail
