// SPDX-License-Identifier: Apache-2.0
#include "components/m2m.hpp"

#include <algorithm>
#include <set>

namespace releve::wes {
namespace {

using namespace releve::literals;
constexpr duration min_back_off = 1s, max_back_off = 1min;
constexpr duration max_wait = 1h;
/// Commands under way at once, of all servers: a wait takes 1,024 descriptors.
constexpr std::size_t max_at_once = 512;

kind kind_named(std::string_view name) {
    if (name == "counter") return kind::counter;
    return name == "text" ? kind::text : kind::gauge;
}

/// wes_http may read the same channel of the server, and a series has one maker: these have a label more.
std::vector<label> labels_of(const std::string& server) { return {{"device", server}, {"interface", "m2m"}}; }

} // namespace

void wes_m2m::describe(option_list& o) {
    o.connection("connection", "wes", "The servers to ask").required().example("\"dwellings\"");
    o.duration("every", "Time between two readings of a tag without its own `every`").fallback(10s).at_least(500ms);
    o.tables("tags", "The values to ask for",
             [](option_list& tag) {
                 tag.text("tag", "Tag of the value, without the 'g'").required().example("\"T100\"");
                 tag.duration("every", "Time between two readings").at_least(500ms);
                 tag.text("server", "Only of this server");
                 tag.text("name", "Value of the label `channel` instead");
                 tag.text("series", "Name of the series, for a tag that the plugin does not know");
                 tag.text("unit", "UCUM unit of that series").fallback("1");
                 tag.choice("kind", {"gauge", "counter", "text"}, "Kind of that series").fallback("gauge");
             })
        .required()
        .at_least(1)
        .at_most(500)
        .example("[{ tag = \"T100\", every = \"2s\" }]");
}

wes_m2m::wes_m2m(context& host)
    : host_{host}
    , connection_{host.connection<wes_connection>("connection")}
    , every_{host.options().duration("every")}
    , unread_{host.counter_metric("wes_unread_replies_total", "Replies over M2M that are not a value of their tag")} {
    for (const auto& one : connection_.servers()) {
        auto& at = *servers_.emplace_back(std::make_unique<server>(one.m2m));
        at.name = one.name;
        at.up = host.declare({.name = "up",
                              .quantity = "state",
                              .unit = "1",
                              .help = "1 while the server answers on its M2M port",
                              .labels = labels_of(one.name),
                              .resolution = 1});
    }
    std::size_t number = 0;
    for (const auto& given : host.options().tables("tags")) add_tag(given, "tags[" + std::to_string(number++) + "].");
}

void wes_m2m::add_tag(const option_values& given, const std::string& at) {
    const auto tag = std::string{given.text("tag")};
    const bool own = !given.text("series").empty();
    if (!is_m2m_tag(tag)) return host_.refuse(at + "tag", "a tag is a letter and three to five digits, as in T100");
    if (!own && !m2m_tag_named(tag))
        return host_.refuse(at + "tag", "it is not known what " + tag + " means: name its `series`, `unit` and `kind`");
    const auto name = given.text("server");
    bool any = false;
    for (const auto& one : servers_) {
        if (!name.empty() && name != one->name) continue;
        any = true;
        const auto same = [&](const read_request& has) { return has.command == "g" + tag; };
        if (std::any_of(one->requests.begin(), one->requests.end(), same))
            return host_.refuse(at + "tag", tag + " is asked for twice of server '" + one->name + "'");
        declare(*one, given);
    }
    if (!any) host_.refuse(at + "server", "the connection has no server '" + std::string{name} + "'");
}

void wes_m2m::declare(server& at, const option_values& given) {
    const auto tag = std::string{given.text("tag")};
    const auto every = given.given("every") ? given.duration("every") : every_;
    series_description as{.is = kind_named(given.choice("kind")),
                          .name = std::string{given.text("series")},
                          .unit = std::string{given.text("unit")},
                          .help = "Value of the M2M tag " + tag,
                          .labels = labels_of(at.name)};
    auto channel = tag;
    bool is_state = false;
    if (const auto known = m2m_tag_named(tag); as.name.empty() && known) {
        const auto& row = *known->row;
        channel = channel_name(row.of, known->channel);
        is_state = row.of == channel_kind::relay;
        as.is = row.is;
        as.name = row.series;
        as.quantity = is_state ? "state" : "";
        as.unit = row.unit;
        as.help = row.help;
        as.resolution = row.resolution;
        as.modulus = row.modulus;
        as.max_rate = row.max_rate;
        if (!row.label.empty()) as.labels.push_back({std::string{row.label}, std::string{row.label_value}});
    }
    if (as.is == kind::text) as.unit.clear();
    const auto known = given.text("series").empty() ? m2m_tag_named(tag) : std::nullopt;
    const auto name = given.text("name");
    as.labels.push_back({"channel", name.empty() ? channel : std::string{name}});
    at.requests.push_back({.command = "g" + tag,
                           .every = every,
                           .is = as.is,
                           .is_state = is_state,
                           .known = known ? known->row : nullptr,
                           .to = host_.declare(as)});
}

void wes_m2m::probe() {
    const kit::waiter wait{host_};
    std::string failures;
    for (const auto& one : servers_) {
        auto& link = one->link;
        link.ask("gI000", wait.steady());
        auto came = link.go_on(wait.steady());
        for (; came == m2m_link::outcome::under_way; came = link.go_on(wait.steady()))
            wait.ready(link.fd(), link.events(), link.deadline() - wait.steady());
        if (came == m2m_link::outcome::failed)
            failures += (failures.empty() ? "" : "; ") + one->name + " " + link.failure();
        link.close();
    }
    if (!failures.empty()) throw transient_error(failures);
}

void wes_m2m::run(output& out) {
    granted_ = std::make_shared<kit::bell>();
    const auto begun = host_.steady();
    for (const auto& one : servers_)
        for (auto& request : one->requests) request.due = begun;
    std::vector<releve_wait> fds;
    for (std::size_t round = 0;; ++round) {
        fds.clear();
        granted_->silence();
        has_more_ = false;
        bool in_line = false;
        auto next = host_.steady() + max_wait;
        for (std::size_t i = 0; i < servers_.size(); ++i) {
            const auto number = (i + round) % servers_.size(); // in each round another one is the first
            auto& at = *servers_[number];
            next = std::min(next, step(at, number, out));
            if (at.under_way) fds.push_back({at.link.fd(), at.link.events(), 0});
            in_line = in_line || at.in_line.has_value();
        }
        if (in_line) fds.push_back({granted_->fd(), RELEVE_READABLE, 0});
        auto left = std::max<duration>(next - host_.steady(), duration::zero());
        if (has_more_ && under_way_ < max_at_once) left = duration::zero();
        if (host_.wait(fds, left) == wake::stopped) return;
    }
}

bool wes_m2m::has_turn(server& at, std::size_t number) {
    auto& turn = connection_.turn(number);
    if (!at.in_line) {
        if (turn.try_take()) return true;
        at.in_line.emplace(turn, granted_);
    }
    if (!at.in_line->granted()) return false;
    at.in_line->detach();
    at.in_line.reset();
    return true;
}

/// Does what can be done now at a server. Returns when there will be more to do, unless its descriptor is ready before.
duration wes_m2m::step(server& at, std::size_t number, output& out) {
    for (;;) {
        const auto now = host_.steady();
        if (!at.under_way) {
            const auto first =
                std::min_element(at.requests.begin(), at.requests.end(),
                                 [](const read_request& a, const read_request& b) { return a.due < b.due; });
            if (first == at.requests.end()) return duration::max();
            if (const auto when = std::max(first->due, at.not_before); when > now) return when;
            if (under_way_ == max_at_once) {
                has_more_ = true; // until another server has replied
                return duration::max();
            }
            if (!has_turn(at, number)) return duration::max();
            ++under_way_;
            at.under_way = true;
            at.asked = static_cast<std::size_t>(first - at.requests.begin());
            at.link.ask(first->command, now);
        }
        const auto came = at.link.go_on(now);
        if (came == m2m_link::outcome::under_way) return at.link.deadline();
        connection_.turn(number).release();
        --under_way_;
        at.under_way = false;
        if (came == m2m_link::outcome::answered)
            take(at, out);
        else
            lost(at, out);
        if (has_more_) return now; // another server waits for that
    }
}

void wes_m2m::take(server& at, output& out) {
    auto& request = at.requests[at.asked];
    const auto now = host_.steady();
    request.due = std::max(request.due + request.every, now);
    if (at.back_off != duration::zero() || request.due == now) request.due = now + request.every;
    at.back_off = duration::zero();
    host_.back(at.name);
    out.add(at.up, 1.0);
    const auto& value = at.link.value();
    if (request.is == kind::text) {
        if (!value.empty()) out.add(request.to, value);
        return;
    }
    const auto number = m2m_number(value);
    const bool is_state = number && (*number == 0 || *number == 1);
    if (!number || (request.is_state && !is_state) ||
        (request.known != nullptr && !is_value_of(*request.known, value))) {
        unread_.add(1);
        return tell(at, request, "answers " + request.command + " with \"" + value + "\", which is not a value of it");
    }
    // So reads a counter that does not answer, in 32 bits.
    const bool all_ones = request.is == kind::counter && value.starts_with("4294967295");
    tell(at, request, all_ones ? "answers " + request.command + " with all ones: the value is suspect" : "");
    out.add(request.to, *number, all_ones ? quality::suspect : quality::good);
}

/// Once, and once when it is over (`why` empty).
void wes_m2m::tell(const server& at, read_request& of, const std::string& why) {
    if (of.is_odd == !why.empty()) return;
    of.is_odd = !why.empty();
    if (of.is_odd)
        host_.log(level::warning, "unread_reply", at.name + " " + why);
    else
        host_.log(level::info, "reply_read", at.name + " answers " + of.command + " with a value again");
}

void wes_m2m::lost(server& at, output& out) {
    host_.lost(at.name, at.link.failure());
    out.add(at.up, 0.0);
    at.back_off = std::clamp(at.back_off * 2, min_back_off, max_back_off);
    at.not_before = host_.steady() + at.back_off;
}

void wes_m2m::stop() {
    for (std::size_t i = 0; i < servers_.size(); ++i) {
        auto& at = *servers_[i];
        at.link.close();
        at.in_line.reset();
        if (at.under_way) connection_.turn(i).release();
        at.under_way = false;
    }
    under_way_ = 0;
}

} // namespace releve::wes
