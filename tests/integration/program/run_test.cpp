// SPDX-License-Identifier: Apache-2.0
#include "process.hpp"

#include <releve/testing/catch.hpp>

#include <boost/json.hpp>

#include <sys/stat.h>

#include <csignal>
#include <ctime>

using namespace testbed;
using Catch::Matchers::ContainsSubstring;

namespace {

std::string pipeline(const folder& in, const std::string& reads, const std::string& more = {}) {
    return in.write("site.toml",
                    "[site]\nname = \"tilleuls\"\ntimezone = \"Europe/Paris\"\n\n[source.cpu]\ncomponent = "
                    "\"cpu_temperature\"\npath = \"" +
                        reads + "\"\ninterval = \"1s\"\n" + more +
                        "\n[sink.lines]\ncomponent = \"line_sink\"\npath = \"" + in.file("lines") +
                        "\"\ninputs = [\"cpu\"]\n");
}

} // namespace

TEST_CASE("check finds every mistake, starts nothing, and ends with 3") {
    const folder in;
    const auto bad = run({"check", pipeline(in, "x", "intervall = \"1s\"\nfoo = 1")});
    CHECK(bad.code == 3);
    CHECK_THAT(bad.err, ContainsSubstring("no option 'intervall' in component 'cpu_temperature'"));
    CHECK_THAT(bad.err, ContainsSubstring("did you mean 'interval'?"));
    CHECK_THAT(bad.err, ContainsSubstring("site.toml: 2 mistakes, nothing was started"));
    CHECK(run({"run", in.file("site.toml")}).code == 3);
    CHECK(read_file(in.file("lines")).empty());

    const auto good = run({"check", pipeline(in, "x")});
    CHECK(good.code == 0);
    CHECK_THAT(good.out, ContainsSubstring("site.toml: good (1 source, 1 sink)"));
}

TEST_CASE("check --json tells a script where") {
    const folder in;
    const auto bad = run({"check", "--json", pipeline(in, "x", "intervall = \"1s\"")});
    CHECK(bad.code == 3);
    INFO(bad.out);
    CHECK_NOTHROW(boost::json::parse(bad.out));
    CHECK_THAT(bad.out, ContainsSubstring("intervall"));
    CHECK(run({"check", "--json", pipeline(in, "x")}).code == 0);
}

TEST_CASE("check --online asks those that can tell") {
    const folder in;
    const auto asked = run({"check", "--online", pipeline(in, "x")});
    CHECK(asked.code == 0);
    CHECK_THAT(asked.out, ContainsSubstring("cpu: can't tell"));
}

TEST_CASE("run --once shows what is read and writes nothing") {
    const folder in;
    const auto number = in.write("number", "21500\n");
    const auto once = run({"run", "--once", pipeline(in, number)});
    CHECK(once.code == 0);
    CHECK(once.out == "cpu  temperature{device=\"cpu\", site=\"tilleuls\"}  21.5 Cel\n");
    CHECK(read_file(in.file("lines")).empty());

    const auto json = boost::json::parse(run({"run", "--once", "--json", pipeline(in, number)}).out);
    CHECK(json.at("value").as_double() == 21.5);
    CHECK(json.at("unit").as_string() == "Cel");
    CHECK(json.at("labels").at("site").as_string() == "tilleuls");
}

TEST_CASE("run --once ends with 5 when a source gives nothing, and says why") {
    const folder in;
    const auto nothing = run({"run", "--once", pipeline(in, in.file("missing"))});
    CHECK(nothing.code == 5);
    CHECK_THAT(nothing.err, ContainsSubstring("source 'cpu' made no records: "));
    CHECK_THAT(nothing.err, ContainsSubstring("No such file or directory"));
}

