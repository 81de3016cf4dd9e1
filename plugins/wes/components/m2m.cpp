// SPDX-License-Identifier: Apache-2.0
#include "components/m2m.hpp"

#include <algorithm>
#include <set>

namespace releve::wes {
namespace {

using namespace releve::literals;
constexpr duration first_back_off = 1s, longest_back_off = 1min;
constexpr duration server_is_busy = 50ms; // another node is at it
constexpr duration never = duration::max();
/// Commands under way at once, of all servers: a wait takes 1,024 descriptors.
constexpr std::size_t most_at_once = 512;

kind kind_named(std::string_view name) {
    if (name == "counter") return kind::counter;
    return name == "text" ? kind::text : kind::gauge;
}

/// A series has one maker: where wes_http reads the same channel of the server, these are others.
std::vector<label> labels_of(const std::string& server) { return {{"device", server}, {"interface", "m2m"}}; }

} // namespace

void wes_m2m::describe(option_list& o) {
    o.connection("connection", "wes", "The servers to ask").required().example("\"dwellings\"");
    o.duration("every", "Time between two readings of a tag that says nothing else").fallback(10s).at_least(500ms);
    o.tables("tags", "What to ask for",
             [](option_list& tag) {
                 tag.text("tag", "Tag of the value, without the 'g'").required().example("\"T100\"");
                 tag.duration("every", "Time between two readings").at_least(500ms);
                 tag.text("server", "Only of this server");
                 tag.text("name", "What the label `channel` says instead");
                 tag.text("series", "Name of the series, of a tag whose meaning is not known here");
                 tag.text("unit", "UCUM unit of such a series").fallback("1");
                 tag.choice("kind", {"gauge", "counter", "text"}, "Kind of such a series").fallback("gauge");
             })
        .required()
        .at_least(1)
        .at_most(500)
        .example("[{ tag = \"T100\", every = \"2s\" }]");
}

wes_m2m::wes_m2m(context& host)
    : host_{host}
    , servers_{host.connection<wes_connection>("connection")}
    , every_{host.options().duration("every")}
    , unread_{host.counter_metric("wes_unread_replies_total", "Replies over M2M that are no value of their tag")} {
    for (const auto& one : servers_.servers()) {
        auto& at = *stations_.emplace_back(std::make_unique<station>(one.m2m));
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
    const auto server = given.text("server");
    bool any = false;
    for (const auto& one : stations_) {
        if (!server.empty() && server != one->name) continue;
        any = true;
        const auto same = [&](const wanted& has) { return has.command == "g" + tag; };
        if (std::any_of(one->tags.begin(), one->tags.end(), same))
            return host_.refuse(at + "tag", tag + " is asked for twice of server '" + one->name + "'");
        declare(*one, given);
    }
    if (!any) host_.refuse(at + "server", "the connection has no server '" + std::string{server} + "'");
}

void wes_m2m::declare(station& at, const option_values& given) {
    const auto tag = std::string{given.text("tag")};
    const auto every = given.given("every") ? given.duration("every") : every_;
    series_description as{.is = kind_named(given.choice("kind")),
                          .name = std::string{given.text("series")},
                          .unit = std::string{given.text("unit")},
                          .help = "Value of the M2M tag " + tag,
                          .labels = labels_of(at.name)};
    auto channel = tag;
    bool state = false;
    if (const auto known = m2m_tag_named(tag); as.name.empty() && known) {
        const auto& row = *known->row;
        channel = channel_name(row.of, known->channel);
        state = row.of == channel_kind::relay;
        as.is = row.is;
        as.name = row.series;
        as.quantity = state ? "state" : "";
        as.unit = row.unit;
        as.help = row.help;
        as.resolution = row.resolution;
        as.modulus = row.modulus;
        as.max_rate = row.max_rate;
        if (!row.label.empty()) as.labels.push_back({std::string{row.label}, std::string{row.label_value}});
    }
    if (as.is == kind::text) as.unit.clear();
    const auto name = given.text("name");
    as.labels.push_back({"channel", name.empty() ? channel : std::string{name}});
    at.tags.push_back({.command = "g" + tag, .every = every, .is = as.is, .state = state, .to = host_.declare(as)});
}

void wes_m2m::probe() {
    std::string failures;
    for (const auto& one : stations_) {
        one->link.ask("gI000", host_.steady());
        auto came = one->link.go_on(host_.steady());
        while (came == m2m_link::outcome::under_way) {
            const auto left = std::max<duration>(one->link.deadline() - host_.steady(), 1ms);
            if (host_.wait(one->link.fd(), one->link.events(), left) == wake::stopped) return;
            came = one->link.go_on(host_.steady());
        }
        if (came == m2m_link::outcome::failed)
            failures += (failures.empty() ? "" : "; ") + one->name + " " + one->link.failure();
        one->link.close();
    }
    if (!failures.empty()) throw transient_error(failures);
}

void wes_m2m::run(output& out) {
    const auto begun = host_.steady();
    for (const auto& one : stations_)
        for (auto& tag : one->tags) tag.due = begun;
    std::vector<releve_wait> fds;
    for (std::size_t turn = 0;; ++turn) {
        fds.clear();
        held_up_ = false;
        auto next = host_.steady() + 1h;
        for (std::size_t i = 0; i < stations_.size(); ++i) {
            const auto number = (i + turn) % stations_.size(); // each is the first in its turn
            auto& at = *stations_[number];
            next = std::min(next, step(at, number, out));
            if (at.link.asking() && at.link.fd() >= 0) fds.push_back({at.link.fd(), at.link.events(), 0});
        }
        auto left = std::max<duration>(next - host_.steady(), duration::zero());
        if (held_up_ && under_way_ < most_at_once) left = duration::zero();
        if (host_.wait(fds, left) == wake::stopped) return;
    }
}

/// Does what can be done at a server now; when there will be more, if its descriptor does not say so before.
duration wes_m2m::step(station& at, std::size_t number, output& out) {
    for (;;) {
        const auto now = host_.steady();
        if (!at.link.asking()) {
            const auto first = std::min_element(at.tags.begin(), at.tags.end(),
                                                [](const wanted& a, const wanted& b) { return a.due < b.due; });
            if (first == at.tags.end()) return never;
            if (const auto when = std::max(first->due, at.not_before); when > now) return when;
            if (under_way_ == most_at_once) {
                held_up_ = true; // until another one has its answer
                return never;
            }
            if (!servers_.begin(number)) return now + server_is_busy;
            ++under_way_;
            at.held = true;
            at.asked = static_cast<std::size_t>(first - at.tags.begin());
            at.link.ask(first->command, now);
        }
        const auto came = at.link.go_on(now);
        if (came == m2m_link::outcome::under_way) {
            if (at.link.fd() < 0 || at.link.deadline() > now) return at.link.deadline();
            continue; // a step that needs no waiting
        }
        servers_.end(number);
        --under_way_;
        at.held = false;
        if (came == m2m_link::outcome::answered)
            take(at, out);
        else
            lost(at, out);
        if (held_up_) return now; // another one waits for that
    }
}

void wes_m2m::take(station& at, output& out) {
    auto& tag = at.tags[at.asked];
    const auto now = host_.steady();
    tag.due = std::max(tag.due + tag.every, now);
    if (at.back_off != duration::zero() || tag.due == now) tag.due = now + tag.every;
    at.back_off = duration::zero();
    host_.back(at.name);
    out.add(at.up, 1.0);
    const auto& value = at.link.value();
    if (tag.is == kind::text) {
        if (!value.empty()) out.add(tag.to, value);
        return;
    }
    const auto number = m2m_number(value);
    if (!number || (tag.state && *number != 0 && *number != 1)) {
        unread_.add(1);
        host_.log(level::warning, "unread_reply",
                  at.name + " answers " + tag.command + " with \"" + value + "\", which is no value of it");
        return;
    }
    out.add(tag.to, *number);
}

void wes_m2m::lost(station& at, output& out) {
    host_.lost(at.name, at.link.failure());
    out.add(at.up, 0.0);
    at.back_off = std::clamp(at.back_off * 2, first_back_off, longest_back_off);
    at.not_before = host_.steady() + at.back_off;
}

void wes_m2m::stop() {
    for (std::size_t i = 0; i < stations_.size(); ++i) {
        stations_[i]->link.close();
        if (stations_[i]->held) servers_.end(i);
        stations_[i]->held = false;
    }
    under_way_ = 0;
}

} // namespace releve::wes
