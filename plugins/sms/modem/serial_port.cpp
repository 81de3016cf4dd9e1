// SPDX-License-Identifier: Apache-2.0
#include "modem/serial_port.hpp"

#include <boost/asio/io_context.hpp>
#include <boost/asio/serial_port.hpp>

#include <fcntl.h>
#include <sys/file.h>
#include <termios.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <stdexcept>

namespace releve::sms {

namespace asio = boost::asio;
using boost::system::error_code;

/// Its context is never run: what waits is the host's own wait, which also ends for a stop and for acknowledgements.
struct serial_port::asio_port {
    asio::io_context context{1};
    asio::serial_port device{context};
};

namespace {

std::string advice(int error) {
    if (error == EACCES) return "; the user of this program needs the group 'dialout'";
    if (error == EBUSY || error == EWOULDBLOCK) return "; another program uses this port: only one can";
    if (error == ENOENT) return "; is the modem plugged in? 'ls /dev/serial/by-id' shows those that are";
    return {};
}

} // namespace

serial_port::serial_port(std::string path)
    : path_{std::move(path)} {}

serial_port::~serial_port() = default;

bool serial_port::knows(int speed) {
    if (speed <= 0) return false; // 0 hangs up
    termios unused{};
    error_code error;
    return !asio::serial_port::baud_rate{static_cast<unsigned>(speed)}.store(unused, error);
}

void serial_port::close() noexcept {
    port_.reset();
    fd_ = -1;
}

void serial_port::open(int speed) {
    using port = asio::serial_port;
    close();
    const auto fail = [this](int error) {
        close();
        throw std::runtime_error(path_ + ": " + std::strerror(error) + advice(error));
    };
    port_ = std::make_unique<asio_port>();
    auto& device = port_->device;
    error_code error;
    // Opened raw and non-blocking; Asio leaves it open in children, and for other programs.
    if (device.open(path_, error)) fail(error.value());
    const auto fd = device.native_handle();
    if (::fcntl(fd, F_SETFD, FD_CLOEXEC) != 0) fail(errno);
    if (::flock(fd, LOCK_EX | LOCK_NB) != 0) fail(errno);
    const auto set = [&](const auto& option) {
        if (device.set_option(option, error)) fail(error.value());
    };
    set(port::baud_rate{static_cast<unsigned>(speed)});
    set(port::character_size{8});
    set(port::parity{port::parity::none});
    set(port::stop_bits{port::stop_bits::one});
    set(port::flow_control{port::flow_control::none});
    ::tcflush(fd, TCIOFLUSH); // what was said to whoever had it before
    fd_ = fd;
}

void serial_port::read(std::string& to) {
    std::array<char, 4096> part{};
    const auto got = ::read(fd_, part.data(), part.size()); // Asio's own would wait where there is nothing
    if (got > 0) {
        to.append(part.data(), static_cast<std::size_t>(got));
        return;
    }
    if (got < 0 && (errno == EAGAIN || errno == EINTR)) return;
    const int error = got == 0 ? EIO : errno;
    throw std::runtime_error(path_ + ": the modem is gone: " + std::strerror(error));
}

std::size_t serial_port::write(std::string_view bytes) {
    const auto taken = ::write(fd_, bytes.data(), bytes.size());
    if (taken >= 0) return static_cast<std::size_t>(taken);
    if (errno == EAGAIN || errno == EINTR) return 0;
    throw std::runtime_error(path_ + ": the modem is gone: " + std::strerror(errno));
}

} // namespace releve::sms
