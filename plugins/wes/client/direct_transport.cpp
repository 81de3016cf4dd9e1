// SPDX-License-Identifier: Apache-2.0
#include "client/reply.hpp"
#include "client/transport.hpp"
#include "http/loop.hpp"
#include "m2m/link.hpp"
#include "m2m/tags.hpp"

#include <releve/failure.hpp>

#include <algorithm>

namespace releve::wes {
namespace {

/// The head of a request must fit in one TCP segment.
constexpr std::size_t max_path = 400;

bool is_clean(std::string_view path) {
    return path.starts_with('/') && path.size() <= max_path && path.find("/../") == path.npos &&
           std::none_of(path.begin(), path.end(),
                        [](char c) { return static_cast<unsigned char>(c) < ' ' || c == '\\'; });
}

class direct final : public transport {
public:
    direct(server_address to, kit::waiter wait)
        : to_{std::move(to)}
        , wait_{std::move(wait)}
        , link_{{.at = {to_.host, to_.m2m_port}, .connect_timeout = to_.connect_timeout, .timeout = to_.timeout}} {}

    std::string fetch(resource what, std::string_view name) override {
        if (what == resource::tag) return tag(name);
        if (!is_clean(name))
            throw unreachable("a path begins with '/', and has at most 400 characters, none of them '\\' or '..'");
        if (what == resource::page && name.find_first_of(" #") != name.npos)
            throw unreachable("the path of a page has no blank and no '#': write %20 and %23");
        if (what == resource::page) return page(name);
        return over_ftp(name, what == resource::folder);
    }

private:
    std::string page(std::string_view path) {
        http_request what;
        what.host = to_.host;
        what.port = to_.port;
        what.path = path;
        what.user = to_.user;
        what.password = to_.password;
        what.connect_timeout = to_.connect_timeout;
        what.timeout = to_.timeout;
        auto got = wes::fetch(what, wait_);
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
        what.connect_timeout = to_.connect_timeout + ftp_login_timeout;
        what.timeout = std::max<duration>(to_.timeout, std::chrono::seconds{30});
        what.max_body = to_.max_file;
        auto got = wes::fetch(what, wait_);
        if (!got.failure.empty()) throw unreachable(to_.host + " " + ftp_failure(got) + ": FTP " + what.path);
        return std::move(got.body);
    }

    std::string tag(std::string_view name) {
        if (!is_m2m_tag(name)) throw unreachable("a tag is a letter and three to five digits, as in T100");
        link_.ask("g" + std::string{name}, wait_.steady());
        auto came = link_.go_on(wait_.steady());
        try {
            for (; came == m2m_link::outcome::under_way; came = link_.go_on(wait_.steady()))
                wait_.ready(link_.fd(), link_.events(), link_.deadline() - wait_.steady());
        } catch (const stopped&) {
            link_.close();
            throw;
        }
        if (came == m2m_link::outcome::failed)
            throw unreachable(to_.host + ", port " + std::to_string(to_.m2m_port) + " (M2M), " + link_.failure());
        return link_.value();
    }

    server_address to_;
    kit::waiter wait_;
    m2m_link link_;
};

} // namespace

std::unique_ptr<transport> direct_transport(const server_address& to, kit::waiter wait) {
    return std::make_unique<direct>(to, std::move(wait));
}

std::unique_ptr<transport> transport_to(const server_address& to) {
    if (auto socket = host_that_has(to)) return host_transport(to, std::move(*socket));
    return direct_transport(to);
}

} // namespace releve::wes
