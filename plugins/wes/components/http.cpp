// SPDX-License-Identifier: Apache-2.0
#include "components/http.hpp"

#include "client/reply.hpp"

#include <algorithm>
#include <functional>

namespace releve::wes {
namespace {

using namespace releve::literals;

std::vector<std::string> names_of(const wes_connection& of) {
    std::vector<std::string> names;
    for (const auto& one : of.servers()) names.push_back(one.name);
    return names;
}

/// Less than the interval, so that the next collect is in time. A node that is polled at times of day has none.
duration max_collect_of(const context& host) {
    const auto interval = host.interval() > duration::zero() ? host.interval() : duration{30s};
    return std::max<duration>(interval * 4 / 5, 500ms);
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
    : wait_{host}
    , servers_{host.connection<wes_connection>("connection")}
    , plan_{host, names_of(servers_)}
    , max_collect_{max_collect_of(host)}
    , under_way_(servers_.servers().size(), false) {
    const auto clamps = clamp_unit_named(host.options().choice("clamp_unit"));
    for (const auto& one : servers_.servers())
        series_.push_back(std::make_unique<server_series>(host, one.name, plan_, clamps));
}

wes_http::~wes_http() { give_up(); }

void wes_http::probe() {
    http_loop loop;
    std::string failures;
    const auto& all = servers_.servers();
    auto next = all.begin();
    const std::function<void()> begin_next = [&] {
        if (next == all.end()) return;
        const auto& one = *next++;
        auto request = one.request;
        request.connect_only = true;
        loop.start(request, [&](http_reply&& got) {
            if (!got.failure.empty()) failures += (failures.empty() ? "" : "; ") + one.name + " " + got.failure;
            begin_next();
        });
    };
    while (next != all.end() && loop.under_way() < http_loop::max_at_once) begin_next();
    loop.run(wait_);
    if (!failures.empty()) throw transient_error(failures);
}

void wes_http::start() {
    loop_ = std::make_unique<http_loop>();
    granted_ = std::make_shared<kit::bell>();
    for (const auto& one : series_) one->restore();
}

void wes_http::stop() { give_up(); }

void wes_http::give_up() {
    if (loop_) loop_->abandon();
    for (std::size_t i = 0; i < under_way_.size(); ++i) {
        if (under_way_[i]) servers_.turn(i).release();
        under_way_[i] = false;
    }
}

void wes_http::collect(output& out) {
    out_ = &out;
    const auto until = wait_.steady() + max_collect_;
    for (std::size_t i = 0; i < series_.size(); ++i)
        if (!under_way_[i]) queued_.push_back(i);
    try {
        for (;;) {
            granted_->silence();
            begin_requests();
            const auto now = wait_.steady();
            if (now >= until) break;
            if (loop_->under_way() > 0)
                loop_->run(wait_, until, granted_->fd());
            else if (!in_line_.empty())
                wait_.ready(granted_->fd(), RELEVE_READABLE, until - now);
            else
                break;
        }
    } catch (const stopped&) {
        // The values that came before are still emitted.
    }
    queued_.clear();
    in_line_.clear();
    out_ = nullptr;
}

void wes_http::begin_requests() {
    const auto has_room = [&] { return loop_->under_way() < http_loop::max_at_once; };
    for (auto one = in_line_.begin(); one != in_line_.end() && has_room();) {
        if (!one->second.granted()) {
            ++one;
            continue;
        }
        one->second.detach();
        begin(one->first);
        one = in_line_.erase(one);
    }
    while (!queued_.empty() && has_room()) {
        const auto server = queued_.front();
        queued_.pop_front();
        if (servers_.turn(server).try_take())
            begin(server);
        else
            in_line_.try_emplace(server, servers_.turn(server), granted_);
    }
}

void wes_http::begin(std::size_t server) {
    under_way_[server] = true;
    loop_->start(servers_.servers()[server].request, [this, server](http_reply&& got) {
        under_way_[server] = false;
        servers_.turn(server).release();
        take(server, got);
        begin_requests();
    });
}

void wes_http::take(std::size_t server, const http_reply& reply) {
    auto& at = *series_[server];
    try {
        at.take(document_in(reply), reply.took, *out_);
    } catch (const bad_document& why) {
        at.lost(why.what(), *out_);
    }
}

} // namespace releve::wes
