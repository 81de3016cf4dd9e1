// SPDX-License-Identifier: Apache-2.0
#include "client.hpp"

#include "http.hpp"
#include "unix_address.hpp"

#include <releve/kit/io/descriptor.hpp>
#include <releve/kit/text/percent.hpp>

#include <poll.h>

#include <array>
#include <cstring>

namespace releve::core {

namespace {

kit::descriptor send_request(const std::filesystem::path& path, std::string_view method, std::string_view target) {
    const auto address = unix_address(path);
    kit::descriptor socket{::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0)};
    if (!socket) throw std::system_error(errno, std::generic_category(), "socket");
    if (connect(socket.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0) {
        const int why = errno;
        if (why == ENOENT || why == ECONNREFUSED)
            throw not_running("no releve runs on " + path.string() +
                              ": start it with releve run FILE, or name another socket with --socket PATH");
        if (why == EACCES)
            throw not_running(path.string() + " is only for its owner and group: try as root, or join the group");
        throw not_running(path.string() + ": " + std::strerror(why));
    }
    std::string text{method};
    ((text += " ") += target) += " HTTP/1.1\r\nHost: releve\r\nConnection: close\r\nContent-Length: 0\r\n\r\n";
    for (std::string_view rest{text}; !rest.empty();) {
        const auto sent = send(socket.get(), rest.data(), rest.size(), MSG_NOSIGNAL);
        if (sent < 0) throw std::system_error(errno, std::generic_category(), path.string());
        rest.remove_prefix(static_cast<std::size_t>(sent));
    }
    return socket;
}

std::runtime_error too_large(const std::filesystem::path& socket) {
    return std::runtime_error(socket.string() + ": what answers is not releve: its response is too large");
}

/// Feeds what arrives next to `reader`; needs_more while there is more to come.
http_state read_some(const kit::descriptor& socket, response_reader& reader) {
    std::array<char, 65536> bytes; // NOLINT(cppcoreguidelines-pro-type-member-init): written before it is read
    const auto size = recv(socket.get(), bytes.data(), bytes.size(), 0);
    if (size < 0) throw std::system_error(errno, std::generic_category(), "control socket");
    if (size == 0) return reader.end();
    return reader.feed({bytes.data(), static_cast<std::size_t>(size)});
}

/// Whether the socket became readable before `stop_fd` did.
bool wait_for(const kit::descriptor& socket, int stop_fd, int timeout_ms) {
    std::array<pollfd, 2> fds{pollfd{socket.get(), POLLIN, 0}, pollfd{stop_fd, POLLIN, 0}};
    for (;;) {
        const int ready = poll(fds.data(), fds.size(), timeout_ms);
        if (ready == 0) throw std::runtime_error("releve runs, but does not answer");
        if (ready > 0) return fds[1].revents == 0;
        if (errno != EINTR) throw std::system_error(errno, std::generic_category(), "poll");
    }
}

} // namespace

control_client::response control_client::get(std::string_view target) const {
    return exchange("GET", target, response_timeout_ms);
}

control_client::response control_client::post(std::string_view target) const { return exchange("POST", target, -1); }

control_client::response control_client::exchange(std::string_view method, std::string_view target,
                                                  int timeout_ms) const {
    const auto socket = send_request(socket_, method, target);
    response_reader reader;
    response made;
    auto state = http_state::needs_more;
    while (state == http_state::needs_more) {
        wait_for(socket, -1, timeout_ms);
        state = read_some(socket, reader);
        if (reader.status() != 0) made.body += reader.take_body();
        if (made.body.size() > max_response) throw too_large(socket_);
    }
    if (state == http_state::wrong)
        throw std::runtime_error(socket_.string() + ": what answers is not releve, or it ended meanwhile");
    made.status = reader.status();
    return made;
}

control_client::ended control_client::tap(std::string_view node, std::string_view series, int stop_fd,
                                          const std::function<bool(std::string_view)>& line) const {
    auto target = "/tap?node=" + kit::percent_encoded(node);
    if (!series.empty()) target += "&series=" + kit::percent_encoded(series);
    const auto socket = send_request(socket_, "GET", target);
    response_reader reader;
    std::string text;
    std::size_t searched = 0; // bytes of it without an end of line
    for (auto state = http_state::needs_more; state == http_state::needs_more;) {
        if (!wait_for(socket, stop_fd, reader.status() == 0 ? response_timeout_ms : -1)) return ended::asked;
        state = read_some(socket, reader);
        if (reader.status() == 0) continue;
        text += reader.take_body();
        if (text.size() > max_response) throw too_large(socket_);
        if (reader.status() != 200) continue;
        std::size_t from = 0;
        for (auto end = text.find('\n', searched); end != std::string::npos; end = text.find('\n', from)) {
            if (!line(std::string_view{text}.substr(from, end - from))) return ended::asked;
            from = end + 1;
        }
        text.erase(0, from);
        searched = text.size();
    }
    if (reader.status() == 200) return ended::by_host;
    while (!text.empty() && text.back() == '\n') text.pop_back();
    throw std::runtime_error(text.empty() ? socket_.string() + ": what answers is not releve" : text);
}

} // namespace releve::core
