// SPDX-License-Identifier: Apache-2.0
#include <releve/kit/io/byte_stream.hpp>

#include <releve/kit/io/tcp_connect.hpp>

#include <fcntl.h>
#include <sys/stat.h>

#include <cerrno>
#include <stdexcept>

namespace releve::kit {
namespace {

constexpr std::string_view tcp_scheme = "tcp://";

} // namespace

byte_stream::byte_stream(std::string where, const serial_settings& settings)
    : where_{std::move(where)}
    , settings_{settings} {
    const std::string_view all = where_;
    if (all.empty()) throw std::invalid_argument("is empty; give a device, a file or tcp://host:port");
    if (all.find('\0') != std::string_view::npos) throw std::invalid_argument("holds a NUL character");
    if (all.starts_with(tcp_scheme))
        peer_ = host_port_in(all.substr(tcp_scheme.size()));
    else if (all.find("://") != std::string_view::npos)
        throw std::invalid_argument("has a scheme that is not known; give a device, a file or tcp://host:port");
}

void byte_stream::close() noexcept {
    serial_.close();
    other_.reset();
    recording_ = false;
}

void byte_stream::open(const waiter& wait, duration timeout) {
    close();
    at_end_ = false;
    if (!peer_) return open_path();
    try {
        other_ = tcp_connect(*peer_, timeout, wait);
    } catch (const io_failure& why) {
        throw io_failure(where_ + ": " + why.what(), why.error);
    }
    constexpr std::chrono::seconds idle{10}, interval{5};
    keep_alive(other_.get(), idle, interval);
}

void byte_stream::open_path() {
    const auto fail = [this](int error) {
        throw io_failure(where_ + ": " + error_text(error) + serial_advice(error), error);
    };
    const bool writable = settings_.writable;
    descriptor made{::open(where_.c_str(), (writable ? O_RDWR : O_RDONLY) | O_NOCTTY | O_NONBLOCK | O_CLOEXEC)};
    if (!made) fail(errno);
    struct stat about {};
    if (::fstat(made.get(), &about) != 0) fail(errno);
    recording_ = S_ISREG(about.st_mode);
    if (S_ISCHR(about.st_mode) && ::isatty(made.get()) == 1)
        serial_ = serial_port{std::move(made), where_, settings_};
    else
        other_ = std::move(made);
}

void byte_stream::set_speed(int speed) {
    settings_.speed = speed;
    if (serial_) serial_.set_speed(speed);
}

std::size_t byte_stream::read(std::span<char> into) {
    if (serial_) return serial_.read(into);
    const auto size = ::read(other_.get(), into.data(), into.size());
    if (size > 0) return static_cast<std::size_t>(size);
    if (size < 0) {
        if (errno == EAGAIN || errno == EWOULDBLOCK || errno == EINTR) return 0;
        const int error = errno;
        throw io_failure(where_ + ": " + (peer_ ? connection_problem(error) : error_text(error)), error);
    }
    if (!recording_)
        throw io_failure(where_ + (peer_ ? ": the other side closed the connection" : ": the writer is gone"));
    at_end_ = true;
    return 0;
}

} // namespace releve::kit
