// SPDX-License-Identifier: Apache-2.0
#include "control.hpp"

#include "config/glob.hpp"
#include "health.hpp"
#include "listeners.hpp"
#include "metrics_page.hpp"
#include "tap.hpp"

#include <algorithm>
#include <system_error>

namespace releve::core {

namespace {

answer say(unsigned http_status, std::string sentence) {
    return {http_status, "text/plain; charset=utf-8", std::move(sentence += '\n')};
}

void add(std::vector<std::string>& to, const std::string& one) {
    if (std::find(to.begin(), to.end(), one) == to.end()) to.push_back(one);
}

/// Whose records a tap of `glob` shows: what a node makes, or what is given to one that only takes.
std::vector<std::string> tapped(const runtime& of, std::string_view glob) {
    std::vector<std::string> all;
    const auto nodes = of.nodes();
    for (const auto& one : nodes) {
        if (!matches(glob, one->name())) continue;
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

control::control(runtime& of, log& said, reload_asker reload)
    : of_{of}
    , reload_{std::move(reload)}
    , status_{of}
    , questions_{of} {
    const auto& site = of.site();
    descriptor local, network;
    try {
        std::filesystem::create_directories(site.control.parent_path());
        local = listen_unix(site.control);
        socket_ = site.control;
    } catch (const std::system_error& e) {
        said.write(log_level::warning, {}, "no_control",
                   "no control socket, 'releve status' and 'releve tap' will not find this site: " +
                       std::string{e.what()} + " ([site] state and control say where it goes)");
    }
    if (!site.listen.host.empty()) {
        try {
            network = listen_tcp(site.listen);
            said.write(log_level::info, {}, "listens",
                       "listens on " + address_of(network) + " for /metrics and /health");
        } catch (const std::system_error& e) {
            said.write(log_level::warning, {}, "no_listen",
                       "can't listen for /metrics and /health: " + std::string{e.what()} + " ([site] listen)");
        }
    }
    if (local.get() < 0 && network.get() < 0) return;
    server_ = std::make_unique<server>(
        local.release(), network.release(),
        [this](const request& asked, bool is_local) { return handle(asked, is_local); }, [this] { status_.sample(); });
}

control::~control() {
    questions_.close();
    server_.reset();
    if (!socket_.empty()) unlink(socket_.c_str());
}

answer control::handle(const request& asked, bool local) {
    if (local && reload_ && asked.path == "/reload") {
        if (asked.method != "POST") return say(405, "a reload is asked for with POST");
        answer made;
        made.later = [this](std::function<void(answer)> give) { reload_(std::move(give)); };
        return made;
    }
    if (local && asked.path == "/ask") {
        if (asked.method != "POST") return say(405, "a question is asked with POST");
        return questions_.handle(asked);
    }
    if (asked.method != "GET" && asked.method != "HEAD") return say(405, "only GET is answered");
    if (asked.path == "/metrics") return {200, metrics_type, metrics_page(of_, status_.since())};
    if (asked.path == "/health") {
        const auto why = illness_of(of_);
        return why.empty() ? say(200, "well") : say(503, why);
    }
    if (!local) return say(404, "here are /metrics and /health; the rest is on the control socket");
    if (asked.path == "/status") return {200, "application/json", status_.json()};
    if (asked.path == "/tap") return tap_of(asked);
    return say(404, "there are /status, /tap?node=NAME&series=GLOB, /ask?component=NAME, /metrics and /health");
}

answer control::tap_of(const request& asked) {
    for (const auto& [key, value] : asked.query)
        if (key != "node" && key != "series") return say(400, "a tap has 'node' and 'series', and no '" + key + "'");
    const auto given = [&](const char* key) {
        const auto at = asked.query.find(key);
        return at == asked.query.end() ? std::string{} : at->second;
    };
    const auto name = given("node");
    if (name.empty()) return say(400, "a tap names its node: /tap?node=NAME");
    auto nodes = tapped(of_, name);
    if (nodes.empty()) {
        std::string why = "there is no node '" + name + "'; there are";
        for (const auto& one : of_.nodes()) why += " " + one->name();
        return say(404, why);
    }
    answer made{200, "application/x-ndjson"};
    made.records = [this, nodes = std::move(nodes), series = given("series")](std::function<void()> wake) {
        return std::make_unique<tap>(of_, nodes, series, std::move(wake));
    };
    return made;
}

} // namespace releve::core
