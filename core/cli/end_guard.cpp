// SPDX-License-Identifier: Apache-2.0
#include "end_guard.hpp"

#include "exit_codes.hpp"
#include "plugin/last_words.hpp"

#include <poll.h>
#include <sys/eventfd.h>

#include <array>
#include <cerrno>
#include <csignal>
#include <system_error>
#include <thread>

namespace releve::core {

namespace {

/// Nobody has read it yet.
bool is_asked_to_end() {
    sigset_t waiting;
    sigemptyset(&waiting);
    sigpending(&waiting);
    return sigismember(&waiting, SIGINT) == 1 || sigismember(&waiting, SIGTERM) == 1;
}

} // namespace

end_guard::end_guard(int signal_fd)
    : signal_fd_{signal_fd}
    , armed_fd_{eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC)} {
    if (armed_fd_ < 0) throw std::system_error(errno, std::generic_category(), "eventfd");
}

end_guard& end_guard::start(int signal_fd) {
    auto& made = *new end_guard{signal_fd};
    std::thread{[&made] { made.run(); }}.detach();
    return made;
}

void end_guard::arm() {
    if (!armed_.exchange(true)) eventfd_write(armed_fd_, 1);
}

void end_guard::wait_until_armed() {
    constexpr int look_again = 200; // ms: any other signal stays readable until it is taken
    while (!armed_) {
        std::array<pollfd, 2> fds{pollfd{armed_fd_, POLLIN, 0}, pollfd{signal_fd_, POLLIN, 0}};
        if (poll(fds.data(), fds.size(), -1) < 0 || fds[1].revents == 0) continue;
        if (is_asked_to_end()) return;
        poll(fds.data(), 1, look_again);
    }
}

void end_guard::run() {
    wait_until_armed();
    std::this_thread::sleep_for(std::chrono::nanoseconds{grace_} + beyond); // the program's end is its event
    bool any = false;
    plugin_thread::for_each_call([&](const plugin_call& one) {
        any = true;
        say_last(one, "it does not come back, and the program ends without it");
    });
    if (!any)
        say_last("the program does not come to its end, and is ended: a destructor that runs at exit, of a plugin or a "
                 "library, or a disk does not come back");
    end_at_once(exit_failed);
}

} // namespace releve::core
