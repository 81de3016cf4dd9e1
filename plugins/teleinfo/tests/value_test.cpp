// SPDX-License-Identifier: Apache-2.0
// Labels, formats, horodates and registers, against the text of 02E and 54E.
#include "decoder/register.hpp"
#include "tests/frames.hpp"
#include "tests/listener.hpp"

#include <releve/testing/catch.hpp>

#include <fstream>
#include <iterator>
#include <optional>
#include <set>

namespace {

using namespace releve::teleinfo;
using tic_write::historique;
using tic_write::standard;

struct read_result {
    tic_verdict verdict = tic_verdict::unknown;
    std::uint64_t number = 0;
    std::string text;
    horodate at;
};

/// The one group of the bytes.
read_result read(const std::string& group_bytes) {
    tic_reader reader;
    tic_group group;
    tic_value value;
    reader.feed(group_bytes);
    REQUIRE(reader.next(group) == tic_event::group);
    const auto verdict = read_value(group, value);
    return {verdict, value.number, std::string{value.text}, value.at};
}
tic_verdict hist(const std::string& label, const std::string& data) { return read(historique(label, data)).verdict; }
tic_verdict norm(const std::string& label, const std::string& data) { return read(standard(label, data)).verdict; }

constexpr auto good = tic_verdict::good;
constexpr auto malformed = tic_verdict::malformed;

std::optional<other_value> other(const std::string& bytes) {
    static std::string kept; // the views point into it
    static tic_reader reader;
    kept = bytes;
    reader = tic_reader{};
    reader.feed(kept);
    tic_group group;
    REQUIRE(reader.next(group) == tic_event::group);
    return read_other(group);
}

} // namespace

TEST_CASE("every label is found in its mode, and only there") {
    std::set<std::string> seen;
    for (const auto& row : tic_labels()) {
        const std::string padded = std::string{row.label} + std::string(16, ' ');
        const std::string_view label{padded.data(), row.label.size()};
        INFO(row.label);
        CHECK(find_label(label, row.mode) == &row);
        CHECK(find_label(label, row.mode == tic_mode::standard ? tic_mode::historique : tic_mode::standard) == nullptr);
        CHECK(seen.insert(std::string{row.label}).second);
        CHECK_FALSE(row.meaning.empty());
        CHECK((row.kind == tic_kind::none || !row.series.empty()));
    }
    const std::string beside = "EASF11          EASF0           SMAXSN1-2           ";
    CHECK(find_label({beside.data(), 6}, tic_mode::standard) == nullptr);
    CHECK(find_label({beside.data() + 16, 5}, tic_mode::standard) == nullptr);
    CHECK(find_label({beside.data() + 32, 9}, tic_mode::standard) == nullptr);
}

TEST_CASE("the README lists every label") {
    std::ifstream file{"README.md"};
    const std::string readme{std::istreambuf_iterator<char>{file}, {}};
    REQUIRE_FALSE(readme.empty());
    for (const auto& row : tic_labels()) {
        INFO(row.label << " " << row.series);
        CHECK(readme.find("`" + std::string{row.label} + "`") != std::string::npos);
        if (!row.series.empty()) CHECK(readme.find("`" + std::string{row.series} + "`") != std::string::npos);
    }
}

