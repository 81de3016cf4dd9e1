// SPDX-License-Identifier: Apache-2.0
// releve dead-letters, beside a site that runs and one that does not.
#include "process.hpp"

#include <releve/testing/catch.hpp>

#include <sqlite3.h>

#include <csignal>

using namespace testbed;
using Catch::Matchers::ContainsSubstring;

namespace {

/// As the sink `lines` would have refused a record of the first series, twice.
void refuse_two(const std::string& state_file) {
    sqlite3* db = nullptr;
    REQUIRE(sqlite3_open_v2(state_file.c_str(), &db, SQLITE_OPEN_READWRITE, nullptr) == SQLITE_OK);
    sqlite3_busy_timeout(db, 60'000);
    const int code = sqlite3_exec(db,
                                  "INSERT INTO dead_letter (time, sink, batch, place, series, record_time, value, "
                                  "quality, reason) VALUES (1760000000000000000, 'lines', 1, 0, 1, "
                                  "1760000000000000000, 777123.0, 0, 'far too large'), (1760000000000000000, 'lines', "
                                  "1, 1, 1, 1760000001000000000, 'a' || char(27) || 'b', 0, 'no text')",
                                  nullptr, nullptr, nullptr);
    INFO(sqlite3_errmsg(db));
    CHECK(code == SQLITE_OK);
    sqlite3_close(db);
}

} // namespace

TEST_CASE("dead letters are listed and dropped while the site runs, and replayed while it does not") {
    const folder in;
    const auto with_sink = [&](const std::string& name) {
        return "[site]\nname = \"tilleuls\"\ntimezone = \"Europe/Paris\"\n[source.count]\n"
               "component = \"counter_c\"\ninterval = \"1s\"\n[sink." +
               name + "]\ncomponent = \"line_sink\"\ninputs = [\"*\"]\npath = \"" + in.file(name) + "\"\n";
    };
    const auto file = in.write("site.toml", with_sink("lines"));
    const auto other = in.write("other.toml", with_sink("other"));
    const auto never_ran = run({"dead-letters", "list", file});
    CHECK(never_ran.code == 1);
    CHECK_THAT(never_ran.err, ContainsSubstring("no such state file. Has this site run"));
    {
        releve_process host{{"run", file}};
        host.wait_for_error("nodes run");
        releve_process tap{{"tap", "count", file, "--json"}};
        tap.wait_for_output("}\n{");
        host.signal(SIGTERM);
        CHECK(host.wait().code == 0);
    }
    refuse_two(in.file("releve-state/state.db"));
    releve_process host{{"run", file}};
    host.wait_for_error("nodes run");
    const auto list = run({"dead-letters", "list", file});
    INFO(list.out << list.err);
    CHECK(list.code == 0);
    CHECK_THAT(list.out, ContainsSubstring("1  2025-10-09 10:53:20.000 CEST  lines  ") &&
                             ContainsSubstring("  777123") && ContainsSubstring("  far too large\n") &&
                             ContainsSubstring("  a\ufffdb  no text\n"));
    CHECK(run({"dead-letters", "list", "--sink", "other", file}).out.empty());
    CHECK_THAT(run({"dead-letters", "list", "--json", file}).out, ContainsSubstring(R"("reason":"far too large")"));
    CHECK_THAT(run({"dead-letters", "show", "1", file}).out, ContainsSubstring("\nreason       far too large\n"));
    CHECK_THAT(run({"status", file}).out, ContainsSubstring("\nlines: 2 records refused for good"));
    CHECK(run({"dead-letters", "drop", "2", file}).out == "1 dead letter dropped\n");
    const auto refused = run({"dead-letters", "replay", "--all", file});
    CHECK(refused.code == 1);
    CHECK_THAT(refused.err, ContainsSubstring("another releve runs on the state directory"));
    host.signal(SIGTERM);
    CHECK(host.wait().code == 0);
    CHECK(run({"dead-letters", "replay", "--all", file}).out ==
          "1 dead letter put back: the sink gets them when the site starts\n");
    CHECK(run({"dead-letters", "list", file}).out.empty());
    {
        releve_process without{{"run", other}};
        without.wait_for_error("nodes run");
        CHECK_THAT(run({"status", other}).out, ContainsSubstring("\nlines: 1 record on disk for this sink, which"));
        without.signal(SIGTERM);
        CHECK(without.wait().code == 0);
    }
    releve_process again{{"run", file}};
    again.wait_for_error("nodes run");
    releve_process tap{{"tap", "count", file, "--json"}};
    tap.wait_for_output("}\n{"); // the backlog goes first
    again.signal(SIGTERM);
    CHECK(again.wait().code == 0);
    CHECK_THAT(read_file(in.file("lines")), ContainsSubstring("777123"));
}

TEST_CASE("dead-letters without saying which, or what, is a mistake of usage") {
    for (const auto& [words, said] : std::vector<std::pair<std::vector<std::string>, std::string>>{
             {{"dead-letters"}, "list, show, replay or drop"},
             {{"dead-letters", "burn", "site.toml"}, "no command 'burn'"},
             {{"dead-letters", "drop"}, "which site?"},
             {{"dead-letters", "drop", "site.toml"}, "drop which?"},
             {{"dead-letters", "replay", "--all", "--sink", "db", "site.toml"},
              "give one of numbers, --sink and --all"},
             {{"dead-letters", "show", "site.toml", "3"}, "'site.toml' is not the number of a dead letter"}}) {
        const auto got = run(words);
        INFO(got.err);
        CHECK(got.code == 2);
        CHECK_THAT(got.err, ContainsSubstring(said));
    }
}
