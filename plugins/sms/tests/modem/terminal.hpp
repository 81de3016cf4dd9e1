// SPDX-License-Identifier: Apache-2.0
// A pseudo-terminal: the slave is a modem's port, the master the modem.
#pragma once
#include <pty.h>
#include <unistd.h>

#include <array>
#include <cstdlib>
#include <string_view>

struct terminal {
    int master = -1, slave = -1;
    std::array<char, 128> name{};
    terminal() {
        termios raw{};
        ::cfmakeraw(&raw);
        if (::openpty(&master, &slave, name.data(), &raw, nullptr) != 0) std::abort();
    }
    terminal(const terminal&) = delete;
    terminal& operator=(const terminal&) = delete;
    ~terminal() {
        ::close(master);
        ::close(slave);
    }
    void say(std::string_view bytes) const {
        if (!bytes.empty() && ::write(master, bytes.data(), bytes.size()) < 0) std::abort();
    }
    void forget_all() const {
        ::tcflush(master, TCIOFLUSH);
        ::tcflush(slave, TCIOFLUSH);
    }
};
