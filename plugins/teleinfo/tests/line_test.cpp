// SPDX-License-Identifier: Apache-2.0
#include "decoder/line.hpp"
#include "tests/frames.hpp"

#include <releve/testing/catch.hpp>

#include <random>
#include <string>
#include <vector>

namespace {

using namespace releve::teleinfo;
using tic_write::frame;
using tic_write::historique;
using tic_write::standard;

/// Each event in a word; groups with what they hold.
std::vector<std::string> events(tic_reader& reader, std::string_view bytes) {
    std::vector<std::string> all;
    reader.feed(bytes);
    tic_group group;
    for (auto event = reader.next(group); event != tic_event::none; event = reader.next(group)) {
        switch (event) {
        case tic_event::frame_begin:
            all.emplace_back("begin");
            break;
        case tic_event::frame_end:
            all.emplace_back(reader.ended_by() == frame_end::etx   ? "etx"
                             : reader.ended_by() == frame_end::eot ? "eot"
                                                                   : "stx");
            break;
        case tic_event::bad_group:
            all.emplace_back("bad");
            break;
        case tic_event::group:
            all.push_back(std::string{group.in_frame ? "" : "outside "} + std::string{group.label} + "|" +
                          (group.horodate.data() != nullptr ? std::string{group.horodate} + "|" : "") +
                          std::string{group.data});
            break;
        case tic_event::none:
            break;
        }
    }
    return all;
}

std::vector<std::string> events(std::string_view bytes) {
    tic_reader reader;
    return events(reader, bytes);
}

using list = std::vector<std::string>;

} // namespace

TEST_CASE("the checksums of both modes are those of real lines") {
    CHECK(historique("PTEC", "HP..") == "\nPTEC HP..  \r");
    CHECK(historique("MOTDETAT", "000000") == "\nMOTDETAT 000000 B\r");
    CHECK(historique("ADCO", "021528603314") == "\nADCO 021528603314 :\r");
    CHECK(standard("VTIC", "02") == "\nVTIC\t02\tJ\r");
    CHECK(standard("RELAIS", "000") == "\nRELAIS\t000\tB\r");
    CHECK(standard("PREF", "09") == "\nPREF\t09\tH\r");
    CHECK(standard("DPM1", " 250123060000", "00") == "\nDPM1\t 250123060000\t00\t \r");
}

TEST_CASE("a frame is read group by group") {
    CHECK(events(frame({historique("PTEC", "HP.."), historique("BASE", "010151184")})) ==
          list{"begin", "PTEC|HP..", "BASE|010151184", "etx"});
    CHECK(events(frame({standard("DATE", "H200214230804", ""), standard("SMAXSN", "E250122081502", "04310"),
                        standard("NGTF", "     TEMPO      "), standard("EASD01", "000000000")})) ==
          list{"begin", "DATE|H200214230804|", "SMAXSN|E250122081502|04310", "NGTF|     TEMPO      ",
               "EASD01|000000000", "etx"});
}

TEST_CASE("data may hold the separator and the checksum may be a space") {
    const std::string jaune = "20:00:30:11:11:  :00000:80";
    CHECK(events(frame({historique("JAUNE", jaune)})) == list{"begin", "JAUNE|" + jaune, "etx"});
    REQUIRE(standard("EASD01", "000000000") == "\nEASD01\t000000000\t \r");
    CHECK(events("\x02" + standard("EASD01", "000000000")) == list{"begin", "EASD01|000000000"});
}

TEST_CASE("a frame ends at ETX, at EOT, or where the next begins") {
    const auto group = historique("HCHP", "019571184");
    CHECK(events("\x02" + group + "\x03\x02" + group + "\x04\x02" + group + "\x02" + group) ==
          list{"begin", "HCHP|019571184", "etx", "begin", "HCHP|019571184", "eot", "begin", "HCHP|019571184", "stx",
               "begin", "HCHP|019571184"});
}

TEST_CASE("groups before the first frame are read but marked") {
    CHECK(events("184 7\r" + historique("PTEC", "TH..") + "\x03\x02" + historique("PTEC", "TH..") + "\x03") ==
          list{"bad", "outside PTEC|TH..", "begin", "PTEC|TH..", "etx"});
}

TEST_CASE("line ends of a terminal that is not raw are understood") {
    // CR became LF and ETX vanished.
    auto bytes = frame({historique("PTEC", "TH.."), historique("IINST", "004")});
    bytes.pop_back();
    for (auto& c : bytes)
        if (c == '\r') c = '\n';
    CHECK(events(bytes + bytes) == list{"begin", "PTEC|TH..", "IINST|004", "stx", "begin", "PTEC|TH..", "IINST|004"});
}

