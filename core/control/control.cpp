// SPDX-License-Identifier: Apache-2.0
#include "control.hpp"

#include "health.hpp"
#include "listeners.hpp"
#include "metrics_page.hpp"
#include "tap.hpp"

#include <releve/kit/text/pattern.hpp>
#include <releve/kit/text/printable.hpp>

#include <algorithm>
#include <system_error>

namespace releve::core {

namespace {

response say(unsigned http_status, std::string_view sentence) {
    return {http_status, plain_text, kit::printable(sentence) + '\n'};
}

void add(std::vector<std::string>& to, const std::string& one) {
    if (std::find(to.begin(), to.end(), one) == to.end()) to.push_back(one);
}

/// The nodes whose records a tap of `pattern` shows: the node itself, or, of one that makes none, those that feed it.
std::vector<std::string> tapped(const runtime& of, std::string_view pattern) {
    std::vector<std::string> all;
    const auto nodes = of.nodes();
    for (const auto& one : nodes) {
        if (!kit::matches(pattern, one->name())) continue;
        if (one->makes()) {
            add(all, one->name());
            continue;
        }
        for (const auto& maker : nodes)
            if (of.feeds(*maker, *one)) add(all, maker->name());
    }
    return all;
}

} // namespace

control::control(runtime& of, log& to, reload_function reload)
    : of_{of}
    , reload_{std::move(reload)}
    , status_{of}
    , questions_{of} {
    const auto& site = of.site();
    kit::descriptor local, network;
    try {
        std::filesystem::create_directories(site.control.parent_path());
        local = listen_unix(site.control);
        socket_ = site.control;
    } catch (const std::system_error& e) {
        to.write(log_level::warning, {}, "no_control",
                 "no control socket, so 'releve status' and 'releve tap' can't find this site: " +
                     std::string{e.what()} + " (keys state and control of [site] say where it is)");
    }
    if (!site.listen.host.empty()) {
        try {
            network = listen_tcp(site.listen);
            to.write(log_level::info, {}, "listens", "listens on " + address_of(network) + " for /metrics and /health");
        } catch (const std::system_error& e) {
            to.write(log_level::warning, {}, "no_listen",
                     "can't listen for /metrics and /health: " + std::string{e.what()} + " (key listen of [site])");
        }
    }
    if (!local && !network) return;
    server_ = std::make_unique<server>(
        local.release(), network.release(),
        [this](const request& asked, bool is_local) { return handle(asked, is_local); }, [this] { status_.sample(); });
}

control::~control() {
    questions_.close();
    server_.reset();
    if (!socket_.empty()) unlink(socket_.c_str());
}

response control::handle(const request& asked, bool local) {
    if (local && reload_ && asked.path == "/reload") {
        if (asked.method != "POST") return say(405, "a reload is requested with POST");
        response made;
        made.later = [this](std::function<void(response)> give) { reload_(std::move(give)); };
        return made;
    }
    if (local && asked.path == "/ask") {
        if (asked.method != "POST") return say(405, "a question is sent with POST");
        return questions_.handle(asked);
    }
    if (asked.method != "GET" && asked.method != "HEAD") return say(405, "use GET");
    if (asked.path == "/metrics") return {200, metrics_type, metrics_page(of_, status_.since())};
    if (asked.path == "/health") {
        const auto health = health_of(of_);
        return say(health.well() ? 200 : 503, local ? health.sentence() : health.words());
    }
    if (!local) return say(404, "there are /metrics and /health; the rest is on the control socket");
    if (asked.path == "/status") return {200, "application/json", status_.json()};
    if (asked.path == "/tap") return tap_of(asked);
    return say(404, "there are /status, /tap?node=NAME&series=PATTERN, /ask?component=NAME, /metrics and /health");
}

response control::tap_of(const request& asked) {
    for (const auto& [key, value] : asked.query)
        if (key != "node" && key != "series")
            return say(400, "no '" + key + "' in a tap: there are 'node' and 'series'");
    const auto given = [&](const char* key) {
        const auto at = asked.query.find(key);
        return at == asked.query.end() ? std::string{} : at->second;
    };
    const auto name = given("node");
    if (name.empty()) return say(400, "a tap names its node: /tap?node=NAME");
    constexpr std::size_t max_pattern = 1024; // it is tried on each series, by the router too
    for (const auto* key : {"node", "series"})
        if (given(key).size() > max_pattern)
            return say(400, "'" + std::string{key} + "' takes at most " + std::to_string(max_pattern) + " bytes");
    for (const auto* key : {"node", "series"})
        if (const auto wrong = kit::problem_of_pattern(given(key)); !wrong.empty())
            return say(400, "'" + std::string{key} + "' " + wrong);
    auto nodes = tapped(of_, name);
    if (nodes.empty()) {
        std::string why = "there is no node '" + name + "'; there are";
        for (const auto& one : of_.nodes()) why += " " + one->name();
        return say(404, why);
    }
    response made{200, "application/x-ndjson"};
    made.records = [this, nodes = std::move(nodes), series = given("series")](std::function<void()> wake) {
        return std::make_unique<tap>(of_, nodes, series, std::move(wake));
    };
    return made;
}

} // namespace releve::core
