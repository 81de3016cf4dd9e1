// SPDX-License-Identifier: Apache-2.0
#include "tests/peers.hpp"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <stdexcept>

namespace onewire_testing {

using namespace releve::onewire;

namespace {

sockaddr_in loopback(std::uint16_t port) {
    sockaddr_in at{};
    at.sin_family = AF_INET;
    at.sin_port = htons(port);
    at.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    return at;
}

int bound(std::uint16_t& port) {
    const int fd = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    auto at = loopback(0);
    socklen_t size = sizeof at;
    if (::bind(fd, reinterpret_cast<sockaddr*>(&at), sizeof at) != 0 ||
        ::getsockname(fd, reinterpret_cast<sockaddr*>(&at), &size) != 0)
        throw std::runtime_error("no free port");
    port = ntohs(at.sin_port);
    return fd;
}

std::uint16_t free_port() {
    std::uint16_t port = 0;
    ::close(bound(port));
    return port;
}

int connected(std::uint16_t port) {
    const int fd = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    auto at = loopback(port);
    if (::connect(fd, reinterpret_cast<sockaddr*>(&at), sizeof at) == 0) return fd;
    ::close(fd);
    return -1;
}

bool send_all(int fd, const std::string& bytes) {
    return ::send(fd, bytes.data(), bytes.size(), MSG_NOSIGNAL) == static_cast<ssize_t>(bytes.size());
}

bool receive_all(int fd, std::string& to, std::size_t size) {
    to.resize(size);
    return size == 0 || ::recv(fd, to.data(), size, MSG_WAITALL) == static_cast<ssize_t>(size);
}

std::uint32_t word(const std::string& bytes, std::size_t field) {
    std::uint32_t value = 0;
    for (std::size_t i = 0; i < 4; ++i) value = value << 8U | static_cast<unsigned char>(bytes[field * 4 + i]);
    return value;
}

} // namespace

owserver::owserver(std::vector<std::string> options)
    : options_{std::move(options)}
    , port_{free_port()} {
    start();
}

void owserver::start(std::vector<std::string> other_options) {
    options_ = std::move(other_options);
    start();
}

void owserver::start() {
    std::vector<std::string> words{"owserver", "--foreground", "--error_print=2", "-p", address()};
    words.insert(words.end(), options_.begin(), options_.end());
    std::vector<char*> arguments;
    for (auto& one : words) arguments.push_back(one.data());
    arguments.push_back(nullptr);
    process_ = ::fork();
    if (process_ == 0) {
        ::prctl(PR_SET_PDEATHSIG, SIGKILL);
        ::execvp("owserver", arguments.data());
        ::_exit(127);
    }
    const auto until = std::chrono::steady_clock::now() + std::chrono::minutes{2};
    while (std::chrono::steady_clock::now() < until) {
        if (const int fd = connected(port_); fd >= 0) {
            std::string answer;
            const bool ready = send_all(fd, encode({request_type::nop, {}, {}, flag_ownet})) &&
                               receive_all(fd, answer, reply_reader::header_size);
            ::close(fd);
            if (ready) return;
        }
        if (::waitpid(process_, nullptr, WNOHANG) == process_) {
            process_ = -1;
            throw std::runtime_error("owserver ended at once: is the package owserver installed?");
        }
        ::poll(nullptr, 0, 5); // nothing says when it listens
    }
    throw std::runtime_error("owserver does not answer");
}

void owserver::kill() {
    if (process_ < 0) return;
    ::kill(process_, SIGKILL);
    ::waitpid(process_, nullptr, 0);
    process_ = -1;
}

void owserver::write(const std::string& path, const std::string& value) const {
    ask({request_type::write, path, value, flag_ownet});
}

std::string owserver::first() const {
    return entries_of(ask({request_type::dirall, "/", {}, flag_ownet})).at(0).substr(1);
}

int owserver::connect() const { return connected(port_); }

/// The reply's payload.
std::string owserver::ask(const request& what) const {
    const int fd = connected(port_);
    std::string header, payload;
    const bool done = fd >= 0 && send_all(fd, encode(what)) && receive_all(fd, header, reply_reader::header_size) &&
                      word(header, 1) <= reply_reader::largest_payload && receive_all(fd, payload, word(header, 1));
    ::close(fd);
    if (!done) throw std::runtime_error("owserver does not answer for " + what.path);
    return payload;
}

peer::peer(script what)
    : script_{std::move(what)}
    , listening_{bound(port_)} {
    ::listen(listening_, 8);
    thread_ = std::thread{[this] { serve(); }};
}

peer::~peer() {
    {
        const std::lock_guard lock{mutex_};
        ending_ = true;
        ::shutdown(listening_, SHUT_RDWR);
        if (talking_ >= 0) ::shutdown(talking_, SHUT_RDWR);
    }
    thread_.join();
    ::close(listening_);
}

void peer::now(script what) {
    const std::lock_guard lock{mutex_};
    script_ = std::move(what);
}

int peer::connections() const {
    const std::lock_guard lock{mutex_};
    return connections_;
}

void peer::serve() {
    while (true) {
        const int fd = ::accept4(listening_, nullptr, nullptr, SOCK_CLOEXEC);
        {
            const std::lock_guard lock{mutex_};
            talking_ = fd;
            ++connections_;
            if (ending_ || fd < 0) {
                if (fd >= 0) ::close(fd);
                return;
            }
        }
        talk(fd);
        const std::lock_guard lock{mutex_};
        talking_ = -1;
        ::close(fd);
    }
}

void peer::talk(int fd) {
    std::string header, payload;
    while (receive_all(fd, header, 24) && receive_all(fd, payload, word(header, 1))) {
        script what;
        {
            const std::lock_guard lock{mutex_};
            what = script_;
        }
        const auto done = what(word(header, 2), payload.substr(0, payload.find('\0')));
        if (!done.bytes.empty()) ::send(fd, done.bytes.data(), done.bytes.size(), MSG_NOSIGNAL);
        while (!done.endless.empty() && !ending_ && send_all(fd, done.endless))
            ::poll(nullptr, 0, static_cast<int>(done.pause.count())); // as slow as the test wants it
        if (done.close || !done.endless.empty()) return;
    }
}

} // namespace onewire_testing
