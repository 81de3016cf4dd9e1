// SPDX-License-Identifier: Apache-2.0
#include "output_file.hpp"

#include <releve/output.hpp>

#include <poll.h>
#include <signal.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <climits>
#include <cstring>
#include <ctime>

namespace releve::print {
namespace {

using namespace releve::literals;

/// Bytes of a write that does not block after poll has reported room.
constexpr std::size_t chunk = PIPE_BUF / 4;
/// How long the rest of the output is waited for when the node is asked to stop.
constexpr int last_wait_ms = 100;

/// Blocks SIGPIPE in this thread and consumes it: how the process handles it is not changed.
class no_sigpipe {
public:
    no_sigpipe() {
        sigset_t pending;
        sigemptyset(&pending);
        sigpending(&pending);
        was_pending_ = sigismember(&pending, SIGPIPE) == 1;
        sigemptyset(&pipe_);
        sigaddset(&pipe_, SIGPIPE);
        pthread_sigmask(SIG_BLOCK, &pipe_, &before_);
    }
    no_sigpipe(const no_sigpipe&) = delete;
    no_sigpipe& operator=(const no_sigpipe&) = delete;
    ~no_sigpipe() {
        if (!was_pending_) {
            const timespec now{};
            while (sigtimedwait(&pipe_, nullptr, &now) == -1 && errno == EINTR) {
            }
        }
        pthread_sigmask(SIG_SETMASK, &before_, nullptr);
    }

private:
    sigset_t pipe_{}, before_{};
    bool was_pending_ = false;
};

} // namespace

bool output_file::is_terminal() const { return ::isatty(fd_) == 1; }

std::size_t output_file::columns() const {
    winsize size{};
    if (!is_terminal()) return 0;
    return ::ioctl(fd_, TIOCGWINSZ, &size) == 0 && size.ws_col >= 20 ? size.ws_col : 80;
}

bool output_file::wait_until_writable() {
    pollfd at{fd_, POLLOUT, 0};
    if (::poll(&at, 1, 0) == 1) return true;
    if (host_.wait(fd_, RELEVE_WRITABLE, duration{-1}) != wake::stopped) return true;
    return ::poll(&at, 1, last_wait_ms) == 1;
}

void output_file::write(std::string_view text) {
    if (gone_) return;
    const no_sigpipe guard;
    while (!text.empty()) {
        if (!wait_until_writable()) return;
        const auto written = ::write(fd_, text.data(), std::min(text.size(), chunk));
        if (written >= 0)
            text.remove_prefix(static_cast<std::size_t>(written));
        else if (errno != EINTR && errno != EAGAIN)
            return gone(errno);
    }
}

void output_file::gone(int error) {
    gone_ = true;
    host_.lost(name_, error == EPIPE ? "nobody reads it any more: nothing more is printed"
                                     : std::string{std::strerror(error)} + ": nothing more is printed");
}

} // namespace releve::print
