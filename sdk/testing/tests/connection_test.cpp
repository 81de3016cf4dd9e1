// SPDX-License-Identifier: Apache-2.0
#include <releve/connection.hpp>
#include <releve/source.hpp>
#include <releve/testing/catch.hpp>
#include <releve/testing/testing.hpp>

#include <mutex>

namespace rt = releve::testing;

namespace {

class modem final : public releve::connection, public releve::askable {
    std::mutex mutex_;
    int asked_ = 0;
    std::string pin_;

public:
    static inline int alive = 0, started = 0;
    static constexpr auto summary = "A modem";
    static void describe(releve::option_list& o) { o.secret("pin", "PIN of the card").required(); }
    explicit modem(releve::context& host)
        : pin_{host.options().secret("pin")} {
        if (pin_.size() != 4) throw releve::bad_option("pin", "a PIN has four digits");
        ++alive;
    }
    ~modem() override { --alive; }
    void start() override { ++started; }
    void stop() override { --started; }
    std::optional<std::string> reply(const releve::question& asked) override {
        const auto what = asked.word("what");
        if (!what) throw releve::bad_option("what", "what is asked?");
        if (*what == "weather") return std::nullopt;
        if (*what == "signal") throw releve::transient_error("no network");
        return "PIN of " + std::to_string(pin_.size()) + " digits";
    }
    int ask() {
        const std::lock_guard lock{mutex_};
        return ++asked_;
    }
};

class signal final : public releve::source {
    modem& modem_;
    releve::series asked_;

public:
    static constexpr auto summary = "How often the modem was queried";
    static void describe(releve::option_list& o) { o.connection("connection", "modem", "The modem").required(); }
    explicit signal(releve::context& host)
        : modem_{host.connection<modem>("connection")}
        , asked_{host.gauge("asked", "1", "Times asked")} {}
    void collect(releve::output& out) override { out.add(asked_, modem_.ask()); }
};

const rt::plugin gsm{releve::component<modem>("modem"), releve::component<signal>("signal")};

} // namespace

TEST_CASE("a connection replies to queries") {
    rt::node door{gsm, "modem", "pin = \"1234\""};
    const auto good = door.ask({{"what", "pin"}});
    CHECK(good.status == RELEVE_OK);
    CHECK(good.text == "PIN of 4 digits");
    CHECK(door.ask({{"what", "weather"}}).status == RELEVE_REFUSED);
    CHECK(door.ask({{"what", "signal"}}).status == RELEVE_TRANSIENT);
    CHECK(door.ask({{"what", "signal"}}).text == "no network");
    CHECK(door.ask({}).status == RELEVE_BAD_OPTION);
    CHECK(door.ask({}).text == "what: what is asked?");
    rt::site site{gsm, "[connection.door]\ncomponent = \"modem\"\npin = \"1234\""};
    rt::node other{site, "signal", R"(connection = "door")"};
    CHECK_THROWS_AS(other.ask({}), std::logic_error);
}

TEST_CASE("two nodes share a connection") {
    {
        rt::site site{gsm, "[connection.door]\ncomponent = \"modem\"\npin = \"1234\""};
        CHECK(modem::alive == 1);
        rt::node a{site, "signal", R"(connection = "door")"};
        rt::node b{site, "signal", R"(connection = "door")"};
        CHECK(a.name() == "signal");
        CHECK(b.name() == "signal_2");
        REQUIRE(a.start());
        REQUIRE(b.start());
        CHECK(modem::started == 1);
        REQUIRE(a.collect());
        REQUIRE(b.collect());
        CHECK(a.last("asked").value == 1);
        CHECK(b.last("asked").value == 2);
        CHECK(b.last("asked").label("device") == "signal_2");
        a.destroy();
        b.destroy();
        CHECK(site.close());
        CHECK(modem::started == 0);
        CHECK(modem::alive == 0);
        CHECK(site.misbehaviour().empty());
    }
    CHECK(modem::alive == 0);
}

TEST_CASE("whole sections, as in a pipeline file") {
    const auto* text = R"(
        [connection.door]
        component = "modem"
        pin = "1234"
        [source.strength]
        component = "signal"
        connection = "door"
        interval = "30s"
    )";
    {
        rt::node n{gsm, "signal", text};
        CHECK(n.name() == "strength");
        REQUIRE(n.start());
        REQUIRE(n.collect());
        CHECK(n.last("asked").value == 1);
    }
    CHECK(modem::alive == 0);
    CHECK(modem::started == 0);
}

TEST_CASE("mistakes with connections") {
    CHECK(rt::problems(gsm, "signal", "").size() == 1);
    const auto none = rt::problems(gsm, "signal", R"(connection = "dor")");
    REQUIRE(none.size() == 1);
    CHECK_THAT(none[0].what + none[0].help, Catch::Matchers::ContainsSubstring("[connection.dor]"));
    CHECK_THROWS_AS((rt::site{gsm, "[connection.door]\ncomponent = \"modem\""}), rt::bad_options);
    CHECK_THROWS_WITH((rt::site{gsm, "[connection.door]\ncomponent = \"modem\"\npin = \"1\""}),
                      Catch::Matchers::ContainsSubstring("3:") &&
                          Catch::Matchers::ContainsSubstring("a PIN has four digits"));
}