TEST_CASE("numbers have their digits, no more and no less") {
    CHECK(read(historique("BASE", "010151184")).number == 10'151'184);
    CHECK(read(standard("EAST", "999999999")).number == 999'999'999);
    CHECK(read(historique("IINST", "004")).number == 4);
    CHECK(read(historique("PAPP", "06082")).number == 6082);
    CHECK(read(standard("PREF", "09")).number == 9);
    CHECK(hist("BASE", "01015118") == good); // a concentrator's eight digits
    CHECK(norm("EAST", "01015118") == malformed);
    CHECK(hist("BASE", "0101511840") == malformed);
    CHECK(hist("BASE", "01015118O") == malformed);
    CHECK(hist("BASE", "A10151184") == malformed);
    CHECK(hist("BASE", "0101 1184") == malformed);
    CHECK(hist("IINST", "04") == malformed);
    CHECK(hist("IINST", "0004") == malformed);
    CHECK(hist("IINST", "-04") == malformed);
    CHECK(hist("PAPP", "0608:") == malformed);
    CHECK(hist("PAPP", "/6082") == malformed);
    CHECK(norm("NTARF", "10") == good);
    CHECK(norm("NTARF", "00") == malformed);
    CHECK(norm("NTARF", "11") == malformed);
    CHECK(norm("RELAIS", "255") == good);
    CHECK(norm("RELAIS", "256") == malformed);
    CHECK(read(standard("STGE", "003A4401")).number == 0x003A4401);
    CHECK(norm("STGE", "003a4401") == malformed);
    CHECK(norm("STGE", "003A440G") == malformed);
    CHECK(read(historique("PPOT", "0E")).number == 0x0e);
    CHECK(hist("PPOT", "01") == malformed); // bit 0 is not a phase
    CHECK(hist("PPOT", "10") == malformed);
}

TEST_CASE("codes are of their sets") {
    for (const char* code : {"TH..", "HC..", "HP..", "HN..", "PM..", "HCJB", "HPJB", "HCJW", "HPJW", "HCJR", "HPJR"})
        CHECK(hist("PTEC", code) == good);
    for (const char* code : {"HCJC", "TH.", "TH...", "th..", "HC.n", "XXXX"}) CHECK(hist("PTEC", code) == malformed);
    for (const char* code : {"BASE", "HC..", "EJP.", "BBR(", "BBR0", "BBR?"}) CHECK(hist("OPTARIF", code) == good);
    for (const char* code : {"BBR ", "BBR'", "BBR@", "BBRh", "BASF", "EJP"}) CHECK(hist("OPTARIF", code) == malformed);
    for (const char* code : {"----", "BLEU", "BLAN", "ROUG"}) CHECK(hist("DEMAIN", code) == good);
    for (const char* code : {"---m", "VERT", "BLEUE"}) CHECK(hist("DEMAIN", code) == malformed);
    for (const char* code : {"A", "C", "D", "E", "Y"}) CHECK(hist("HHPHC", code) == good);
    for (const char* code : {"B", "a", "AA", "1"}) CHECK(hist("HHPHC", code) == malformed);
    CHECK(hist("MOTDETAT", "400000") == good);
    CHECK(hist("MOTDETAT", "0000000000") == good);
    CHECK(hist("MOTDETAT", "40000p") == malformed);
    CHECK(norm("ADSC", "02186134849q") == malformed);
    CHECK(norm("ADSC", "XXXXXXXXXXX") == good);
}

