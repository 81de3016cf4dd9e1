// SPDX-License-Identifier: Apache-2.0
// What is reported of a meter: each kind of frame, and what is held back.
#include "tests/frames.hpp"
#include "tests/listener.hpp"

#include <releve/testing/catch.hpp>

namespace {

using namespace releve::teleinfo;
using decoded::listener;
using tic_frames::historique_hc;
using tic_frames::historique_short;
using tic_frames::historique_three_phase;
using tic_frames::standard_one_phase;
using tic_write::frame;
using tic_write::historique;
using tic_write::standard;
using list = std::vector<std::string>;

} // namespace

TEST_CASE("a one-phase historique frame is reported whole") {
    listener line;
    line.feed(tic_frames::historique_tempo() + tic_frames::historique_tempo());
    CHECK(line.last("tariff_option") == "BBR(");
    CHECK(line.last("current_subscribed") == "45 A");
    CHECK(line.last("active_energy_drawn_tariff{register=BBRHPJB}") == "19571184 Wh");
    CHECK(line.last("tariff_period") == "HPJB");
    CHECK(line.last("tempo_tomorrow") == "white");
    CHECK(line.last("current{phase=1}") == "4 A");
    CHECK(line.last("current_max{phase=1}") == "90 A");
    CHECK(line.last("apparent_power_drawn") == "930 V.A");
    CHECK(line.last("off_peak_programme") == "A");
    CHECK(line.last("meter_state") == "000000");
    CHECK(line.last("overload") == "0 1");
    CHECK(line.last("phases") == "1 1");
    CHECK(line.meter.serial() == "021861348497");
}

TEST_CASE("a one-phase standard frame is reported whole") {
    listener line;
    line.feed(standard_one_phase());
    CHECK(line.last("tariff_calendar") == "H PLEINE/CREUSE");
    CHECK(line.last("tariff_name") == "HEURE PLEINE");
    CHECK(line.last("active_energy_drawn") == "28658741 Wh");
    CHECK(line.last("active_energy_drawn_tariff{register=EASF02}") == "25446869 Wh");
    CHECK(line.last("active_energy_drawn_tariff{register=EASF10}") == "0 Wh");
    CHECK(line.last("active_energy_drawn_distributor{register=EASD02}") == "28658741 Wh");
    CHECK(line.last("current{phase=1}") == "4 A");
    CHECK(line.last("voltage{phase=1}") == "231 V");
    CHECK(line.last("apparent_power_subscribed") == "9000 V.A");
    CHECK(line.last("apparent_power_drawn") == "931 V.A");
    CHECK(line.last("apparent_power_drawn_max") == "4310 V.A");
    CHECK(line.last("apparent_power_drawn_max_yesterday") == "5120 V.A");
    CHECK(line.all("active_power_drawn_mean") == list{"880 W", "910 W"});
    CHECK(line.last("voltage_mean{phase=1}") == "230 V");
    CHECK(line.last("status_register") == "003A4401");
    CHECK(line.last("dry_contact_open") == "1 1");
    CHECK(line.last("breaker") == "closed");
    CHECK(line.last("distributor_index") == "2 1");
    CHECK(line.last("overload") == "0 1");
    CHECK(line.last("message") == "PAS DE          MESSAGE");
    CHECK(line.last("relay{relay=3}") == "1 1");
    CHECK(line.last("relay{relay=4}") == "1 1");
    CHECK(line.last("relay{relay=8}") == "1 1");
    CHECK(line.last("relay{relay=1}") == "0 1");
    CHECK(line.last("tariff_index") == "2 1");
    CHECK(line.last("day_profile_tomorrow") == "1 1");
    CHECK(line.last("day_schedule_tomorrow").substr(0, 26) == "00:00 index 2 contact open");
    CHECK(line.last("clock_drift") == "0 s");
    CHECK(line.meter.totals().bad == 0);
    CHECK(line.meter.totals().unknown == 0);
}

TEST_CASE("a three-phase producer's frame is reported whole") {
    listener line;
    line.feed(tic_frames::standard_three_phase());
    CHECK(line.last("active_energy_injected") == "2000300 Wh");
    CHECK(line.last("reactive_energy{quadrant=4}") == "4000 var.h");
    CHECK(line.last("current{phase=3}") == "1 A");
    CHECK(line.last("voltage{phase=2}") == "235 V");
    CHECK(line.last("apparent_power_drawn") == "46 V.A");
    CHECK(line.last("apparent_power_drawn{phase=2}") == "531 V.A");
    CHECK(line.last("apparent_power_drawn_max{phase=3}") == "1000 V.A");
    CHECK(line.last("apparent_power_drawn_max_yesterday{phase=1}") == "1400 V.A");
    CHECK(line.last("apparent_power_injected") == "0 V.A");
    CHECK(line.last("apparent_power_injected_max") == "2000 V.A");
    CHECK(line.all("active_power_injected_mean") == list{"900 W", "910 W"});
    CHECK(line.last("injecting") == "0 1");
    CHECK(line.last("producer") == "1 1");
    CHECK(line.last("tempo_today") == "blue");
    CHECK(line.last("peak_announced") == "1 1");
    CHECK(line.last("peak_begin{peak=1}") == "2025-06-23 06:00:00");
    CHECK(line.last("peak_end{peak=1}") == "2025-06-24 06:00:00");
    CHECK(line.last("message_short") == "COUPURE DEMAIN");
    CHECK(line.last("peak_day_schedule") == "06:00 index 3 contact open; 22:00 index 4 contact closed");
    CHECK(line.meter.totals().bad == 0);
    CHECK(line.meter.totals().unknown == 0);
}

