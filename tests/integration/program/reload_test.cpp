// SPDX-License-Identifier: Apache-2.0
// A pipeline file that changes while the program runs.
#include "process.hpp"

#include <releve/testing/catch.hpp>

#include <csignal>

using namespace testbed;
using Catch::Matchers::ContainsSubstring;

namespace {

std::string pipeline(const folder& in, const std::string& count, const std::string& more = {}) {
    return in.write("site.toml", "[site]\nname = \"tilleuls\"\n" + more +
                                     "[source.count]\ncomponent = \"counter_c\"\n" + count +
                                     "\n[sink.lines]\ncomponent = \"line_sink\"\ninputs = [\"*\"]\npath = \"" +
                                     in.file("lines") + "\"\n");
}

} // namespace

TEST_CASE("a reload restarts what changed; one with a mistake changes nothing and says what check says") {
    const folder in;
    const auto file = pipeline(in, "interval = \"1s\"");
    releve_process host{{"run", file}};
    host.wait_for_error("nodes run");

    pipeline(in, "interval = \"2s\"");
    const auto changed = run({"reload", file});
    CHECK(changed.code == 0);
    CHECK(changed.out == "reloaded: 1 node restarted (count), 0 added, 0 removed, 1 unchanged\n");
    host.wait_for_error("reloaded: 1 node restarted (count)");

    pipeline(in, "intervall = \"2s\"");
    const auto wrong = run({"reload", file}), checked = run({"check", file});
    CHECK(wrong.code == checked.code);
    CHECK(wrong.code == 3);
    const auto end = checked.err.find(": 1 mistake");
    REQUIRE(end != std::string::npos);
    CHECK(wrong.err == checked.err.substr(0, end) + ": 1 mistake, nothing was changed\n");
    CHECK_THAT(wrong.err, ContainsSubstring("did you mean 'interval'?"));
    host.wait_for_error("no option 'intervall' in component 'counter_c'");

    pipeline(in, "interval = 2s"); // no TOML
    for (const auto* command : {"reload", "status", "check"}) {
        const auto refused = run({command, file});
        CHECK(refused.code == 3);
        CHECK_THAT(refused.err, ContainsSubstring("site.toml:") && ContainsSubstring("error: this is not TOML"));
    }
    pipeline(in, "interval = \"3s\"", "timezone = \"Pacific/Apia\"\n");
    const auto site = run({"reload", "--socket", in.file("releve-state/control")});
    CHECK(site.code == 3);
    CHECK_THAT(site.err, ContainsSubstring("'timezone' of [site] can't change while the site runs"));

    pipeline(in, "interval = \"2s\"");
    host.signal(SIGHUP);
    host.wait_for_error("reloaded: 0 nodes restarted, 0 added, 0 removed, 2 unchanged");
    host.signal(SIGTERM);
    CHECK(host.wait().code == 0);
    CHECK(run({"reload", file}).code == 1);
}

TEST_CASE("a reload after a plugin was replaced on disk says that the old code still runs") {
    const folder in;
    const auto plugin = in.file("counter-c.so");
    const auto original = std::string{RELEVE_COUNTER_PLUGIN};
    std::filesystem::copy_file(original, plugin);
    const auto file = pipeline(in, {});
    const std::map<std::string, std::string> here{{"RELEVE_PLUGINS", in.file("") + ":" RELEVE_LINE_SINK_FOLDER}};
    releve_process program{{"run", file}, here};
    program.wait_for_error("nodes run");
    CHECK(run({"reload", file}, here).out.find("old code") == std::string::npos);
    std::filesystem::copy_file(original, in.file("new")); // as install and mv do it: never into the file that is mapped
    std::filesystem::rename(in.file("new"), plugin);
    const auto reload = run({"reload", file}, here);
    CHECK(reload.code == 0);
    CHECK_THAT(reload.out, ContainsSubstring(plugin + " was replaced while the program ran: the old code still runs"));
    program.wait_for_error("the old code still runs");
    program.signal(SIGTERM);
    CHECK(program.wait().code == 0);
}