TEST_CASE("a missing device is logged once, and its return once; SIGINT ends with 0") {
    const folder in;
    releve_process program{{"run", pipeline(in, in.file("late"))}};
    program.wait_for_error("cpu: lost: can't read: " + in.file("late") + ": No such file or directory");
    in.write("late", "1000");
    program.wait_for_error("cpu: back after");
    program.signal(SIGINT);
    const auto end = program.wait();
    CHECK(end.code == 0);
    CHECK_THAT(end.err, ContainsSubstring("tilleuls: stopped"));
    CHECK_THAT(read_file(in.file("lines")), ContainsSubstring("temperature{device=cpu,site=tilleuls} 1 Cel"));
}

TEST_CASE("startup = \"fail\" ends the program with 1") {
    const folder in;
    const auto file =
        in.write("site.toml", "[site]\nname = \"t\"\n[source.c]\ncomponent = \"counter_c\"\n[sink.s]\n"
                              "component = \"line_sink\"\nstartup = \"fail\"\ninputs = [\"c\"]\npath = \"" +
                                  in.file("no/such/folder") + "\"\n");
    const auto failed = run({"run", file});
    CHECK(failed.code == 1);
    CHECK_THAT(failed.err, ContainsSubstring("node 's' can't start: "));
}

TEST_CASE("plugins that the pipeline does not name are not mapped") {
    const folder in;
    releve_process program{{"run", pipeline(in, in.write("number", "1000"))}};
    program.wait_for_error("nodes run");
    const auto maps = read_file("/proc/" + std::to_string(program.pid()) + "/maps");
    CHECK_THAT(maps, ContainsSubstring("/cpu-temperature.so"));
    CHECK_THAT(maps, !ContainsSubstring("/counter-c.so"));
    program.signal(SIGTERM);
    CHECK(program.wait().code == 0);
}

TEST_CASE("times of the log are the site's, as those of records that are shown beside it") {
    const folder in;
    const std::string zone = GENERATE("Pacific/Kiritimati", "UTC"); // the first is UTC+14
    const auto file = in.write("site.toml", "[site]\nname = \"t\"\ntimezone = \"" + zone +
                                                "\"\n[source.c]\ncomponent = \"counter_c\"\n[sink.s]\ncomponent = "
                                                "\"line_sink\"\ninputs = [\"c\"]\npath = \"" +
                                                in.file("lines") + "\"\n");
    const auto hour = [&] { return (std::time(nullptr) / 3600 + (zone == "UTC" ? 0 : 14)) % 24; };
    const auto before = hour();
    releve_process program{{"run", file}, {{"TZ", "America/New_York"}}};
    program.wait_for_error("nodes run");
    const auto after = hour();
    const auto line = program.errors().rfind('\n', program.errors().find("nodes run"));
    const auto said = std::stoi(program.errors().substr(line == std::string::npos ? 0 : line + 1, 2));
    CHECK((said == before || said == after));
    program.signal(SIGTERM);
    CHECK(program.wait().code == 0);
}

TEST_CASE("files are for the user and the group, whatever the umask, and those of an earlier release become so") {
    const auto mode = [](const std::string& path) {
        struct stat status {};
        REQUIRE(stat(path.c_str(), &status) == 0);
        return status.st_mode & 07777U;
    };
    for (const mode_t mask : {0U, 0022U, 0077U}) {
        const folder in;
        const auto file =
            in.write("site.toml", "[source.count]\ncomponent = \"counter_c\"\ninterval = \"1s\"\n[sink.lines]\n"
                                  "component = \"line_sink\"\ninputs = [\"*\"]\npath = \"" +
                                      in.file("lines") + "\"\n");
        for (int start = 0; start < 2; ++start) {
            const auto before = umask(mask);
            releve_process host{{"run", file}};
            umask(before);
            host.wait_for_error("nodes run");
            CHECK(mode(in.file("releve-state")) == 0750);
            CHECK(mode(in.file("releve-state/state.db")) == 0640);
            CHECK(mode(in.file("releve-state/control")) == 0660);
            host.signal(SIGTERM);
            CHECK(host.wait().code == 0);
            CHECK((mode(in.file("lines")) & 0137U) == 0);
            CHECK(chmod(in.file("releve-state").c_str(), 0755) == 0);
            CHECK(chmod(in.file("releve-state/state.db").c_str(), 0644) == 0);
        }
    }
}
