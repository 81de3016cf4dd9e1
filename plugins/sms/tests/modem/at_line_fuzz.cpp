// SPDX-License-Identifier: Apache-2.0
// libFuzzer: any bytes as what a modem says, unsolicited and as a response.
#include "modem/at_line.hpp"
#include "tests/modem/terminal.hpp"

#include <poll.h>

#include <algorithm>
#include <cstdlib>

namespace {

using namespace releve::sms;

/// More than a terminal holds is not needed: a line has at most 1,024 characters.
void say(const terminal& at, const std::uint8_t* data, std::size_t size) {
    at.say({reinterpret_cast<const char*>(data), std::min<std::size_t>(size, 3000)});
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    static const terminal both;
    static releve::kit::serial_port port{both.name.data(), {.speed = 115'200}};
    releve::duration now{};
    const releve::kit::waiter wait{[&](std::span<releve_wait> fds, releve::duration timeout) {
                                       auto& one = fds.front();
                                       pollfd polled{one.fd, one.events, 0};
                                       if (::poll(&polled, 1, 0) != 1) now += timeout;
                                       one.revents = polled.revents;
                                   },
                                   [&] { return now; }};
    at_line line{port, wait};
    say(both, data, size / 2);
    line.listen();
    say(both, data + size / 2, size - size / 2);
    const auto response = line.send("AT+CMGL=4", "+CMGL:", std::chrono::seconds{1});
    if (response.items.size() > at_line::max_items || line.take_unsolicited().size() > at_line::max_unsolicited)
        std::abort();
    both.forget_all();
    return 0;
}
