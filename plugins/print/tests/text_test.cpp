// SPDX-License-Identifier: Apache-2.0
#include "captured.hpp"

#include <releve/testing/catch.hpp>
#include <releve/testing/testing.hpp>

#include <algorithm>
#include <string>

using Catch::Matchers::ContainsSubstring;
using namespace releve::testing;
using releve::quality;
using releve::print::tests::captured;
using namespace std::chrono_literals;

namespace {
struct fixture {
    explicit fixture(const std::string& toml = "")
        : n{plugin{}, "print", toml}
        , linky{n, "linky"}
        , box{n, "wes-a11"} {
        REQUIRE(n.start());
    }
    std::string shown(const records& batch) {
        return captured(1, [&] { REQUIRE(n.write(batch)); });
    }
    node n;
    upstream linky, box;
};
} // namespace

TEST_CASE("records are aligned columns: time and device where they change, units as people write them") {
    fixture f;
    const auto index = f.linky.declare({.is = releve::kind::counter,
                                        .name = "active_energy",
                                        .unit = "Wh",
                                        .help = "x",
                                        .labels = {{"register", "BASE"}},
                                        .resolution = 1});
    const auto power = f.linky.declare({.name = "apparent_power", .unit = "V.A", .help = "x", .resolution = 1});
    const auto period = f.linky.text("tariff_period");
    const auto warm = f.box.declare(
        {.name = "temperature", .unit = "Cel", .help = "x", .labels = {{"channel", "3"}}, .resolution = 0.1});
    const auto cold = f.box.declare({.name = "volume", .unit = "m3", .help = "x", .resolution = 0.001});
    const auto t = f.n.now();
    CHECK(f.shown(f.linky.batch()
                      .add(index, 12345678, t)
                      .add(power, 1250, t)
                      .add(period, "HP..", t)
                      .add(warm, 21.46, t, quality::suspect)
                      .absent(cold)
                      .add(power, 1300, t + 2s, quality::estimated)) ==
          "\u2500\u2500 Thursday 1 January 2026 \u2500\u2500\n"
          "01:00:00  linky    active_energy register=BASE      12345678 Wh\n"
          "                   apparent_power                       1250 VA\n"
          "                   tariff_period                        HP..\n"
          "          wes-a11  temperature channel=3                21.5 \u00b0C    suspect\n"
          "                   volume                                  \u2014       absent\n"
          "01:00:02  linky    apparent_power                       1300 VA    estimated\n");
    CHECK(f.n.misbehaviour().empty());
}

TEST_CASE("only changes are shown, at the resolution of the series; every = \"all\" shows all") {
    for (const bool all : {false, true}) {
        fixture f{all ? "every = \"all\"" : ""};
        const auto warm = f.box.declare({.name = "temperature", .unit = "Cel", .help = "x", .resolution = 0.1});
        const auto t = f.n.now();
        const auto text = f.shown(f.box.batch()
                                      .add(warm, 20.5, t)
                                      .add(warm, 20.5, t + 1s)
                                      .add(warm, 20.52, t + 2s)
                                      .add(warm, 20.5, t + 3s, quality::suspect)
                                      .add(warm, 20.6, t + 4s)
                                      .add(warm, 20.5, t + 5s));
        CHECK(std::count(text.begin(), text.end(), '\n') == (all ? 7 : 5)); // and the day
        CHECK((text.find("01:00:02") != text.npos) == all);
    }
}

TEST_CASE("only = [...] shows the series of these names or identities") {
    fixture f{"only = [\"*_power\", \"volum?\"]"};
    const auto power = f.linky.gauge("apparent_power", "V.A"), volume = f.linky.counter("volume", "m3"),
               other = f.linky.gauge("temperature", "Cel");
    const auto text = f.shown(f.linky.batch().add(power, 1).add(volume, 2).add(other, 3));
    CHECK_THAT(text,
               ContainsSubstring("apparent_power") && ContainsSubstring("volume") && !ContainsSubstring("temperature"));
    fixture of_one_device{"only = ['*device=\"wes-a11\"*']"};
    const auto here = of_one_device.box.gauge("power", "W"), elsewhere = of_one_device.linky.gauge("power", "W");
    const auto one = of_one_device.shown(of_one_device.box.batch().add(here, 41).add(elsewhere, 42));
    CHECK_THAT(one, ContainsSubstring("41 W") && !ContainsSubstring("42 W"));
    CHECK_FALSE(problems(plugin{}, "print", "only = [\"\"]").empty());
    CHECK_FALSE(problems(plugin{}, "print", "only = [\"T[12\"]").empty());
}

TEST_CASE("colours only where they are enabled") {
    const auto coloured = [](const std::string& toml) {
        fixture f{toml};
        return f.shown(f.linky.batch().add(f.linky.gauge("power", "W"), 1)).find('\033') != std::string::npos;
    };
    CHECK_FALSE(coloured(""));
    CHECK(coloured("colour = \"always\""));
    CHECK_FALSE(coloured("colour = \"never\""));
}

TEST_CASE("a text from a wire can't control the terminal or break the line") {
    fixture f;
    const auto note = f.linky.text("note", {{"bad", "\033]0;title\a"}});
    const auto text = f.shown(f.linky.batch().add(note, "one\ntwo \033[31mred"));
    CHECK(text.find('\033') == text.npos);
    CHECK(text.find('\a') == text.npos);
    CHECK(std::count(text.begin(), text.end(), '\n') == 2);
}

TEST_CASE("a new day has its own line") {
    fixture f;
    const auto power = f.linky.gauge("power", "W");
    const auto text = f.shown(f.linky.batch().add(power, 1, f.n.now() + 22h + 59min).add(power, 2, f.n.now() + 23h));
    CHECK_THAT(text, ContainsSubstring("23:59:00") &&
                         ContainsSubstring("\u2500\u2500 Friday 2 January 2026 \u2500\u2500\n00:00:00"));
}
