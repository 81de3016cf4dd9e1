// SPDX-License-Identifier: Apache-2.0
#include "wes_server.hpp"

#include "http_loop.hpp"
#include "wes_reply.hpp"

#include <algorithm>
#include <poll.h>
#include <vector>

namespace releve::wes {
namespace {

class http final : public transport {
public:
    explicit http(const server_address& to) {
        request_.host = to.host;
        request_.port = to.port;
        request_.user = to.user;
        request_.password = to.password;
    }
    std::string fetch(std::string_view path) override {
        request_.path = path;
        http_reply got;
        loop_.start(request_, [&got](http_reply&& reply) { got = std::move(reply); });
        loop_.run(&wait, [] { return false; });
        if (!got.failure.empty()) throw unreachable(request_.host + " " + got.failure);
        if (got.status == 401) throw unreachable(request_.host + " asks for other credentials (HTTP 401)");
        if (got.status != 200) throw unreachable(request_.host + " answers HTTP " + std::to_string(got.status));
        return std::move(got.body);
    }

private:
    static bool wait(std::span<http_wait> on, releve::duration limit) {
        std::vector<pollfd> fds;
        for (const auto& one : on) fds.push_back({one.fd, one.events, 0});
        poll(fds.data(), fds.size(), static_cast<int>(std::chrono::ceil<std::chrono::milliseconds>(limit).count()));
        for (std::size_t i = 0; i < fds.size(); ++i) on[i].revents = fds[i].revents;
        return true;
    }

    http_request request_;
    http_loop loop_;
};

} // namespace

std::unique_ptr<transport> http_transport(const server_address& to) { return std::make_unique<http>(to); }

std::optional<double> channel::value(std::string_view series, std::string_view label_value) const {
    for (const auto& one : values_of(*page_, clamps_)) {
        const bool labelled = label_value.empty() || one.row->label_value == label_value;
        if (one.row->of == kind_ && one.channel == number_ && one.row->series == series && labelled) return one.number;
    }
    return std::nullopt;
}

std::optional<std::string> channel::words(std::string_view series) const {
    for (const auto& one : values_of(*page_, clamps_)) {
        if (one.row->of == kind_ && one.channel == number_ && one.row->series == series) return std::string{one.text};
    }
    return std::nullopt;
}

double clamp_view::voltage() const {
    return channel{page(), channel_kind::mains, 1, clamps()}.value("voltage").value_or(0);
}

double meter_view::energy_wh(std::string_view register_name) const {
    if (register_name == "BASE") return value_or_zero("active_energy_drawn");
    return value("active_energy_drawn_tariff", register_name).value_or(0);
}

server::server(const server_address& at)
    : server{http_transport(at)} {}
server::server(std::unique_ptr<transport> over)
    : over_{std::move(over)} {}

void server::refresh() { page_ = document::parse(over_->fetch("/data.cgx")); }

const document& server::page() {
    if (!page_) refresh();
    return *page_;
}

void server::set_relay(int number, bool on, control_pages pages) { set("relay" + std::to_string(number), on, pages); }
void server::set_virtual_switch(int number, bool on, control_pages pages) {
    set("switch" + std::to_string(number), on, pages);
}

void server::set(const std::string& channel, bool on, control_pages pages) {
    if (!is_channel(channel)) throw not_set("a WES has no " + channel);
    const auto target = target_of(channel, on, pages);
    over_->fetch(target.path + "?" + target.query);
    refresh();
    if (!is_set(*page_, target)) throw not_set(channel + " was set, and the page does not show it");
}

std::string server::firmware() {
    return channel{page(), channel_kind::server, 1, clamps_}.words("firmware").value_or("");
}

} // namespace releve::wes
