// SPDX-License-Identifier: Apache-2.0
#include "terminal.hpp"

#include <fcntl.h>
#include <poll.h>
#include <stdlib.h>
#include <termios.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <filesystem>
#include <system_error>
#include <utility>

namespace teleinfo_player {

namespace {

[[noreturn]] void fail(const std::string& what) { throw std::system_error(errno, std::generic_category(), what); }

// Until a reader sets it otherwise: raw, and above all without echo. Opened and closed once, the pseudo-terminal also
// says from then on whether a reader is there.
void make_raw(const std::string& device) {
    const int fd = open(device.c_str(), O_RDWR | O_NOCTTY | O_CLOEXEC);
    termios settings{};
    if (fd < 0 || tcgetattr(fd, &settings) != 0) fail(device);
    cfmakeraw(&settings);
    tcsetattr(fd, TCSANOW, &settings);
    close(fd);
}

void make_link(const std::string& device, const std::filesystem::path& link) {
    namespace fs = std::filesystem;
    std::error_code none;
    const auto there = fs::symlink_status(link, none);
    if (fs::is_symlink(there) && fs::read_symlink(link, none).string().starts_with("/dev/pts/")) {
        fs::remove(link);
    } else if (fs::exists(there)) {
        throw std::runtime_error(link.string() +
                                 " exists and is not a player's link; give another --link, or remove it");
    }
    fs::create_symlink(device, link);
}

} // namespace

terminal::terminal(std::string link)
    : link_{std::move(link)}
    , fd_{posix_openpt(O_RDWR | O_NOCTTY | O_NONBLOCK | O_CLOEXEC)} {
    if (fd_ < 0) fail("no pseudo-terminal");
    try {
        std::array<char, 64> name{};
        if (grantpt(fd_) != 0 || unlockpt(fd_) != 0 || ptsname_r(fd_, name.data(), name.size()) != 0) {
            fail("no pseudo-terminal");
        }
        device_ = name.data();
        make_raw(device_);
        make_link(device_, link_);
    } catch (...) {
        close(fd_);
        throw;
    }
}

terminal::~terminal() {
    std::error_code none;
    if (std::filesystem::read_symlink(link_, none) == device_) std::filesystem::remove(link_, none);
    close(fd_);
}

bool terminal::has_reader() const {
    pollfd state{fd_, 0, 0};
    return poll(&state, 1, 0) >= 0 && (state.revents & POLLHUP) == 0;
}

int terminal::reader_baud() const {
    constexpr std::array<std::pair<speed_t, int>, 9> known{{{B300, 300},
                                                            {B600, 600},
                                                            {B1200, 1200},
                                                            {B2400, 2400},
                                                            {B4800, 4800},
                                                            {B9600, 9600},
                                                            {B19200, 19200},
                                                            {B38400, 38400},
                                                            {B115200, 115200}}};
    termios settings{};
    if (tcgetattr(fd_, &settings) != 0) return 0;
    for (const auto& [code, baud] : known) {
        if (cfgetospeed(&settings) == code) return baud;
    }
    return 0;
}

void terminal::write(std::string_view bytes) {
    while (!bytes.empty()) {
        const ssize_t size = ::write(fd_, bytes.data(), bytes.size());
        if (size < 0 && errno == EINTR) continue;
        if (size <= 0) return; // no room, or the reader has just left
        bytes.remove_prefix(static_cast<std::size_t>(size));
    }
}

} // namespace teleinfo_player
