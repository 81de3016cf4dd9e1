// SPDX-License-Identifier: Apache-2.0
#include "client/reply.hpp"
#include "client/transport.hpp"
#include "m2m/link.hpp"
#include "m2m/tags.hpp"

#include <releve/failure.hpp>

#include <algorithm>
#include <poll.h>
#include <vector>

namespace releve::wes {
namespace {

/// The head of a request must fit in one TCP segment.
constexpr std::size_t longest_path = 400;

bool is_clean(std::string_view path) {
    return path.starts_with('/') && path.size() <= longest_path && path.find("/../") == path.npos &&
           std::none_of(path.begin(), path.end(),
                        [](char c) { return static_cast<unsigned char>(c) < ' ' || c == '\\'; });
}

duration steady() { return std::chrono::steady_clock::now().time_since_epoch(); }

class direct final : public transport {
public:
    direct(server_address to, http_loop::waiter wait)
        : to_{std::move(to)}
        , wait_{std::move(wait)}
        , link_{{.host = to_.host, .port = to_.m2m_port, .connect_limit = to_.connect_limit, .limit = to_.limit}} {}

    std::string fetch(wanted what, std::string_view name) override {
        if (what == wanted::tag) return tag(name);
        if (!is_clean(name))
            throw unreachable("a path begins with '/', and has at most 400 characters, none of them '\\' or '..'");
        if (what == wanted::page && name.find_first_of(" #") != name.npos)
            throw unreachable("the path of a page has no blank and no '#': write %20 and %23");
        if (what == wanted::page) return page(name);
        return over_ftp(name, what == wanted::folder);
    }

private:
    http_reply ask(const http_request& what) {
        http_reply got;
        bool ended = false;
        loop_.start(what, [&](http_reply&& reply) { got = std::move(reply); });
        loop_.run([&](std::span<http_wait> on, duration limit) { return !(ended = !wait_(on, limit)); },
                  [] { return false; });
        if (ended) {
            loop_.abandon();
            throw stopped{};
        }
        return got;
    }

    std::string page(std::string_view path) {
        http_request what;
        what.host = to_.host;
        what.port = to_.port;
        what.path = path;
        what.user = to_.user;
        what.password = to_.password;
        what.connect_limit = to_.connect_limit;
        what.limit = to_.limit;
        auto got = ask(what);
        if (!got.failure.empty()) throw unreachable(to_.host + " " + got.failure);
        if (got.status == 401) throw unreachable(to_.host + " asks for other credentials (HTTP 401)");
        if (got.status != 200) throw unreachable(to_.host + " answers HTTP " + std::to_string(got.status));
        return std::move(got.body);
    }

    std::string over_ftp(std::string_view path, bool folder) {
        http_request what;
        what.over_ftp = true;
        what.host = to_.host;
        what.port = to_.ftp_port;
        what.path = path;
        if (folder && !path.ends_with('/')) what.path += '/';
        what.user = to_.ftp_user;
        what.password = to_.ftp_password;
        what.connect_limit = to_.connect_limit + ftp_login_limit;
        what.limit = std::max<duration>(to_.limit, std::chrono::seconds{30});
        what.largest_body = to_.largest_file;
        auto got = ask(what);
        if (!got.failure.empty()) throw unreachable(to_.host + " " + ftp_failure(got) + ": FTP " + what.path);
        return std::move(got.body);
    }

    std::string tag(std::string_view name) {
        if (!is_m2m_tag(name)) throw unreachable("a tag is a letter and three to five digits, as in T100");
        link_.ask("g" + std::string{name}, steady());
        auto came = link_.go_on(steady());
        while (came == m2m_link::outcome::under_way) {
            const auto left = std::max<duration>(link_.deadline() - steady(), std::chrono::milliseconds{1});
            http_wait one{link_.fd(), link_.events(), 0};
            if (!wait_(std::span{&one, one.fd < 0 ? 0U : 1U}, left)) {
                link_.close();
                throw stopped{};
            }
            came = link_.go_on(steady());
        }
        if (came == m2m_link::outcome::failed)
            throw unreachable(to_.host + ", port " + std::to_string(to_.m2m_port) + " (M2M), " + link_.failure());
        return link_.value();
    }

    server_address to_;
    http_loop::waiter wait_;
    http_loop loop_;
    m2m_link link_;
};

} // namespace

bool wait_by_poll(std::span<http_wait> on, duration limit) {
    std::vector<pollfd> fds;
    for (const auto& one : on) fds.push_back({one.fd, one.events, 0});
    ::poll(fds.data(), fds.size(), static_cast<int>(std::chrono::ceil<std::chrono::milliseconds>(limit).count()));
    for (std::size_t i = 0; i < fds.size(); ++i) on[i].revents = fds[i].revents;
    return true;
}

std::unique_ptr<transport> direct_transport(const server_address& to, http_loop::waiter wait) {
    return std::make_unique<direct>(to, std::move(wait));
}

std::unique_ptr<transport> transport_to(const server_address& to) {
    if (auto socket = host_that_has(to)) return host_transport(to, std::move(*socket));
    return direct_transport(to);
}

} // namespace releve::wes
