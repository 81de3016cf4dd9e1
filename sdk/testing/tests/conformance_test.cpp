// SPDX-License-Identifier: Apache-2.0
// releve-conformance as a program: a good plugin passes, and each bad component is caught by the check meant for
// it.
#include <releve/testing/catch.hpp>

#include <sys/wait.h>

#include <array>
#include <cstdio>
#include <string>

using Catch::Matchers::ContainsSubstring;

namespace {

struct run {
    int code = -1;
    std::string text;
};

run conformance(const std::string& words) {
    const std::string command = std::string{CONFORMANCE_PROGRAM} + " " + words + " 2>/dev/null";
    std::FILE* const out = ::popen(command.c_str(), "r"); // NOLINT(cert-env33-c): a test's own words
    REQUIRE(out != nullptr);
    run made;
    std::array<char, 4096> bytes{};
    for (std::size_t n = 0; (n = std::fread(bytes.data(), 1, bytes.size(), out)) > 0;)
        made.text.append(bytes.data(), n);
    const int status = ::pclose(out);
    made.code = WIFEXITED(status) ? WEXITSTATUS(status) : -1;
    return made;
}

/// The line of a check.
std::string line(const run& of, const std::string& check) {
    const auto at = of.text.find(' ' + check + ": ");
    if (at == std::string::npos) return "no line of " + check + " in:\n" + of.text;
    const auto begin = of.text.rfind('\n', at) + 1;
    return of.text.substr(begin, of.text.find('\n', at) - begin);
}

} // namespace

TEST_CASE("a good plugin passes every check") {
    const auto all = conformance(GOOD_PLUGIN " --sample " GOOD_SAMPLE);
    INFO(all.text);
    CHECK(all.code == 0);
    CHECK_THAT(all.text, ContainsSubstring(" 0 FAILED, "));
    CHECK_THAT(all.text, ContainsSubstring("ok       polled shared_connection: "));
    CHECK_THAT(all.text, ContainsSubstring("ok       passing takes_and_makes: takes 11 records and makes 11"));
    CHECK_THAT(all.text, ContainsSubstring("ok       ticking stops: "));
}

TEST_CASE("without a sample, the examples of the description are used") {
    const auto all = conformance(GOOD_PLUGIN " --component polled");
    INFO(all.text);
    CHECK(all.code == 0);
    CHECK_THAT(all.text, ContainsSubstring("skipped  polled sample: no --sample was given"));
    CHECK_THAT(all.text, ContainsSubstring("ok       polled no_leak: "));
}

TEST_CASE("each bad component is caught") {
    struct expected {
        const char *component, *check, *part;
    };
    const auto& one = GENERATE(values<expected>({
        {"leaks", "no_leak", "bytes of memory each time"},
        {"leaks_descriptors", "no_leak_started", "descriptors in total"},
        {"stops_late_in_collect", "stops", "ms to end collect"},
        {"stops_late_in_run", "stops", "ms to end run"},
        {"ignores_stop", "stops", "still inside run"},
        {"undeclared", "contract", "which is not declared"},
        {"silent_failure", "reasons", "start failed without a reason"},
        {"undocumented", "described", "'host'"},
        {"bad_fallback", "described", "'port'"},
        {"bad_example", "described", "'port' has a bad example"},
        {"throws_in_describe", "described", "it is a bad day"},
        {"crashes_on_long_text", "hostile_values", "it crashed: Aborted"},
        {"needs_network", "no_network", "it crashed: Aborted"},
        {"blocks_router", "contract", "must not block"},
        {"makes_secretly", "contract", "roles do not say that it makes"},
        {"does_not_share", "shared_connection", "somebody is there already"},
        {"hangs_when_asked", "answers", "nobody waits for its answer"},
    }));
    const auto all = conformance(std::string{BAD_PLUGIN " --component "} + one.component + " --check " + one.check);
    const auto found = line(all, one.check);
    if (std::string_view{one.check} == "no_network" && found.starts_with("skipped"))
        return; // unshare is not permitted here
    CHECK_THAT(found, Catch::Matchers::StartsWith("FAILED") && ContainsSubstring(one.part));
    CHECK(all.code == 1);
}

TEST_CASE("--json prints one object per line") {
    const auto all = conformance(BAD_PLUGIN " --json --component undocumented");
    CHECK(all.code == 1);
    CHECK_THAT(all.text,
               Catch::Matchers::StartsWith(
                   R"({"component": "undocumented", "check": "described", "verdict": "FAILED", "sentence": ")"));
}

TEST_CASE("plugins and names that can't be checked") {
    CHECK(conformance("/nowhere/x.so").code == 2);
    CHECK(conformance("").code == 2);
    CHECK(conformance(GOOD_PLUGIN " --component nobody").code == 2);
    CHECK(conformance(GOOD_PLUGIN " --check nothing").code == 2);
    CHECK(conformance(GOOD_PLUGIN " --unheard-of").code == 2);
    CHECK(conformance("--help").code == 0);
}
