// SPDX-License-Identifier: Apache-2.0
#include "components/control.hpp"

#include "client/reply.hpp"
#include "page/request_pattern.hpp"

#include <releve/failure.hpp>
#include <releve/kit/time/site_time.hpp>

#include <algorithm>
#include <cmath>

namespace releve::wes {
namespace {

using namespace releve::literals;

/// So often a setting is sent to a server that accepts it and does not show it.
constexpr std::uint32_t max_attempts = 3;

} // namespace

void wes_control::describe(option_list& o) {
    o.connection("connection", "wes", "The servers").required().example("\"dwellings\"");
    o.tables(
         "settings", "What each series of kind setting sets",
         [](option_list& one) {
             one.text("setting", "Name of the series").required().example("\"heating\"");
             one.text("server", "The server; not given: the series' label `device`");
             one.text("channel", "`relay1`, `relay101`, `switch3` or `alarm`; not given: the series' label `channel`");
             one.text("request", "A request, with {value}, and {now:FORMAT}, the time as strftime(3) writes it")
                 .example("\"/TARIF.CGI?hp={value}\"");
             one.choice("method", {"GET", "POST"}, "How the request is sent; with POST, what follows its ? is the body")
                 .fallback("GET");
             one.text("read_back", "Where the page shows the value of a request, as section/element")
                 .example("\"variables/VARIABLE1\"");
             one.boolean("repeat", "Whether a request whose answer was lost may be sent again").fallback(true);
         })
        .required()
        .at_least(1)
        .example("[{ setting = \"heating\", channel = \"relay1\" }]");
    o.choice(
         "pages", {"by_firmware", "ajax", "by_kind"},
         "ajax: /AJAX.cgx, of firmwares from about V0.8; by_kind: /RL.cgi and /VS.cgi; by_firmware: one or the other")
        .fallback("by_firmware");
    o.duration("valid", "A setting that is older is rejected").fallback(1h).at_least(1s);
}

wes_control::wes_control(context& host)
    : host_{host}
    , wait_{host}
    , servers_{host.connection<wes_connection>("connection")}
    , valid_{host.options().duration("valid")} {
    if (const auto pages = host.options().choice("pages"); pages != "by_firmware")
        pages_ = pages == "ajax" ? control_pages::ajax : control_pages::by_kind;
    for (const auto& given : host.options().tables("settings")) {
        const auto at = "settings[" + std::to_string(rules_.size()) + "].";
        auto& one = rules_.emplace_back();
        one.setting = given.text("setting");
        const auto optional = [&](const char* key) {
            return given.given(key) ? std::string{given.text(key)} : std::string{};
        };
        one.server = optional("server");
        one.channel = optional("channel");
        one.request = optional("request");
        one.read_back = optional("read_back");
        one.post = given.choice("method") == "POST";
        one.repeat = given.boolean("repeat");
        if (!one.server.empty() && !server_named(one.server))
            host.refuse(at + "server", "the connection has no server '" + one.server + "'");
        if (!one.channel.empty() && !is_channel(one.channel))
            host.refuse(at + "channel",
                        "there are relay1, relay2, relay101 to relay908, switch1 to switch24 and alarm");
        if (!one.channel.empty() && !one.request.empty())
            host.refuse(at + "request", "a channel already has a request: give one of the two");
        if (one.request.empty() && (!one.read_back.empty() || one.post))
            host.refuse(at + (one.post ? "method" : "read_back"), "it has a meaning only with 'request'");
        if (!one.request.empty())
            if (const auto why = problem_of_request(one.request); !why.empty()) host.refuse(at + "request", why);
        if (!one.read_back.empty() && std::count(one.read_back.begin(), one.read_back.end(), '/') != 1)
            host.refuse(at + "read_back", "write section/element, as in data.cgx");
    }
}

std::optional<std::size_t> wes_control::server_named(std::string_view name) const {
    const auto& all = servers_.servers();
    const auto found = std::find_if(all.begin(), all.end(), [&](const auto& one) { return one.name == name; });
    if (found == all.end()) return {};
    return static_cast<std::size_t>(found - all.begin());
}

/// An entry does not apply to a series whose label names another server or another channel. A label that names none
/// (the device that a setting comes from) does not matter.
const wes_control::rule* wes_control::rule_for(series_view as) const {
    const auto device = as.label("device"), channel = as.label("channel");
    const auto found = std::find_if(rules_.begin(), rules_.end(), [&](const auto& one) {
        const bool same_server = one.server.empty() || device == one.server || !server_named(device);
        const bool same_channel = one.channel.empty() || channel == one.channel || !is_channel(channel);
        return one.setting == as.name() && same_server && same_channel;
    });
    return found == rules_.end() ? nullptr : &*found;
}

/// Nothing: the record was answered.
std::optional<wes_control::job> wes_control::job_of(const delivery& in, std::size_t index) {
    const auto value = in[index];
    const auto as = host_.declared(value.series());
    const auto reject = [&](const std::string& why) {
        in.reject(index, why);
        return std::nullopt;
    };
    if (!as) return reject("its series is unknown to the host");
    if (as.is() != kind::setting) return in.written(index), std::nullopt; // another record
    const auto* by = rule_for(as);
    if (by == nullptr) return reject("no entry of 'settings' is for it");
    const auto name = by->server.empty() ? as.label("device") : std::string_view{by->server};
    const auto server = server_named(name);
    if (!server) return reject("the connection has no server '" + std::string{name} + "'");
    if (host_.now() - value.time() > valid_) return reject("it is older than 'valid' allows");
    job made{&in, index, *server, by, {}, by->setting};
    if (!by->request.empty()) {
        if (!value.is_text() && !std::isfinite(value.number())) return reject("it has no value");
        return made;
    }
    const auto channel = by->channel.empty() ? as.label("channel") : std::string_view{by->channel};
    auto target = target_of(channel, value, pages_.value_or(control_pages::ajax));
    if (!is_channel(channel)) return reject("there is no channel '" + std::string{channel} + "' to set");
    if (!target) return reject("a channel is set to 1 or 0, \"on\" or \"off\"");
    made.target = std::move(*target);
    made.label = channel;
    return made;
}

/// Of an entry with a request, with the present time.
control_target wes_control::requested_target(const job& one) const {
    const auto now = kit::site_time{host_.timezone()}.local(host_.now()).at;
    auto made = target_of_request(one.by->request, (*one.in)[one.index], now);
    made.post = one.by->post;
    if (const auto slash = one.by->read_back.find('/'); slash != std::string::npos) {
        made.section = one.by->read_back.substr(0, slash);
        made.element = one.by->read_back.substr(slash + 1);
    }
    return made;
}

http_reply wes_control::fetch(const job& one, const control_target* what) {
    auto request = servers_.servers()[one.server].request;
    if (what != nullptr) {
        request.path = what->path;
        if (what->post)
            request.post = what->query;
        else if (!what->query.empty())
            request.path += "?" + what->query;
    }
    return wes::fetch(request, wait_);
}

/// Throws transient_error when the page can't be read.
bool wes_control::shows(const job& one) {
    try {
        return is_set(document_in(fetch(one, nullptr)), one.target);
    } catch (const bad_document& why) {
        throw transient_error(servers_.servers()[one.server].name + " " + why.what());
    }
}

/// Throws transient_error when the page can't be read.
control_pages wes_control::pages_of(const job& one) {
    if (pages_) return *pages_;
    if (const auto known = found_pages_.find(one.server); known != found_pages_.end()) return known->second;
    try {
        const auto page = document_in(fetch(one, nullptr));
        const auto pages = pages_of_firmware(page.text("info", "firmware").value_or(""));
        return found_pages_.emplace(one.server, pages).first->second;
    } catch (const bad_document& why) {
        throw transient_error(servers_.servers()[one.server].name + " " + why.what());
    }
}

void wes_control::emit_outcome(const job& one, const std::string& text) {
    const auto& server = servers_.servers()[one.server].name;
    const auto key = server + "\n" + one.label;
    auto known = outcomes_.find(key);
    if (known == outcomes_.end())
        known = outcomes_
                    .emplace(key, host_.event("setting_outcome", "Outcome of a setting",
                                              {{"device", server}, {"channel", one.label}}))
                    .first;
    output out{host_};
    out.add(known->second, text);
    out.flush();
}

void wes_control::apply(job& one) {
    const auto& name = servers_.servers()[one.server].name;
    const auto refuse = [&](const std::string& why) {
        one.in->reject(one.index, why);
        emit_outcome(one, "refused " + why);
    };
    const auto done = [&](const char* outcome) {
        one.in->written(one.index);
        emit_outcome(one, std::string{outcome} + " " + one.target.expected);
    };
    const reserved_server reserved{servers_, one.server, wait_};
    one.target =
        one.by->request.empty() ? *target_of(one.label, (*one.in)[one.index], pages_of(one)) : requested_target(one);
    const bool readable = !one.target.section.empty();
    const bool again = one.in->attempt() > 1;
    if (again && readable && shows(one)) return done("set"); // only the reply was lost
    if (again && !one.by->repeat) return refuse(name + " did not reply: it may be set ('repeat' is off)");
    const auto reply = fetch(one, &one.target);
    if (!reply.failure.empty()) throw transient_error(name + " " + reply.failure);
    if (reply.status == 404) found_pages_.erase(one.server); // it may have another firmware now
    if (reply.status == 404) return refuse(name + " has no page " + one.target.path + " (HTTP 404)");
    if (reply.status == 401 || reply.status == 403)
        throw permanent_error(name + " does not allow it (HTTP " + std::to_string(reply.status) + "): check its user");
    if (reply.status >= 300 && reply.status < 400)
        return refuse(name + " points to another page (HTTP " + std::to_string(reply.status) +
                      "), as no WES does: it is not set. Is " + servers_.servers()[one.server].request.host +
                      " its address?");
    if (reply.status != 200) throw transient_error(name + " answers HTTP " + std::to_string(reply.status));
    if (!readable) return done("sent");
    if (shows(one)) return done("set");
    if (one.in->attempt() >= max_attempts)
        return refuse(name + " accepted it " + std::to_string(max_attempts) + " times and does not show it");
    throw transient_error(name + " accepted it, but its page does not show it");
}

void wes_control::write_group(std::span<const delivery> all) {
    std::vector<job> jobs;
    for (const auto& in : all)
        for (std::size_t i = 0; i < in.size(); ++i)
            if (in.pending(i))
                if (auto one = job_of(in, i)) jobs.push_back(std::move(*one));
    std::string failures;
    std::vector<std::size_t> down;
    for (auto one = jobs.begin(); one != jobs.end(); ++one) {
        const bool overtaken = std::any_of(one + 1, jobs.end(), [&](const job& later) {
            return later.server == one->server && later.by == one->by && later.label == one->label;
        });
        if (overtaken) {
            one->in->written(one->index);
            continue;
        }
        if (std::find(down.begin(), down.end(), one->server) != down.end()) { // it must not delay the others
            one->in->keep(one->index);
            continue;
        }
        try {
            apply(*one);
        } catch (const transient_error& e) {
            one->in->keep(one->index);
            down.push_back(one->server);
            failures += (failures.empty() ? "" : "; ") + std::string{e.what()};
        }
    }
    if (!failures.empty()) throw transient_error(failures);
}

} // namespace releve::wes
