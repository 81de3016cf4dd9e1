// SPDX-License-Identifier: Apache-2.0
// A plugin that ends the program, or keeps it from ending: the log says last which it was, and the exit code is not 0.
#include "process.hpp"

#include <releve/testing/catch.hpp>

#include <csignal>

using namespace testbed;
using Catch::Matchers::ContainsSubstring;

namespace {

const std::map<std::string, std::string> bad_plugins{{"RELEVE_PLUGINS", RELEVE_TEST_PLUGINS ":" RELEVE_BAD_PLUGINS}};

std::string site_of(const folder& in, const std::string& nodes) {
    return in.write("site.toml", "[site]\nname = \"t\"\ngrace = \"1s\"\n[source.c]\ncomponent = \"counter_c\"\n" +
                                     nodes + "[sink.s]\ncomponent = \"line_sink\"\ninputs = [\"*\"]\npath = \"" +
                                     in.file("lines") + "\"\n");
}

std::string ends_program(const std::string& where, const std::string& how) {
    return "[source.bad]\ncomponent = \"ends_program\"\nwhere = \"" + where + "\"\nhow = \"" + how + "\"\n";
}

std::string holds_router(const std::string& where) {
    return "[transform.holds]\ncomponent = \"holds_router\"\ninputs = [\"c\"]\nwhere = \"" + where + "\"\n";
}

std::string last_line(const std::string& text) {
    const auto end = text.find_last_not_of('\n') + 1;
    const auto before = text.rfind('\n', end - 1);
    return text.substr(before == std::string::npos ? 0 : before + 1, end);
}

constexpr auto named = "bad: component 'ends_program' of " RELEVE_BAD_PLUGINS "/testing_bad_plugin.so ";

} // namespace

#ifndef __SANITIZE_ADDRESS__ // which has crashes and descriptors to itself
TEST_CASE("a plugin that crashes is the last line of the log, with node, component, file and function") {
    const folder in;
    const std::string where = GENERATE("create", "start", "collect");
    const std::string how = GENERATE("segfault", "abort", "overflow", "throw");
    const auto end = run({"run", site_of(in, ends_program(where, how))}, bad_plugins);
    INFO(end.err);
    CHECK(end.code > 128);
    CHECK_THAT(last_line(end.err), ContainsSubstring(named + ("crashed in " + where)));
    CHECK((last_line(end.err).find("stack overflowed") != std::string::npos) == (how == "overflow"));
}
#endif

TEST_CASE("a plugin that ends the program is named, and the exit code is not 0") {
    const folder in;
    const std::string where = GENERATE("create", "start", "collect");
    const std::string how = GENERATE("exit", "quick_exit", "_exit");
    const auto end = run({"run", site_of(in, ends_program(where, how))}, bad_plugins);
    INFO(end.err);
    CHECK(end.code == 1);
    CHECK_THAT(last_line(end.err), ContainsSubstring(named + ("ended the program in " + where + " by " + how)));
    if (where == "create") CHECK(run({"check", in.file("site.toml")}, bad_plugins).code == 1);
}

#ifndef __SANITIZE_ADDRESS__ // which has crashes and descriptors to itself
TEST_CASE("a plugin whose own thread crashes is named by its file") {
    const folder in;
    const auto end = run({"run", site_of(in, ends_program("collect", "thread"))}, bad_plugins);
    CHECK(end.code == 128 + SIGSEGV);
    CHECK_THAT(last_line(end.err),
               ContainsSubstring("a thread of its own of plugin " RELEVE_BAD_PLUGINS "/testing_bad_plugin.so crashed"));
}
#endif

TEST_CASE("a plugin that ends the program while the program ends is named, too") {
    const folder in;
#ifdef __SANITIZE_ADDRESS__
    const std::string how = "exit";
#else
    const std::string how = GENERATE("exit", "segfault");
#endif
    releve_process program{{"run", site_of(in, ends_program("destroy", how))}, bad_plugins};
    program.wait_for_error("nodes run");
    program.signal(SIGTERM);
    const auto end = program.wait();
    CHECK(end.code != 0);
    CHECK_THAT(last_line(end.err), ContainsSubstring(named) && ContainsSubstring("in destroy"));
}

TEST_CASE("a transform that does not come back is named, a reload is refused, and the program ends all the same") {
    const folder in;
    const auto file = site_of(in, holds_router("process"));
    releve_process program{{"run", file}, bad_plugins};
    program.wait_for_error(
        "holds: process: lost: component 'holds_router' misbehaves: it has not come back from process");
    CHECK_THAT(run({"status", file}, bad_plugins).out, ContainsSubstring("hanging"));
    const auto reload = run({"reload", file}, bad_plugins);
    CHECK(reload.code == 1);
    CHECK_THAT(reload.err, ContainsSubstring("transform 'holds' has not come back from process for"));
    program.signal(SIGINT);
    const auto end = program.wait();
    CHECK(end.code == 1);
    CHECK_THAT(end.err, ContainsSubstring("holds: it does not end (grace 1 s): transform 'holds' has not come back"));
}

TEST_CASE("the program ends when a plugin does not come back from its start, its end, or what runs at exit") {
    const folder in;
    const auto [nodes, said] = GENERATE(table<std::string, std::string>(
        {{holds_router("start"), "in start: it does not come back"},
         {holds_router("stop"), "in stop: it does not come back"},
         {ends_program("destroy", "hang"), "in destroy: it does not come back"},
         {ends_program("create", "hang"), "in create: it does not come back"},
         {"[source.x]\ncomponent = \"hangs_at_exit\"\n", "the program does not come to its end"}}));
    releve_process program{{"run", site_of(in, nodes)}, bad_plugins};
    const bool starts = said.find("in start") == std::string::npos && said.find("in create") == std::string::npos;
    program.wait_for_error(starts ? "nodes run" : "a plugin waits for ever");
    program.signal(SIGTERM);
    const auto end = program.wait();
    CHECK(end.code == 1);
    CHECK_THAT(end.err, ContainsSubstring(said));
}

#ifndef __SANITIZE_ADDRESS__ // which has crashes and descriptors to itself
TEST_CASE("descriptors that are used up are said, and status still answers") {
    const folder in;
    const auto file = site_of(in, ends_program("collect", "descriptors"));
    releve_process program{{"run", file}, bad_plugins};
    program.wait_for_error("descriptors: lost: all ");
    CHECK(run({"status", file}, bad_plugins).code == 0);
    CHECK(run({"status", file}, bad_plugins).code == 0); // the one that is kept for it was given back
    program.signal(SIGTERM);
    CHECK(program.wait().code == 0);
}
#endif
