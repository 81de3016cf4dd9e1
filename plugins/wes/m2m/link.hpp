// SPDX-License-Identifier: Apache-2.0
// One server's M2M port: one connection that is kept, one command outstanding. Never blocks: its owner waits for its
// descriptor and its deadline, then lets it go on.
#pragma once

#include "m2m/reply.hpp"

#include <releve/kit/io/descriptor.hpp>
#include <releve/kit/io/tcp_connect.hpp>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace releve::wes {

struct m2m_address {
    kit::host_port at;
    duration connect_timeout = std::chrono::seconds{3}; // of the look-up and the connection together
    duration timeout = std::chrono::seconds{10};        // of a reply
};

class m2m_link {
public:
    explicit m2m_link(m2m_address to)
        : to_{std::move(to)} {}

    enum class outcome { under_way, answered, failed };

    /// Takes a command ("gT100"), which go_on() sends once it is connected. Not while another command is in progress.
    /// `now`: of a clock that only rises.
    void ask(std::string_view command, duration now);
    /// To be called after ask(), then once the descriptor is ready or the deadline is reached. Answered: value().
    /// Failed: failure(), and the connection is closed; the next command opens another one.
    outcome go_on(duration now);
    /// What to wait for while a command is in progress.
    int fd() const noexcept { return attempt_ ? attempt_->fd() : socket_.get(); }
    std::int16_t events() const noexcept { return attempt_ ? attempt_->events() : std::int16_t{RELEVE_READABLE}; }
    duration deadline() const noexcept { return attempt_ ? attempt_->deadline() : deadline_; }

    const std::string& value() const noexcept { return reply_.value(); }
    /// As the end of a sentence: "refuses the connection".
    const std::string& failure() const noexcept { return failure_; }
    void close() noexcept;

private:
    enum class step { idle, asked, connecting, awaiting };

    outcome fail(std::string why);
    outcome connect(duration now);
    outcome send(duration now);
    outcome receive();
    bool still_open();

    m2m_address to_;
    m2m_reply reply_;
    std::string command_, failure_;
    std::optional<kit::tcp_attempt> attempt_;
    kit::descriptor socket_;
    step step_ = step::idle;
    duration deadline_{};
};

} // namespace releve::wes
