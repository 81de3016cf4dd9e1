// SPDX-License-Identifier: Apache-2.0
#include "components/http.hpp"

#include "client/reply.hpp"

#include <algorithm>

namespace releve::wes {
namespace {

using namespace releve::literals;

std::vector<std::string> names_of(const wes_connection& of) {
    std::vector<std::string> names;
    for (const auto& one : of.servers()) names.push_back(one.name);
    return names;
}

/// The host's own option, as it stands in the section.
duration interval_of(const context& host) {
    const auto* section = host.host()->options(host.c());
    for (std::uint32_t i = 0; i < section->count; ++i)
        if (view(section->items[i]->key) == "interval") return duration{section->items[i]->integer};
    return 30s;
}

clamp_unit clamp_unit_named(std::string_view name) {
    if (name == "Wh") return clamp_unit::watt_hour;
    if (name == "kWh") return clamp_unit::kilowatt_hour;
    return clamp_unit::by_decimal_point;
}

} // namespace

void wes_http::describe(option_list& o) {
    o.connection("connection", "wes", "The servers to read").required().example("\"dwellings\"");
    o.interval(30s).at_least(1s);
    channel_plan::describe(o);
    o.choice("clamp_unit", {"auto", "Wh", "kWh"},
             "Unit in which the firmware prints the energy of clamps; auto: kWh with a decimal point, else Wh")
        .fallback("auto")
        .advanced();
}

wes_http::wes_http(context& host)
    : host_{host}
    , servers_{host.connection<wes_connection>("connection")}
    , plan_{host, names_of(servers_)}
    , longest_collect_{std::max<duration>(interval_of(host) * 4 / 5, 500ms)}
    , under_way_(servers_.servers().size(), false) {
    const auto clamps = clamp_unit_named(host.options().choice("clamp_unit"));
    for (const auto& one : servers_.servers())
        stations_.push_back(std::make_unique<station>(host, one.name, plan_, clamps));
}

wes_http::~wes_http() { give_up(); }

void wes_http::probe() {
    http_loop loop;
    std::string failures;
    for (const auto& one : servers_.servers()) {
        auto request = one.request;
        request.connect_only = true;
        if (loop.under_way() == http_loop::most_at_once)
            loop.run([&](auto on, auto limit) { return wait(on, limit); }, [&] { return loop.under_way() < 256; });
        loop.start(request, [&](http_reply&& got) {
            if (!got.failure.empty()) failures += (failures.empty() ? "" : "; ") + one.name + " " + got.failure;
        });
    }
    loop.run([&](auto on, auto limit) { return wait(on, limit); }, [] { return false; });
    if (!failures.empty()) throw transient_error(failures);
}

void wes_http::start() {
    loop_ = std::make_unique<http_loop>();
    for (const auto& one : stations_) one->remember();
}

void wes_http::stop() { give_up(); }

void wes_http::give_up() {
    if (loop_) loop_->abandon();
    for (std::size_t i = 0; i < under_way_.size(); ++i) {
        if (under_way_[i]) servers_.end(i);
        under_way_[i] = false;
    }
    waiting_.clear();
}

void wes_http::collect(output& out) {
    out_ = &out;
    const auto until = host_.steady() + longest_collect_;
    waiting_.clear();
    for (std::size_t i = 0; i < stations_.size(); ++i)
        if (!under_way_[i]) waiting_.push_back(i);
    const auto late = [&] { return host_.stopping() || host_.steady() >= until; };
    while (!late()) {
        begin_waiting();
        loop_->run(
            [&](auto on, auto limit) {
                return wait(on, std::min(limit, std::max<duration>(until - host_.steady(), 1ms)));
            },
            [&] {
                begin_waiting();
                return late();
            });
        if (waiting_.empty()) break;
        if (host_.wait(50ms) == wake::stopped) break; // another node is at the servers that are left
    }
    out_ = nullptr;
}

void wes_http::begin_waiting() {
    for (auto left = waiting_.size(); left > 0 && loop_->under_way() < http_loop::most_at_once; --left) {
        const auto server = waiting_.front();
        waiting_.pop_front();
        if (servers_.begin(server))
            begin(server);
        else
            waiting_.push_back(server);
    }
}

void wes_http::begin(std::size_t server) {
    under_way_[server] = true;
    loop_->start(servers_.servers()[server].request, [this, server](http_reply&& got) {
        under_way_[server] = false;
        servers_.end(server);
        take(server, got);
    });
}

void wes_http::take(std::size_t server, const http_reply& reply) {
    auto& at = *stations_[server];
    try {
        at.take(document_in(reply), reply.took, *out_);
    } catch (const bad_document& why) {
        at.lost(why.what(), *out_);
    }
}

bool wes_http::wait(std::span<http_wait> on, duration limit) {
    fds_.clear();
    for (const auto& one : on) fds_.push_back({one.fd, one.events, 0});
    const auto woke = host_.wait(fds_, limit);
    for (std::size_t i = 0; i < on.size(); ++i) on[i].revents = fds_[i].revents;
    return woke != wake::stopped;
}

} // namespace releve::wes