TEST_CASE("an impossible power of a phase is suspect, its neighbours are not") {
    listener line;
    line.feed(tic_frames::standard_three_phase("48370"));
    for (const auto& one : line.values) {
        INFO(one.key);
        CHECK(one.doubtful == (one.key == "apparent_power_drawn{phase=2}"));
    }
    CHECK_FALSE(impossible_power(531, 235, 2));
    CHECK_FALSE(impossible_power(230, 230, 0));
    CHECK(impossible_power(1407, 230, 2));
}

TEST_CASE("an index that falls or leaps waits for the next frame") {
    listener line;
    const auto peak = [&](const std::string& index) {
        line.feed(historique_hc(index));
        return line.all("active_energy_drawn_tariff{register=HCHP}");
    };
    CHECK(peak("007568310") == list{"7568310 Wh"});
    CHECK(peak("007568311").back() == "7568311 Wh");
    const auto before = peak("007568311").size();
    CHECK(peak("003568311").size() == before);       // falls
    CHECK(peak("007568312").back() == "7568312 Wh"); // it was a mistake
    CHECK(peak("907568312").back() == "7568312 Wh"); // leaps
    CHECK(peak("507568312").back() == "7568312 Wh"); // another leap confirms nothing
    CHECK(peak("007568313").back() == "7568313 Wh");
    CHECK(peak("000000007").back() == "7568313 Wh"); // a new meter
    CHECK(peak("000000008").back() == "8 Wh");       // it is counted now
    line.steady_ns += 3'600'000'000'000;             // an hour without the line: 6 kVA leave room
    CHECK(peak("000005008").back() == "5008 Wh");
    CHECK(peak("000005100").back() == "5008 Wh"); // 92 Wh in a second do not
}

TEST_CASE("the first index of a damaged frame waits too") {
    listener line;
    auto damaged = historique_hc();
    damaged[damaged.find("IINST")] = 'J';
    line.feed(damaged);
    CHECK(line.last("active_energy_drawn_tariff{register=HCHP}") == "nothing");
    CHECK(line.last("apparent_power_drawn") == "420 V.A");
    line.feed(historique_hc());
    CHECK(line.last("active_energy_drawn_tariff{register=HCHP}") == "7568310 Wh");
}

TEST_CASE("an index of eight digits is accepted only when it comes again") {
    listener line;
    line.feed(historique_hc("00756831"));
    CHECK(line.last("active_energy_drawn_tariff{register=HCHP}") == "nothing");
    line.feed(historique_hc("00756831"));
    CHECK(line.last("active_energy_drawn_tariff{register=HCHP}") == "756831 Wh");
}