TEST_CASE("a parity bit in bit 7 does no harm") {
    auto bytes = tic_frames::standard_one_phase();
    const auto expected = events(bytes);
    for (auto& c : bytes) // even parity
        if (__builtin_popcount(static_cast<unsigned char>(c)) % 2 != 0) c = static_cast<char>(c | 0x80);
    CHECK(events(bytes) == expected);
}

TEST_CASE("damaged groups are bad, and the rest of the frame is read") {
    const auto good = historique("IINST", "004");
    const auto with = [&](const std::string& bad) { return events("\x02" + good + bad + good + "\x03"); };
    const list one_bad{"begin", "IINST|004", "bad", "IINST|004", "etx"};
    CHECK(with("\nPTEC HP.. !\r") == one_bad);                   // checksum
    CHECK(with("\nPTEC HP..\r") == one_bad);                     // none
    CHECK(with(std::string("\nPT\0C HP..  \r", 13)) == one_bad); // a byte with bad parity
    CHECK(with("\n" + std::string(tic_reader::max_group, 'A') + "\r") == one_bad);
    CHECK(with("\n" + std::string(5000, 'A') + "\r") == one_bad);
    CHECK(with(historique("TOOLONGLABEL", "0")) == one_bad);
    CHECK(with(historique("A", "00")) == one_bad);
    CHECK(with(std::string("\nIINST004 ") + tic_write::checksum("IINST004") + "\r") == one_bad); // no separator inside
    CHECK(with(standard("VTIC", "02")) == one_bad); // the other mode's separator
    CHECK(with(historique("IIN\tT", "004")) == one_bad);
    CHECK(with("\nAB\r") == list{"begin", "IINST|004", "IINST|004", "etx"}); // too short to be one at all
}

TEST_CASE("bad checksums and malformed groups are counted apart") {
    tic_reader reader;
    events(reader, "\x02" + historique("IINST", "004") + "\nPTEC HP.. !\r" + standard("VTIC", "02") + "\x03\x04\x02");
    CHECK(reader.counts().groups == 3);
    CHECK(reader.counts().valid == 2);
    CHECK(reader.counts().invalid() == 1);
    CHECK(reader.counts().malformed == 1);
    CHECK(reader.counts().stx == 2);
    CHECK(reader.counts().etx == 1);
    CHECK(reader.counts().eot == 1);
}

TEST_CASE("the mode is that of the separator, and is found again when the line changes") {
    const auto hist = tic_frames::historique_hc();
    const auto norm = tic_frames::standard_one_phase();
    tic_reader reader;
    CHECK(reader.mode() == tic_mode::unknown);
    events(reader, hist);
    CHECK(reader.mode() == tic_mode::historique);
    events(reader, norm); // the whole frame is refused: one group of the other kind would be damage
    CHECK(reader.mode() == tic_mode::standard);
    const auto valid = reader.counts().malformed;
    events(reader, norm);
    CHECK(reader.counts().malformed == valid);
    events(reader, hist);
    CHECK(reader.mode() == tic_mode::historique);

    SECTION("a mode that is given stays") {
        tic_reader fixed{tic_mode::historique};
        events(fixed, norm + norm);
        CHECK(fixed.mode() == tic_mode::historique);
    }
    SECTION("one group with the other separator changes nothing") {
        events(reader, frame({standard("VTIC", "02"), historique("PTEC", "TH..")}));
        CHECK(reader.mode() == tic_mode::historique);
    }
}

TEST_CASE("a reader that starts again forgets the piece it held") {
    tic_reader reader;
    events(reader, "\x02\nIINST 0");
    reader.restart();
    CHECK(events(reader, "04 [\r") == list{"bad"});
    CHECK_FALSE(reader.in_frame());
}

TEST_CASE("any split of the bytes gives the same events") {
    std::mt19937 random{20251122};
    for (const auto& [name, bytes] : tic_frames::all()) {
        INFO(name);
        const auto stream = tic_write::joined({"\r", bytes, std::string(300, 'x'), bytes, "\nNGTF 1"});
        const auto expected = events(stream);
        tic_reader single;
        list all;
        for (const char c : stream)
            for (auto& event : events(single, {&c, 1})) all.push_back(event);
        CHECK(all == expected);
        for (int round = 0; round < 50; ++round) {
            tic_reader reader;
            all.clear();
            for (std::size_t at = 0; at < stream.size();) {
                const auto size = std::uniform_int_distribution<std::size_t>{1, 200}(random);
                // A separate block, so that the sanitizer sees a read beyond it.
                const std::vector<char> block(stream.begin() + static_cast<std::ptrdiff_t>(at),
                                              stream.begin() +
                                                  static_cast<std::ptrdiff_t>(std::min(at + size, stream.size())));
                for (auto& event : events(reader, {block.data(), block.size()})) all.push_back(event);
                at += size;
            }
            REQUIRE(all == expected);
        }
    }
}
