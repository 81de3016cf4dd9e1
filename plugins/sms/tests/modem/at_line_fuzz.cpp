// SPDX-License-Identifier: Apache-2.0
// libFuzzer: any bytes as what a modem says, unasked and as an answer.
#include "modem/at_line.hpp"
#include "tests/modem/terminal.hpp"

#include <poll.h>

#include <algorithm>
#include <cstdlib>

namespace {

using namespace releve::sms;

/// More than a terminal holds is not of interest: a line has 1,024 characters at most.
void say(const terminal& at, const std::uint8_t* data, std::size_t size) {
    at.say({reinterpret_cast<const char*>(data), std::min<std::size_t>(size, 3000)});
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    static const terminal both;
    static serial_port port{both.name.data()};
    if (!port.is_open()) port.open(115'200);
    const patience none{[](int fd, short events, nanoseconds) {
                            pollfd one{fd, events, 0};
                            return ::poll(&one, 1, 0) == 1;
                        },
                        [] { return nanoseconds{0}; }};
    at_line line{port, none};
    say(both, data, size / 2);
    line.listen();
    say(both, data + size / 2, size - size / 2);
    const auto answer = line.ask("AT+CMGL=4", "+CMGL:", std::chrono::seconds{1});
    if (answer.items.size() > at_line::most_items || line.take_unasked().size() > at_line::most_unasked) std::abort();
    both.forget_all();
    return 0;
}