TEST_CASE("values with their own time are reported once each") {
    listener line;
    line.feed(standard_one_phase() + standard_one_phase() + standard_one_phase());
    CHECK(line.all("apparent_power_drawn_max").size() == 1);
    CHECK(line.all("voltage_mean{phase=1}").size() == 1);
    CHECK(line.all("active_power_drawn_mean").size() == 2);
    for (const auto& one : line.values)
        if (one.key == "apparent_power_drawn_max") CHECK(*one.own_time_s == 1'737'530'102); // 2025-01-22 07:15:02 UTC

    // The next point of the curve: the one before is not reported again.
    auto next = standard_one_phase();
    const auto replace = [&](const std::string& from, const std::string& to) {
        next.replace(next.find(from), from.size(), to);
    };
    replace(standard("CCASN", "H250122143000", "00880"), standard("CCASN", "H250122150000", "00700"));
    replace(standard("CCASN-1", "H250122140000", "00910"), standard("CCASN-1", "H250122143000", "00880"));
    line.feed(next);
    CHECK(line.all("active_power_drawn_mean") == list{"880 W", "910 W", "700 W"});
}

TEST_CASE("stamped values take the host's time where the letter cannot be read") {
    listener line{{.horodates = horodate_use::host}};
    line.feed(standard_one_phase() + standard_one_phase());
    CHECK(line.all("apparent_power_drawn_max").size() == 1);
    for (const auto& one : line.values) CHECK_FALSE(one.own_time_s.has_value());
    CHECK(line.last("clock_drift") == "nothing");
}

TEST_CASE("a degraded clock makes its values suspect and its drift unknown") {
    listener line;
    line.feed(frame({standard("DATE", "h250122143512", ""), standard("SMAXSN", "h250122081502", "04310"),
                     standard("UMOY1", " 250122081502", "230"), standard("IRMS1", "004")}));
    CHECK(line.last("clock_drift") == "nothing");
    CHECK(line.last("voltage_mean{phase=1}") == "nothing"); // no season: no time
    REQUIRE(line.last("apparent_power_drawn_max") == "4310 V.A");
    for (const auto& one : line.values) CHECK(one.doubtful == (one.key == "apparent_power_drawn_max"));
}

TEST_CASE("the drift of the meter's clock is reported") {
    listener line;
    line.feed(standard_one_phase("028658741", "H250122143612"));
    CHECK(line.last("clock_drift") == "60 s");
}

TEST_CASE("short frames keep what they do not hold") {
    listener line;
    line.feed(historique_three_phase() + historique_three_phase());
    CHECK(line.last("overload") == "0 1");
    // Cut by EOT, then short frames, then a long one, then short ones again.
    auto cut = historique_three_phase();
    cut.replace(cut.find("\nIINST1"), std::string::npos, "\x04");
    line.feed(cut);
    line.values.clear();
    for (int i = 0; i < 20; ++i) line.feed(historique_short());
    CHECK(line.last("current_overload{phase=2}") == "37 A");
    CHECK(line.last("current{phase=2}") == "37 A");
    CHECK(line.last("overload") == "1 1");
    CHECK(line.last("apparent_power_drawn") == "nothing"); // not reported is not zero
    line.feed(historique_three_phase());
    CHECK(line.last("overload") == "1 1"); // the long frame never says it
    line.feed(historique_short("13"));
    CHECK(line.last("current_overload{phase=3}") == "37 A");
    line.feed(historique_short("") + historique_short(""));
    CHECK(line.last("overload") == "0 1");
    CHECK(line.meter.phases() == 3);
    CHECK(line.meter.totals().bad == 0);
}

TEST_CASE("ADPS says that one phase is overloaded") {
    listener line;
    const auto with = [](const std::string& adps) {
        return "\x02" + historique("ADCO", "021861348497") + historique("IINST", "032") + adps +
               historique("IMAX", "090") + historique("PAPP", "07400") + "\x03";
    };
    line.feed(with("") + with(historique("ADPS", "032")));
    CHECK(line.last("current_overload{phase=1}") == "32 A");
    CHECK(line.last("overload") == "1 1");
    line.feed(with(""));
    CHECK(line.last("overload") == "1 1");
    line.feed(with(""));
    CHECK(line.last("overload") == "0 1");
}

TEST_CASE("EJP gives notice") {
    listener line;
    line.feed(frame({historique("OPTARIF", "EJP."), historique("EJPHN", "000100200"), historique("EJPHPM", "000000300"),
                     historique("PEJP", "30"), historique("PTEC", "HN.."), historique("IINST", "001")}));
    CHECK(line.last("peak_notice") == "1800 s");
    CHECK(line.last("tariff_period") == "HN..");
    CHECK(line.last("active_energy_drawn_tariff{register=EJPHPM}") == "300 Wh");
}

TEST_CASE("an absent phase is reported") {
    listener line;
    line.feed(frame({historique("IINST1", "001"), historique("PPOT", "04")}));
    CHECK(line.last("phase_absent{phase=1}") == "0 1");
    CHECK(line.last("phase_absent{phase=2}") == "1 1");
    CHECK(line.last("phase_absent{phase=3}") == "0 1");
}

TEST_CASE("one damaged group does not change the number of phases") {
    listener line;
    line.feed(historique_hc() + historique_hc());
    CHECK(line.meter.phases() == 1);
    line.values.clear();
    auto odd = historique_hc();
    odd.insert(odd.size() - 1, historique("IINST2", "050"));
    line.feed(odd);
    CHECK(line.meter.phases() == 1);
    CHECK(line.last("current{phase=2}") == "nothing");
    CHECK(line.last("current{phase=1}") == "2 A");
    line.feed(historique_three_phase());
    CHECK(line.meter.phases() == 1);
    line.feed(historique_three_phase());
    CHECK(line.meter.phases() == 3);
}

TEST_CASE("unknown labels are reported from the second frame on, and no more than the bound") {
    listener line{{.max_unknown = 2}};
    const auto with = [](const std::string& more) {
        return "\x02" + historique("MESURES1", "BT 4 SUP36") + historique("EA_s", "123456kWh") + more + "\x03";
    };
    line.feed(with(""));
    CHECK(line.values.empty());
    line.feed(with(historique("PS", "36kVA")));
    CHECK(line.last("other_value{tic=EA_s}") == "123456000 Wh");
    CHECK(line.last("other_text{tic=MESURES1}") == "BT 4 SUP36");
    line.feed(with(historique("PS", "36kVA")));
    CHECK(line.last("other_value{tic=PS}") == "nothing");
    SECTION("a value in another form is not reported") {
        line.values.clear();
        line.feed(frame({historique("EA_s", "1234p6kWh")}));
        CHECK(line.values.empty());
    }
    SECTION("a serial number is not reported") {
        line.values.clear();
        line.feed(frame({historique("ADS", "012345678901")}) + frame({historique("ADS", "012345678901")}));
        CHECK(line.values.empty());
    }
}

TEST_CASE("the place of an unknown label that never came again is used for another") {
    listener line{{.max_unknown = 1}};
    line.feed(frame({historique("GARBAGE", "1")}));
    for (int i = 0; i < 40; ++i) line.feed(frame({historique("PS", "36kVA")}));
    CHECK(line.last("other_value{tic=PS}") == "36000 V.A");
}

TEST_CASE("a test sequence is not a measurement") {
    listener line;
    for (int i = 0; i < 5; ++i)
        line.feed(
            frame({historique("TRAME", "TEST"), historique("ADS", "000000000000"), historique("PTCOUR1", "HPE")}));
    CHECK(line.values.empty());
}

TEST_CASE("the meter's identity takes two frames that agree") {
    listener line;
    line.feed(standard_one_phase());
    CHECK(line.meter.serial().empty());
    line.feed(standard_one_phase());
    CHECK(line.meter.serial() == "021861348497");
    CHECK(line.meter.delivery_point() == "01234567890123");
    line.feed(tic_frames::standard_three_phase());
    CHECK(line.meter.serial() == "021861348497");
}

TEST_CASE("a meter that is switched to standard mode continues the same series") {
    listener line;
    line.feed(historique_hc() + historique_hc());
    line.feed(standard_one_phase() + standard_one_phase());
    CHECK(line.reader.mode() == tic_mode::standard);
    CHECK(line.last("apparent_power_drawn") == "931 V.A");
    CHECK(line.last("current{phase=1}") == "4 A");
}

TEST_CASE("a Linky of the first generation is read as any other") {
    listener one;
    one.feed(tic_frames::first_generation() + tic_frames::first_generation("00470"));
    CHECK(one.all("apparent_power_drawn") == list{"460 V.A", "470 V.A"});
    CHECK(one.last("apparent_power_drawn{phase=1}") == "nothing");
    CHECK(one.all("apparent_power_drawn_max") == list{"4210 V.A"});
    CHECK(one.all("apparent_power_drawn_max_yesterday") == list{"3870 V.A"});
    CHECK(one.last("tic_version") == "1 1");
    CHECK(one.meter.totals().bad == 0);
    CHECK(one.meter.totals().unknown == 0);

    listener three;
    three.feed(tic_frames::first_generation_three_phase());
    CHECK(three.last("apparent_power_drawn") == "nothing"); // no label says the total
    CHECK(three.last("apparent_power_drawn{phase=1}") == "460 V.A");
    CHECK(three.last("apparent_power_drawn{phase=3}") == "30 V.A");
    CHECK(three.last("apparent_power_drawn_max{phase=2}") == "1210 V.A");
    CHECK(three.meter.totals().bad == 0);
}

TEST_CASE("an unknown label with a horodate is unknown, not damage, and has its own time") {
    listener line;
    const auto with = [](const std::string& data) {
        return frame({standard("EAST", "008612345"), standard("NEWMAX", "H261123120000", data),
                      standard("NEWTXT", "h261123120000", "ABC")});
    };
    line.feed(with("04210") + with("04210") + with("04211"));
    CHECK(line.meter.totals().bad == 0);
    CHECK(line.meter.totals().unknown == 6);
    CHECK(line.last("active_energy_drawn") == "8612345 Wh"); // a clean frame: not held back
    CHECK(line.all("other_value{tic=NEWMAX}") == list{"4210 1", "4211 1"});
    for (const auto& value : line.values) {
        if (value.key == "other_value{tic=NEWMAX}") CHECK(value.own_time_s == 1'795'431'600); // 2026-11-23 11:00 UTC
        if (value.key == "other_text{tic=NEWTXT}") CHECK(value.doubtful);
    }
    listener old;
    old.feed(frame({historique("BASE", "010151184"), historique("NEWLAB", "00042")}) +
             frame({historique("BASE", "010151184"), historique("NEWLAB", "00042")}));
    CHECK(old.meter.totals().bad == 0);
    CHECK(old.last("other_value{tic=NEWLAB}") == "42 1");
}
