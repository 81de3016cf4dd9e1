// SPDX-License-Identifier: Apache-2.0
#include "decoded.hpp"

#include <frame.hpp>

#include <releve/testing/catch.hpp>

using namespace teleinfo_player;

namespace {
constexpr std::int64_t winter_noon = 1'768'474'800; // 2026-01-15 11:00 UTC
}

TEST_CASE("checksums are those of real meters", "[frame]") {
    frame historique{mode::historique};
    historique.add("PTEC", "HP..");
    historique.add("MOTDETAT", "000000");
    historique.add("ADCO", "021528603314");
    CHECK(historique.bytes() == "\x02\nPTEC HP..  \r\nMOTDETAT 000000 B\r\nADCO 021528603314 :\r\x03");
    frame standard{mode::standard};
    standard.add("VTIC", "02");
    standard.add("RELAIS", "000");
    standard.add("PREF", "09");
    CHECK(standard.bytes() == "\x02\nVTIC\t02\tJ\r\nRELAIS\t000\tB\r\nPREF\t09\tH\r\x03");
}

TEST_CASE("a horodate says its season", "[frame]") {
    CHECK(horodate(1'230'243'318) == "H081225231518");
    CHECK(horodate(1'784'109'600) == "E260715120000");
    CHECK(horodate(1'792'886'400 + 3599) == "E261025025959"); // the hour that comes twice
    CHECK(horodate(1'792'890'000) == "H261025020000");
    CHECK(horodate(1'774'746'000) == "E260329030000");
}

TEST_CASE("every group of a historique frame is good and of its width", "[frame]") {
    household home{1};
    const auto frames = decoded::frames_of(frame_of(mode::historique, home.at(winter_noon), 7), false);
    REQUIRE(frames.size() == 1);
    const auto& only = frames[0];
    CHECK(only.bad == 0);
    CHECK(only.end == '\x03');
    CHECK(only.good.size() == 11);
    CHECK(only.data("ADCO") == "042162000007");
    CHECK(only.data("OPTARIF") == "HC..");
    CHECK(only.data("PTEC") == "HP..");
    CHECK(only.data("ISOUSC") == "45");
    CHECK(only.data("HCHC").size() == 9);
    CHECK(only.data("HCHP").size() == 9);
    CHECK(only.data("PAPP").size() == 5);
    CHECK(only.data("IINST").size() == 3);
    CHECK(only.data("MOTDETAT") == "000000");
}

TEST_CASE("every group of a standard frame is good and of its width", "[frame]") {
    household home{1};
    const auto frames = decoded::frames_of(frame_of(mode::standard, home.at(winter_noon), 7), true);
    REQUIRE(frames.size() == 1);
    const auto& only = frames[0];
    CHECK(only.bad == 0);
    CHECK(only.end == '\x03');
    CHECK(only.good.size() == 38);
    CHECK(only.horodate("DATE") == "H260115120000");
    CHECK(only.data("DATE").empty());
    CHECK(only.data("STGE") == "003A4401");
    CHECK(only.data("NTARF") == "02");
    CHECK(only.horodate("CCASN") == "H260115120000");
    CHECK(only.horodate("CCASN-1") == "H260115113000");
    CHECK(only.data("PJOURF+1").size() == 98);
    CHECK(only.data("MSG1").size() == 32);
    CHECK(only.data("PRM").size() == 14);
    CHECK(std::stoll(only.data("EAST")) == std::stoll(only.data("EASF01")) + std::stoll(only.data("EASF02")));
}

TEST_CASE("at night the contact is closed and the off-peak index runs", "[frame]") {
    household home{1};
    const auto now = home.at(winter_noon + 12 * 3600);
    CHECK(decoded::frames_of(frame_of(mode::historique, now, 7), false)[0].data("PTEC") == "HC..");
    const auto standard = decoded::frames_of(frame_of(mode::standard, now, 7), true)[0];
    CHECK(standard.data("STGE") == "003A0000");
    CHECK(standard.data("RELAIS") == "001");
    CHECK(standard.data("LTARF") == " HEURE  CREUSE  ");
}
