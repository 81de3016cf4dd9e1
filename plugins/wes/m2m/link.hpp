// SPDX-License-Identifier: Apache-2.0
// One server's M2M port: one connection that is kept, one command outstanding. Never blocks: who owns it waits for its
// descriptor and its deadline, then lets it go on.
#pragma once

#include "m2m/reply.hpp"

#include <releve/time.hpp>

#include <netinet/in.h>

#include <atomic>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

namespace releve::wes {

struct m2m_address {
    std::string host;
    std::uint16_t port = 1500;
    duration connect_limit = std::chrono::seconds{3}; // a name's address and the connection
    duration limit = std::chrono::seconds{10};        // a reply
};

class m2m_link {
public:
    explicit m2m_link(m2m_address to);
    ~m2m_link();
    m2m_link(const m2m_link&) = delete;
    m2m_link& operator=(const m2m_link&) = delete;

    enum class outcome { under_way, answered, failed };

    /// Sends a command ("gT100"), once connected. Not while another one is under way. `now` only rises.
    void ask(std::string_view command, duration now);
    /// After the descriptor is ready or the deadline is over. Answered: value(). Failed: failure(), and the connection
    /// is closed; the next command opens another one.
    outcome go_on(duration now);
    bool asking() const noexcept { return step_ != step::idle; }
    /// What to wait for while a command is under way; -1: for the deadline alone.
    int fd() const noexcept { return fd_; }
    std::int16_t events() const noexcept;
    duration deadline() const noexcept { return step_ == step::resolving ? look_again_ : deadline_; }

    const std::string& value() const noexcept { return reply_.value(); }
    /// As a sentence's end: "refuses the connection".
    const std::string& failure() const noexcept { return failure_; }
    void close() noexcept;

private:
    enum class step { idle, resolving, connecting, awaiting };
    struct lookup;

    outcome fail(std::string why);
    outcome resolve(duration now);
    outcome connect(duration now);
    outcome send(duration now);
    outcome receive();
    bool still_open();

    m2m_address to_;
    m2m_reply reply_;
    std::string command_, failure_;
    std::shared_ptr<lookup> lookup_; // of a name, in a thread of its own
    sockaddr_storage at_{};
    socklen_t at_size_ = 0; // 0: not known
    int fd_ = -1;
    step step_ = step::idle;
    bool fresh_ = false; // the connection was opened for this command
    duration deadline_{}, look_again_{};
};

} // namespace releve::wes
