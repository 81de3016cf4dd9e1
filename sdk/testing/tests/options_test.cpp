// SPDX-License-Identifier: Apache-2.0
// Plugins, and mistakes in options.
#include <releve/source.hpp>
#include <releve/testing/catch.hpp>
#include <releve/testing/testing.hpp>

namespace rt = releve::testing;

namespace {

class strict final : public releve::source {
public:
    static constexpr auto summary = "Has many options";
    static void describe(releve::option_list& o) {
        o.text("host", "Where it is").required();
        o.integer("port", "Its port").fallback(80).at_least(1).at_most(65535);
        o.tables("servers", "More", [](releve::option_list& of) { of.text("name", "Name").required(); });
    }
    explicit strict(releve::context& host) {
        if (host.options().text("host") == "me") throw releve::bad_option("host", "it can't be me");
        if (host.options().text("host") == "nobody") throw releve::permanent_error("no such thing");
        const auto servers = host.options().tables("servers");
        for (std::size_t i = 0; i < servers.size(); ++i)
            if (servers[i].text("name") == "x")
                host.refuse("servers[" + std::to_string(i) + "].name", "'x' is not a name");
    }
    void collect(releve::output&) override {}
};

class undocumented final : public releve::source {
public:
    static constexpr auto summary = "Has an option without help";
    static void describe(releve::option_list& o) { o.text("host", ""); }
    explicit undocumented(releve::context&) {}
    void collect(releve::output&) override {}
};

const rt::plugin some{releve::component<strict>("strict"), releve::component<undocumented>("undocumented")};

} // namespace

TEST_CASE("all mistakes in options are reported, each at its line") {
    const auto found = rt::problems(some, "strict", "port = 0\nhots = 'a'");
    REQUIRE(found.size() >= 2);
    CHECK(found[0].line >= 1);
    CHECK(rt::problems(some, "strict", "host = 'a'").empty());
    CHECK(rt::problems(some, "strict", "host = ").size() == 1); // not TOML
    CHECK_THROWS_AS((rt::node{some, "strict", "port = 1"}), rt::bad_options);
}

TEST_CASE("an option that the component itself refuses is shown at its key") {
    auto found = rt::problems(some, "strict", "\n\nhost = 'me'");
    REQUIRE(found.size() == 1);
    CHECK(found[0].line == 3);
    CHECK(found[0].what == "option 'host': it can't be me");
    CHECK_THROWS_WITH((rt::node{some, "strict", "host = 'nobody'"}),
                      Catch::Matchers::ContainsSubstring("no such thing"));
}

TEST_CASE("several values can be refused at once") {
    const auto found =
        rt::problems(some, "strict", "host = 'a'\nservers = [{ name = 'x' },\n{ name = 'y' },\n{ name = 'x' }]");
    REQUIRE(found.size() == 2);
    CHECK(found[0].line == 2);
    CHECK(found[1].line == 4);
    CHECK(found[1].what == "option 'servers[2].name': 'x' is not a name");
}

TEST_CASE("a bad description") {
    CHECK(some.description_mistakes("strict").empty());
    REQUIRE(some.description_mistakes("undocumented").size() == 1);
    CHECK_THROWS_WITH((rt::node{some, "undocumented"}),
                      Catch::Matchers::ContainsSubstring("has a bad description of its options"));
}

TEST_CASE("plugins that can't be used") {
    CHECK_THROWS_WITH(rt::plugin{std::filesystem::path{"/nowhere/x.so"}},
                      Catch::Matchers::ContainsSubstring("/nowhere/x.so"));
    CHECK_THROWS_WITH(some.component("strickt"), Catch::Matchers::ContainsSubstring("it has 'strict', 'undocumented'"));
    const releve_plugin_descriptor newer{sizeof newer, RELEVE_MAGIC, RELEVE_ABI_MAJOR, 99, {}, {}, {}, nullptr, 0, 0};
    CHECK_THROWS_WITH(rt::plugin{newer}, Catch::Matchers::ContainsSubstring("1.99"));
}