TEST_CASE("horodates are times that exist") {
    const auto at = [](const std::string& text) { return read(standard("SMAXSN", text, "04310")); };
    const auto winter = at("H081225223518");
    CHECK(winter.verdict == good);
    CHECK(winter.at == horodate{8, 12, 25, 22, 35, 18, season::winter, false});
    CHECK(local_text(winter.at) == "2008-12-25 22:35:18");
    CHECK(mainland_seconds(winter.at) == 1'230'240'918); // 2008-12-25 21:35:18 UTC
    const auto summer = at("E250622143512");
    CHECK(summer.at.in == season::summer);
    CHECK(mainland_seconds(summer.at) == 1'750'595'712); // 2025-06-22 12:35:12 UTC
    CHECK(at("h081225223518").at == horodate{8, 12, 25, 22, 35, 18, season::winter, true});
    CHECK(at("e081225223518").at == horodate{8, 12, 25, 22, 35, 18, season::summer, true});
    CHECK(at(" 081225223518").at.in == season::none);
    CHECK_FALSE(mainland_seconds(at(" 081225223518").at));
    CHECK(at("H240229000000").verdict == good);
    for (const char* text :
         {"X081225223518", "H081325223518", "H080025223518", "H081200223518", "H081232223518", "H250229000000",
          "H081225243518", "H081225226018", "H081225223560", "H08122522351", "H0812252235188", "H08122522351q"})
        CHECK(at(text).verdict == malformed);
    // The autumn hour that comes twice: the letter tells which.
    CHECK(*mainland_seconds(at("H251026023000").at) - *mainland_seconds(at("E251026023000").at) == 3600);
}

TEST_CASE("a horodate stands where it belongs") {
    CHECK(norm("SMAXSN", "04310") == malformed);
    CHECK(read(standard("EAST", "H081225223518", "028658741")).verdict == malformed);
    CHECK(read(standard("DATE", "E250622143512", "")).verdict == good);
    CHECK(read(standard("DATE", "E250622143512", "0")).verdict == malformed);
    CHECK(read(standard("DPM1", " 250123060000", "00")).verdict == good);
    CHECK(read(standard("DPM1", " 250123060000", "")).verdict == malformed);
}

TEST_CASE("STGE is decoded as real meters send it") {
    auto status = read_status(0x003A4401);
    CHECK(status.dry_contact_open);
    CHECK(status.breaker == "closed");
    CHECK_FALSE(status.terminal_cover_open);
    CHECK(status.supplier_index == 2);
    CHECK(status.distributor_index == 2);
    CHECK(status.standard_output);
    CHECK(status.euridis == "secured");
    CHECK(status.plc == "new_locked");
    CHECK_FALSE(status.producer);

    status = read_status(0x003A0301);
    CHECK(status.producer);
    CHECK(status.injecting);

    status = read_status(0x463A0800);
    CHECK_FALSE(status.dry_contact_open);
    CHECK(status.supplier_index == 3);
    CHECK(status.tempo_today == "white");
    CHECK(status.tempo_tomorrow == "blue");
    CHECK(status.peak_announced == 0);
    CHECK(status.peak_running == 1);

    status = read_status(0x9B3A9000);
    CHECK(status.supplier_index == 5);
    CHECK(status.distributor_index == 3);
    CHECK(status.tempo_today == "red");
    CHECK(status.tempo_tomorrow == "white");
    CHECK(status.peak_announced == 1);
    CHECK(status.peak_running == 2);

    status = read_status(0x000A4411);
    CHECK(status.terminal_cover_open);
    CHECK(status.euridis == "unsecured");

    status = read_status(0x008100CC); // made of the text: overheating, overvoltage, overload, clock, synchronised
    CHECK(status.breaker == "open_overheating");
    CHECK(status.overvoltage);
    CHECK(status.overload);
    CHECK(status.clock_degraded);
    CHECK(status.plc_synchronised);
}

TEST_CASE("day profiles are decoded") {
    day_profile profile;
    REQUIRE(read_day_profile(tic_frames::day_profile(), profile));
    CHECK(profile.size == 5);
    CHECK(profile_text(profile) ==
          "00:00 index 2 contact open; 02:56 index 1 contact closed; 07:56 index 2 contact open; "
          "11:56 index 1 contact closed; 14:56 index 2 contact open");
    REQUIRE(read_day_profile("06004053 22000000" + tic_frames::unused_blocks(9), profile));
    CHECK(profile_text(profile) == "06:00 index 3 contact as tempo virtual 1,3; 22:00");
    CHECK_FALSE(read_day_profile("24000001" + tic_frames::unused_blocks(10), profile));
    CHECK_FALSE(read_day_profile("00600001" + tic_frames::unused_blocks(10), profile));
    CHECK_FALSE(read_day_profile("0000000g" + tic_frames::unused_blocks(10), profile));
    CHECK_FALSE(read_day_profile("00000001" + tic_frames::unused_blocks(9), profile));
    CHECK_FALSE(read_day_profile("00000001_NONUTILE" + tic_frames::unused_blocks(9), profile));
    REQUIRE(read_day_profile(tic_frames::unused_blocks(11).substr(1), profile));
    CHECK(profile.size == 0);
}

TEST_CASE("a block of a day profile that is a time in one notation alone tells how all are written") {
    const auto text = [](const std::string& blocks) {
        day_profile profile;
        const auto data = blocks + tic_frames::unused_blocks(static_cast<int>(11 - (blocks.size() + 1) / 9));
        return read_day_profile(data, profile) ? profile_text(profile) : "malformed";
    };
    // Octets in base 16.
    CHECK(text("00008002 0038C001 07388002 0D1A8001 0E1A8002") ==
          "00:00 index 2 contact open; 00:56 index 1 contact closed; 07:56 index 2 contact open; "
          "13:26 index 1 contact open; 14:26 index 2 contact open");
    CHECK(text("0A000001") == "10:00 index 1");
    CHECK(text("00004001 1600C002 171E4003") == "00:00 index 1 contact as tempo; 22:00 index 2 contact closed; "
                                                "23:30 index 3 contact as tempo");
    // Decimals.
    CHECK(text("06004001 22004002") == "06:00 index 1 contact as tempo; 22:00 index 2 contact as tempo");
    CHECK(text("00450001 16000002") == "00:45 index 1; 16:00 index 2"); // 00:69 does not exist
    // The same in both.
    CHECK(text("00004001 06054002") == "00:00 index 1 contact as tempo; 06:05 index 2 contact as tempo");
    // Not to be told: Tempo's 22:00 of the law, or 16:00.
    CHECK(text("00004001 06004002 16004001") ==
          "00:00 index 1 contact as tempo; 06:00 index 2 contact as tempo; 16004001");
    CHECK(text("10308001") == "10308001");
    // A time in neither, or blocks that contradict each other.
    CHECK(text("24000001") == "malformed");
    CHECK(text("00600001") == "malformed");
    CHECK(text("0A000001 22000002") == "malformed");
    CHECK(text("0A5A0001") == "malformed");
    CHECK(text("0a000001") == "malformed");
}

TEST_CASE("labels of the first generation are other names of known ones") {
    const auto label_of = [](const std::string& bytes) {
        tic_reader reader;
        tic_group group;
        tic_value value;
        reader.feed(bytes);
        REQUIRE(reader.next(group) == tic_event::group);
        return read_value(group, value) == good ? std::string{value.label->label} : "not good";
    };
    CHECK(label_of(standard("SINST1", "00460")) == "SINSTS");
    CHECK(label_of(standard("SINST2", "00460")) == "SINSTS2");
    CHECK(label_of(standard("SMAXN", "H261123120000", "04210")) == "SMAXSN");
    CHECK(label_of(standard("SMAXN-1", "H261122120000", "04210")) == "SMAXSN-1");
    CHECK(label_of(standard("SMAXN3-1", "H261122120000", "04210")) == "SMAXSN3-1");
    CHECK(norm("SINST1", "460") == malformed);
    CHECK(norm("SMAXN", "04210") == malformed);
    CHECK(hist("SINST1", "00460") == tic_verdict::unknown);
    CHECK(norm("SINST4", "00460") == tic_verdict::unknown);
}

TEST_CASE("unknown labels are read by their form") {
    CHECK(other(historique("EA_s", "123456kWh"))->number == 123'456'000);
    CHECK(other(historique("EA_s", "123456kWh"))->unit == "Wh");
    CHECK(other(historique("ER+_s", "12kvarh"))->unit == "var.h");
    CHECK(other(historique("PS", "36kVA"))->number == 36'000);
    CHECK(other(standard("NEW", "0042"))->is_number);
    CHECK(other(standard("NEW", "0042"))->unit == "1");
    CHECK_FALSE(other(standard("NEW", "1234567890123456"))->is_number); // a double could not hold it
    CHECK_FALSE(other(standard("NEW", "12kwh"))->is_number);
    CHECK(other(standard("NEW", "TWO WORDS"))->text == "TWO WORDS");
    CHECK_FALSE(other(standard("EASFp1", "000000000"))); // EASF01 with a bit flipped that the checksum does not see
    CHECK_FALSE(other(standard("NJOURFk1", "00")));
    CHECK_FALSE(other(standard("1ABC", "00")));
    CHECK_FALSE(other(standard("N*W", "00")));
    const auto stamped = other(standard("NEW", "H081225223518", "00"));
    REQUIRE(stamped);
    CHECK(stamped->stamped);
    CHECK(stamped->at == horodate{8, 12, 25, 22, 35, 18, season::winter, false});
    CHECK_FALSE(other(standard("NEW", "H081325223518", "00"))); // no such month
    CHECK_FALSE(other(standard("SINSTq", "00000"))); // SINST1 with a bit flipped that the checksum does not see
}
