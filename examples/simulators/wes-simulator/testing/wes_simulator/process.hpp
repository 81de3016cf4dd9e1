// SPDX-License-Identifier: Apache-2.0
// For tests: a running wes-simulator on free ports of 127.0.0.1, and plain requests to it. POSIX and the standard
// library. The program is WES_SIMULATOR: a definition of the compiler's, or a variable of the environment.
#pragma once

#include "child.hpp"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <cstdint>
#include <cstdlib>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

namespace wes_simulator {

// What came back on one connection, read until it was closed or for `timeout_ms`.
struct exchange {
    bool connected = false;
    bool closed = false; // by the peer, in order; not cut
    std::string bytes;

    std::string_view body() const {
        const std::size_t end = bytes.find("\r\n\r\n");
        return end == std::string::npos ? std::string_view{} : std::string_view{bytes}.substr(end + 4);
    }
};

class client {
public:
    explicit client(std::uint16_t port)
        : fd_{socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)} {
        sockaddr_in to{};
        to.sin_family = AF_INET;
        to.sin_port = htons(port);
        to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        got_.connected = connect(fd_, reinterpret_cast<const sockaddr*>(&to), sizeof to) == 0;
    }
    ~client() { close(fd_); }
    client(const client&) = delete;
    client& operator=(const client&) = delete;

    void send(std::string_view bytes) {
        if (got_.connected) static_cast<void>(::send(fd_, bytes.data(), bytes.size(), MSG_NOSIGNAL));
    }
    exchange receive(int timeout_ms = 120'000) {
        while (got_.connected && !receive_some(timeout_ms).empty()) {
        }
        return got_;
    }
    // What comes first, also added to what receive() gives; nothing: closed, cut, or silent for `timeout_ms`.
    std::string receive_some(int timeout_ms = 120'000) {
        std::array<char, 16384> part{};
        pollfd ready{fd_, POLLIN, 0};
        if (poll(&ready, 1, timeout_ms) <= 0) return {};
        const ssize_t size = recv(fd_, part.data(), part.size(), 0);
        got_.closed = size == 0;
        if (size <= 0) return {};
        got_.bytes.append(part.data(), static_cast<std::size_t>(size));
        return {part.data(), static_cast<std::size_t>(size)};
    }
    // For a protocol of lines: the next one, without its end; what there is of it when no more comes for two minutes.
    std::string receive_line() {
        std::string text;
        pollfd ready{fd_, POLLIN, 0};
        for (char c = 0; poll(&ready, 1, 120'000) > 0 && recv(fd_, &c, 1, 0) == 1 && c != '\n'; text += c) {
        }
        return text.substr(0, text.find('\r'));
    }

private:
    int fd_;
    exchange got_;
};

inline exchange request(std::uint16_t port, std::string_view bytes, int timeout_ms = 120'000) {
    client one{port};
    one.send(bytes);
    return one.receive(timeout_ms);
}

class process {
public:
    // Returns when every port is ready.
    explicit process(std::vector<std::string> options = {}) {
        const char* program = std::getenv("WES_SIMULATOR");
#ifdef WES_SIMULATOR
        if (program == nullptr) program = WES_SIMULATOR;
#endif
        if (program == nullptr) throw std::runtime_error("WES_SIMULATOR does not say where the program is");
        options.insert(options.begin(), {program, "--port", "0"});
        program_.emplace(options);
        std::size_t servers = 1;
        for (std::size_t i = 0; i + 1 < options.size(); ++i) {
            if (options[i] == "--count") servers = std::stoul(options[i + 1]);
        }
        while (ports_.size() < servers) ports_.push_back(program_->port());
    }
    process(const process&) = delete;
    process& operator=(const process&) = delete;

    std::uint16_t port(std::size_t server = 0) const { return ports_.at(server); }
    std::size_t size() const { return ports_.size(); }

    // "name=slow&seconds=3"; sent to another server when this one does not listen. False: refused.
    bool fault(std::string_view query, std::size_t server = 0) const { return put("fault", query, server); }
    bool advance(double seconds, std::size_t server = 0) const {
        return put("advance", "seconds=" + std::to_string(seconds), server);
    }
    // A value of GET /simulator; -1: there is no such key.
    double truth(std::string_view key, std::size_t server = 0) const {
        const exchange got = ask("GET /simulator?port=" + std::to_string(port(server)), server);
        const std::string text = std::string{"\n"}.append(got.body());
        const std::size_t at = text.find(std::string{"\n"}.append(key).append(" "));
        return at == std::string::npos ? -1 : std::strtod(text.c_str() + at + key.size() + 2, nullptr);
    }

    // SIGTERM, and its exit code (-1: ended by a signal).
    int end() { return program_->end(); }

private:
    bool put(std::string_view what, std::string_view query, std::size_t server) const {
        std::string line = "PUT /simulator/";
        line.append(what).append("?port=").append(std::to_string(port(server))).append("&").append(query);
        return ask(line, server).bytes.starts_with("HTTP/1.1 200");
    }
    exchange ask(const std::string& line, std::size_t server) const {
        exchange got = request(port(server), line + " HTTP/1.1\r\n\r\n");
        for (std::size_t other = 0; !got.connected && other < ports_.size(); ++other) {
            got = request(port(other), line + " HTTP/1.1\r\n\r\n");
        }
        return got;
    }

    std::optional<child> program_;
    std::vector<std::uint16_t> ports_;
};

// A GET as a client of a WES sends it: all in one piece, with the factory account.
inline std::string get(std::string_view path, std::string_view credentials = "YWRtaW46d2Vz") {
    std::string text = "GET ";
    text.append(path).append(" HTTP/1.1\r\nHost: 127.0.0.1\r\n");
    if (!credentials.empty()) text.append("Authorization: Basic ").append(credentials).append("\r\n");
    return text + "Connection: close\r\n\r\n";
}

} // namespace wes_simulator
