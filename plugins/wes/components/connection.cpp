// SPDX-License-Identifier: Apache-2.0
#include "components/connection.hpp"

#include <releve/failure.hpp>

#include <algorithm>
#include <poll.h>
#include <set>

namespace releve::wes {
namespace {

using namespace releve::literals;

/// Until a server is free for a question.
constexpr std::chrono::seconds longest_turn{60};
// The head of a request must fit in one TCP segment (a WES looks at no other): these leave 600 bytes of it.
constexpr std::size_t longest_host = 253, longest_word = 64, longest_path = 128;

bool printable(std::string_view text) {
    return std::all_of(text.begin(), text.end(), [](char c) { return c > ' ' && c < 0x7f; });
}

/// A name, an IPv4 or an IPv6 address: nothing that would change the meaning of a URL.
bool is_host(std::string_view text) {
    return !text.empty() && text.size() <= longest_host && std::all_of(text.begin(), text.end(), [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '.' || c == '-' ||
               c == '_' || c == ':';
    });
}

} // namespace

void wes_connection::describe(option_list& o) {
    o.tables(
         "servers", "The servers",
         [](option_list& server) {
             server.text("name", "Name of the server; the label `device` of its series").required().example("\"A11\"");
             server.text("host", "Address or host name").required().example("\"192.168.1.111\"");
             server.integer("port", "Port of its web pages").fallback(80).at_least(1).at_most(65535);
             server.integer("m2m_port", "Port of its M2M interface").fallback(1500).at_least(1).at_most(65535);
             server.text("user", "Account of its web pages").fallback("admin");
             server.secret("password", "Password of the account; the factory's when none is given").fallback("wes");
             server.integer("ftp_port", "Port of its FTP").fallback(21).at_least(1).at_most(65535);
             server.text("ftp_user", "Account of its FTP").fallback("adminftp");
             server.secret("ftp_password", "Password of that account; the factory's when none is given")
                 .fallback("wesftp");
         })
        .required()
        .at_least(1)
        .at_most(10'000)
        .example("[{ name = \"A11\", host = \"192.168.1.111\" }]");
    o.duration("connect_timeout", "Longest wait for a connection").fallback(3s).at_least(10ms).at_most(1min);
    o.duration("timeout", "Longest wait for a whole reply").fallback(10s).at_least(10ms).at_most(5min);
    o.text("path", "Page that is read").fallback("/data.cgx").advanced();
}

wes_connection::wes_connection(context& host) {
    const auto options = host.options();
    const auto path = options.text("path");
    if (!path.starts_with('/') || path.size() > longest_path || !printable(path))
        throw bad_option("path", "a path begins with '/', has no blank and at most 128 characters");
    std::set<std::string> names;
    for (const auto& given : options.tables("servers")) {
        const auto at = "servers[" + std::to_string(servers_.size()) + "].";
        auto& one = servers_.emplace_back();
        one.name = given.text("name");
        if (one.name.empty() || one.name.size() > longest_word)
            host.refuse(at + "name", "a server's name has 1 to 64 bytes");
        else if (!names.insert(one.name).second)
            host.refuse(at + "name", "another server has the name '" + one.name + "': give each its own");
        one.request.host = given.text("host");
        if (!is_host(one.request.host))
            host.refuse(at + "host", "is no address or host name; port, path and password have options of their own");
        one.request.port = static_cast<std::uint16_t>(given.integer("port"));
        one.request.user = given.text("user");
        one.request.password = given.secret("password");
        if (one.request.user.size() > longest_word || !printable(one.request.user) ||
            one.request.user.find(':') != std::string::npos)
            host.refuse(at + "user", "a user name has at most 64 ASCII characters, no blank and no ':'");
        if (one.request.password.size() > longest_word) host.refuse(at + "password", "is longer than 64 bytes");
        one.ftp_port = static_cast<std::uint16_t>(given.integer("ftp_port"));
        one.ftp_user = given.text("ftp_user");
        one.ftp_password = given.secret("ftp_password");
        one.request.path = path;
        one.request.connect_limit = options.duration("connect_timeout");
        one.request.limit = options.duration("timeout");
        one.m2m = {.host = one.request.host,
                   .port = static_cast<std::uint16_t>(given.integer("m2m_port")),
                   .connect_limit = one.request.connect_limit,
                   .limit = one.request.limit};
    }
    turns_ = std::make_unique<turn[]>(servers_.size());
}

std::optional<std::size_t> wes_connection::server_of(const question& asked) const {
    const auto host = asked.word("host");
    if (!host) throw bad_option("host", "which server? its address, or its name in the pipeline file");
    const auto port = asked.word("port").value_or("80");
    for (std::size_t i = 0; i < servers_.size(); ++i)
        if (servers_[i].name == *host ||
            (servers_[i].request.host == *host && std::to_string(servers_[i].request.port) == port))
            return i;
    return std::nullopt;
}

server_address wes_connection::address_of(std::size_t which) const {
    const auto& one = servers_[which];
    return {.host = one.request.host,
            .port = one.request.port,
            .user = one.request.user,
            .password = one.request.password,
            .m2m_port = one.m2m.port,
            .ftp_port = one.ftp_port,
            .ftp_user = one.ftp_user,
            .ftp_password = one.ftp_password,
            .connect_limit = one.request.connect_limit,
            .limit = one.request.limit};
}

std::optional<std::string> wes_connection::reply(const question& asked) {
    const auto which = server_of(asked);
    if (!which) return std::nullopt;
    if (asked.word("known")) return servers_[*which].name;
    const auto word = std::find_if(wanted_words.begin(), wanted_words.end(),
                                   [&](const char* one) { return asked.word(one).has_value(); });
    if (word == wanted_words.end()) throw bad_option("page", "what of it? a page, a tag, a folder or a file");
    const auto stop = [&](duration limit) {
        pollfd one{asked.stop_fd(), POLLIN, 0};
        if (::poll(&one, 1, static_cast<int>(std::chrono::ceil<std::chrono::milliseconds>(limit).count())) > 0)
            throw stopped{};
    };
    const auto until = std::chrono::steady_clock::now() + longest_turn;
    const held_server held{*this, *which, [&] {
                               if (std::chrono::steady_clock::now() > until)
                                   throw transient_error(servers_[*which].name + " is being asked other things");
                               stop(50ms);
                           }};
    try {
        const auto direct = direct_transport(address_of(*which), [&](std::span<http_wait> on, duration limit) {
            std::vector<http_wait> all{on.begin(), on.end()};
            all.push_back({asked.stop_fd(), POLLIN, 0});
            wait_by_poll(all, limit);
            std::copy(all.begin(), all.end() - 1, on.begin());
            return all.back().revents == 0;
        });
        return direct->fetch(static_cast<wanted>(word - wanted_words.begin()), *asked.word(*word));
    } catch (const unreachable& e) {
        throw transient_error(e.what());
    }
}

held_server::held_server(wes_connection& of, std::size_t which, const std::function<void()>& pause)
    : of_{of}
    , which_{which} {
    auto& turn = of_.turns_[which_];
    ++turn.waiting;
    try {
        while (turn.busy.test_and_set(std::memory_order_acquire)) pause();
    } catch (...) {
        --turn.waiting;
        throw;
    }
    --turn.waiting;
}

held_server::held_server(wes_connection& of, std::size_t which, context& who)
    : held_server{of, which, [&] {
                      if (who.wait(50ms) == wake::stopped) throw stopped{};
                  }} {}

http_reply fetch(context& who, const http_request& what) {
    http_loop loop;
    http_reply got;
    loop.start(what, [&](http_reply&& reply) { got = std::move(reply); });
    bool ended = false;
    loop.run(
        [&](std::span<http_wait> on, duration limit) {
            std::vector<releve_wait> fds;
            for (const auto& fd : on) fds.push_back({fd.fd, fd.events, 0});
            ended = who.wait(fds, limit) == wake::stopped;
            for (std::size_t i = 0; i < on.size(); ++i) on[i].revents = fds[i].revents;
            return !ended;
        },
        [] { return false; });
    if (ended) throw stopped{};
    return got;
}

} // namespace releve::wes
