// SPDX-License-Identifier: Apache-2.0
// Public captures, where there are any: the folder tic of RELEVE_SAMPLES, whose README says what each file holds.
#include "tests/listener.hpp"

#include <releve/testing/catch.hpp>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <iterator>
#include <map>
#include <sstream>

namespace {

namespace fs = std::filesystem;

struct capture {
    fs::path file;
    std::uint64_t groups = 0, valid = 0, invalid = 0, stx = 0, etx = 0, eot = 0;
};

std::string contents(const fs::path& file) {
    std::ifstream in{file, std::ios::binary};
    return {std::istreambuf_iterator<char>{in}, {}};
}

fs::path folder() {
    const char* const samples = std::getenv("RELEVE_SAMPLES");
    if (samples == nullptr) return {};
    const auto found = fs::path{samples} / "tic";
    return fs::exists(found / "README.md") ? found : fs::path{};
}

/// The rows "| file | kind | groups | valid | invalid | STX/ETX/EOT | ..." of the README.
std::vector<capture> captures(const fs::path& in) {
    std::vector<capture> all;
    std::ifstream readme{in / "README.md"};
    for (std::string line; std::getline(readme, line);) {
        for (auto& c : line)
            if (c == '|' || c == '/') c = ' ';
        std::istringstream words{line};
        std::string file, kind;
        capture one;
        if (words >> file >> kind >> one.groups >> one.valid >> one.invalid >> one.stx >> one.etx >> one.eot) {
            one.file = in / file;
            all.push_back(one);
        }
    }
    return all;
}

/// Groups by the text of 02E, cut and summed without the decoder: those that are valid, as label SEP data.
std::vector<std::string> valid_groups(const std::string& bytes) {
    std::vector<std::string> all;
    std::size_t begin = 0;
    for (std::size_t at = 0; at <= bytes.size(); ++at) {
        if (at != bytes.size() && std::string("\x02\x03\x04\n\r").find(bytes[at]) == std::string::npos) continue;
        const auto piece = bytes.substr(begin, at - begin);
        begin = at + 1;
        if (piece.size() < 3) continue;
        const char separator = piece[piece.size() - 2];
        unsigned sum = separator == '\t' ? '\t' : 0;
        for (std::size_t i = 0; i + 2 < piece.size(); ++i) sum += static_cast<unsigned char>(piece[i]);
        if ((separator == '\t' || separator == ' ') && (sum % 64) + ' ' == static_cast<unsigned char>(piece.back()))
            all.push_back(piece.substr(0, piece.size() - 2));
    }
    return all;
}

} // namespace

TEST_CASE("captures have the groups that their README counts, and nothing comes of an invalid one") {
    const auto in = folder();
    if (in.empty()) {
        std::cout << "skipped: RELEVE_SAMPLES names no folder with tic/README.md\n";
        return;
    }
    const auto all = captures(in);
    REQUIRE(all.size() >= 16);
    for (const auto& one : all) {
        INFO(one.file.filename());
        const auto bytes = contents(one.file) + '\n'; // the file's end ends its last piece
        for (const std::size_t block : {bytes.size(), std::size_t{1}, std::size_t{61}}) {
            decoded::tic::tic_reader reader;
            auto valid = valid_groups(bytes);
            auto next = valid.begin();
            for (std::size_t at = 0; at < bytes.size(); at += block) {
                const auto part = std::string_view{bytes}.substr(at, block);
                reader.feed(part);
                decoded::tic::tic_group group;
                for (auto event = reader.next(group); event != decoded::tic::tic_event::none;
                     event = reader.next(group)) {
                    if (event != decoded::tic::tic_event::group) continue;
                    const char separator = group.mode == decoded::tic::tic_mode::standard ? '\t' : ' ';
                    auto text = std::string{group.label} + separator;
                    if (group.horodate.data() != nullptr) text += std::string{group.horodate} + separator;
                    text += group.data;
                    next = std::find(next, valid.end(), text);
                    REQUIRE(next != valid.end()); // it is one of the valid ones, in their order
                    ++next;
                }
            }
            CHECK(reader.counts().groups == one.groups);
            CHECK(reader.counts().valid == one.valid);
            CHECK(reader.counts().invalid() == one.invalid);
            CHECK(reader.counts().stx == one.stx);
            CHECK(reader.counts().etx == one.etx);
            CHECK(reader.counts().eot == one.eot);
        }
    }
}

TEST_CASE("captures report no index that leaps") {
    const auto in = folder();
    if (in.empty()) return;
    for (const auto& one : captures(in)) {
        INFO(one.file.filename());
        decoded::listener line;
        line.feed(contents(one.file) + '\x02'); // the file's end ends its last frame
        CHECK(line.meter.good_frames() > 0);
        CHECK(line.reader.mode() != decoded::tic::tic_mode::unknown);
        std::map<std::string, double> last;
        for (const auto& value : line.values) {
            if (value.key.find("energy") == std::string::npos) continue;
            const double number = std::stod(value.is);
            if (const auto before = last.find(value.key); before != last.end()) {
                CHECK(number >= before->second);
                CHECK(number <= before->second + 100);
            }
            last[value.key] = number;
        }
    }
}

TEST_CASE("frames that others wrote from the text are understood") {
    const auto in = folder() / "synthetic";
    if (folder().empty() || !fs::exists(in)) return;
    const auto after = [&](const char* file) {
        decoded::listener line;
        const auto bytes = contents(in / file);
        REQUIRE_FALSE(bytes.empty());
        line.feed(bytes + bytes);
        return line;
    };
    CHECK(after("hist-1p-adps.tic").last("current_overload{phase=1}") != "nothing");
    CHECK(after("hist-1p-ejp-pejp.tic").last("peak_notice") == "1800 s");
    CHECK(after("hist-1p-eot.tic").meter.totals().bad == 0);
    CHECK(after("hist-1p-standby-adco-only.tic").values.empty());
    CHECK(after("hist-3p-shortframes.tic").meter.phases() == 3);
    CHECK(after("hist-3p-shortframes.tic").meter.totals().bad == 0);
    CHECK(after("pmepmi-testmode.tic").values.empty());
    const auto degraded = after("std-1p-degraded-clock-msg2.tic");
    CHECK(degraded.last("clock_drift") == "nothing");
    CHECK(degraded.last("clock_degraded") == "1 1");
    CHECK(degraded.last("message_short") != "nothing");
    CHECK(degraded.last("relay{relay=8}") == "1 1");
    CHECK(after("pmepmi-conso-palier2013.tic").values.size() > 3);
    CHECK(after("cje-jaune-base.tic").last("other_text{tic=JAUNE}") != "nothing");
    CHECK(after("saphir-std-short.tic").last("other_value{tic=EAS}") == "452 Wh");
}
