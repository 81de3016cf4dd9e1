// SPDX-License-Identifier: Apache-2.0
#include "decoded.hpp"

#include <player.hpp>

#include <releve/testing/catch.hpp>

#include <algorithm>

using namespace teleinfo_player;

namespace {

constexpr std::int64_t start_s = 1'768'474'800;

// What a port that follows the line's speed hears in `seconds`.
std::string heard(const playing& how, double seconds) {
    player meter{how, start_s, 0};
    std::string all;
    for (double now = 0; now < seconds; now += 0.01) {
        all += meter.hear(baud(meter.now()), start_s + static_cast<std::int64_t>(now), now);
    }
    return all;
}

struct counted {
    std::size_t good = 0, bad = 0, broken_off = 0, nul = 0, bytes = 0;
};

counted count(fault kind) {
    const std::string all = heard({.only = mode::standard, .damaged_by = kind}, 60);
    counted found;
    found.bytes = all.size();
    found.nul = static_cast<std::size_t>(std::count(all.begin(), all.end(), '\0'));
    for (const auto& each : decoded::frames_of(all, true)) {
        found.good += each.good.size();
        found.bad += each.bad;
        found.broken_off += each.end == '\x04';
    }
    return found;
}

} // namespace

TEST_CASE("frames follow each other at the speed of the line", "[player]") {
    const std::string historique = heard({.only = mode::historique}, 60);
    CHECK(historique.size() > 60 * 114);
    CHECK(historique.size() <= 60 * 120);
    const std::string standard = heard({.only = mode::standard}, 60);
    CHECK(standard.size() > 60 * 912);
    CHECK(standard.size() <= 60 * 960);
    auto frames = decoded::frames_of(standard, true);
    frames.pop_back(); // the one that is being sent
    CHECK(frames.size() > 50);
    for (const auto& each : frames) {
        CHECK(each.bad == 0);
        CHECK(each.end == '\x03');
    }
}

TEST_CASE("the same seed and time play the same", "[player]") {
    CHECK(heard({.only = mode::standard, .seed = 3}, 10) == heard({.only = mode::standard, .seed = 3}, 10));
    CHECK(heard({.only = mode::standard, .seed = 3}, 10) != heard({.only = mode::standard, .seed = 4}, 10));
}

TEST_CASE("both modes in turn, changed between two frames", "[player]") {
    player meter{{.switch_every_s = 20}, start_s, 0};
    std::string by_mode[2];
    int changes = 0;
    mode last = meter.now();
    for (double now = 0; now < 90; now += 0.01) {
        const mode before = meter.now();
        by_mode[before == mode::standard] += meter.hear(baud(before), start_s, now);
        changes += meter.now() != last;
        last = meter.now();
    }
    CHECK(changes == 4);
    const auto whole = [](const auto& all) {
        return std::count_if(all.begin(), all.end(),
                             [](const auto& each) { return each.end == '\x03' && each.bad == 0; });
    };
    CHECK(whole(decoded::frames_of(by_mode[0], false)) > 25);
    CHECK(whole(decoded::frames_of(by_mode[1], true)) > 30);
}

TEST_CASE("faults damage the line and never make it wrong unnoticed for long", "[player]") {
    const auto none = count(fault::none);
    CHECK(none.bad == 0);
    CHECK(none.nul == 0);
    const auto parity = count(fault::parity);
    CHECK(parity.nul > 100);
    CHECK(parity.bad > 50);
    CHECK(parity.good > none.good / 2);
    const auto noise = count(fault::noise);
    CHECK(noise.nul < parity.nul / 10);
    CHECK(noise.bad > 50);
    const auto silence = count(fault::silence);
    CHECK(silence.bytes < none.bytes * 7 / 10);
    CHECK(silence.bytes > none.bytes * 6 / 10);
    CHECK(silence.bad == 0);
    const auto cut = count(fault::cut);
    CHECK(cut.broken_off > 15);
    CHECK(cut.bad == 0);
}

TEST_CASE("a program that was held up does not hurry after the line", "[player]") {
    player meter{{.only = mode::standard}, start_s, 0};
    CHECK(meter.hear(9600, start_s, 0.01).size() <= 9);
    const std::string late = meter.hear(9600, start_s + 3600, 3600);
    CHECK(late.size() < 4000);
    CHECK(meter.frames() < 5);
}
