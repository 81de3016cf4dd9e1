// SPDX-License-Identifier: Apache-2.0
#include "folder.hpp"

#include <releve/testing/catch.hpp>
#include <releve/testing/testing.hpp>

#include <sys/resource.h>

#include <algorithm>
#include <csignal>
#include <limits>

using namespace releve::testing;
using namespace std::chrono_literals;
using releve::quality;
using releve::file::tests::folder;

namespace {

const std::string header = "time,name,labels,value,unit,kind,quality\n";

/// Limits the files of this process to this size in bytes: like a full disk.
struct full_disk {
    rlimit before{};
    explicit full_disk(rlim_t bytes) {
        std::signal(SIGXFSZ, SIG_IGN);
        ::getrlimit(RLIMIT_FSIZE, &before);
        auto limit = before;
        limit.rlim_cur = bytes;
        REQUIRE(::setrlimit(RLIMIT_FSIZE, &limit) == 0);
    }
    full_disk(const full_disk&) = delete;
    full_disk& operator=(const full_disk&) = delete;
    ~full_disk() { ::setrlimit(RLIMIT_FSIZE, &before); }
};

} // namespace

TEST_CASE("CSV: a header, a line for each record, and quotes only where they are needed") {
    const folder at;
    node n{plugin{}, "file", at.options()};
    upstream from{n, "linky"};
    const auto power = from.gauge("power", "W", {{"location", "left, \"upper\""}});
    const auto note = from.text("note");
    REQUIRE(n.start());
    REQUIRE(n.write(from.batch()
                        .add(power, 230.5)
                        .add(power, 0.1, n.now() + 1ms, quality::suspect)
                        .absent(power)
                        .add(power, std::numeric_limits<double>::infinity())
                        .add(note, "two\nlines")));
    CHECK(at.text().starts_with(header + "2026-01-01T00:00:00Z,power,\"device=linky location=left,\\ \"\"upper\"\" "
                                         "site=testing\",230.5,W,gauge,good\n2026-01-01T00:00:00.001Z,power,"));
    CHECK(at.text().find(",0.1,W,gauge,suspect\n") != std::string::npos);
    CHECK(at.text().find("site=testing\",,W,gauge,absent\n") != std::string::npos);
    CHECK(at.text().find(",inf,W,gauge,good\n") != std::string::npos);
    CHECK(at.text().ends_with(",note,device=linky site=testing,\"two\nlines\",,text,good\n"));
    CHECK(n.stop());
    CHECK(n.misbehaviour().empty());
}

TEST_CASE("an existing file is continued, without a second header") {
    const folder at;
    for (int i = 0; i < 2; ++i) {
        node n{plugin{}, "file", at.options()};
        upstream from{n, "linky"};
        const auto power = from.gauge("power", "W");
        REQUIRE(n.start());
        REQUIRE(n.write(from.batch().add(power, i)));
    }
    const auto text = at.text();
    CHECK(std::count(text.begin(), text.end(), '\n') == 3);
    CHECK(text.find(header, 1) == text.npos);
}

TEST_CASE("JSON lines, synced") {
    const folder at;
    node n{plugin{}, "file", at.options("format = \"json\"\nsync = \"batch\"")};
    upstream from{n, "linky"};
    const auto power = from.gauge("power", "W");
    REQUIRE(n.start());
    REQUIRE(n.write(from.batch().add(power, 230.5)));
    CHECK(at.text() ==
          "{\"time\":\"2026-01-01T00:00:00Z\",\"name\":\"power\",\"labels\":{\"device\":\"linky\",\"site\":"
          "\"testing\"},\"value\":230.5,\"unit\":\"W\",\"kind\":\"gauge\",\"quality\":\"good\"}\n");
}

TEST_CASE("half a line at the end, as a crash leaves it, is cut off and logged") {
    const folder at;
    const auto torn = GENERATE(std::string{"2026-01-01T0"}, std::string(10'000, 'x'));
    const auto whole = GENERATE(std::string{}, header + "a,b,c,1,W,gauge,good\n");
    at.put("readings.csv", whole + torn);
    node n{plugin{}, "file", at.options()};
    upstream from{n, "linky"};
    const auto power = from.gauge("power", "W");
    REQUIRE(n.start());
    CHECK(at.text() == whole);
    REQUIRE(n.logs("half_line").size() == 1);
    CHECK(n.logs("half_line")[0].text.find("(" + std::to_string(torn.size()) + " bytes)") != std::string::npos);
    REQUIRE(n.write(from.batch().add(power, 1)));
    CHECK(at.text().starts_with(whole.empty() ? header : whole));
}

TEST_CASE("a record that was cut within a text of several lines is cut off whole, wherever it was cut") {
    const std::string whole = header + "2026-01-01T00:00:00Z,note,x=\"\"a,\"one\ntwo \"\"x\"\"\n\",,text,good\n";
    const std::string torn = "2026-01-01T00:00:01Z,note,,\"three\nfour\n\"\"five\"\",\n2026 six\n\",,text,good\n";
    for (std::size_t size = 0; size <= torn.size(); ++size) {
        const folder at;
        at.put("readings.csv", whole + torn.substr(0, size));
        node n{plugin{}, "file", at.options()};
        REQUIRE(n.start());
        const bool is_whole = size == torn.size();
        REQUIRE(at.text() == (is_whole ? whole + torn : whole));
        REQUIRE(n.logs("half_line").size() == (is_whole || size == 0 ? 0 : 1));
    }
}

TEST_CASE("a file with a quote that is open since long is set aside whole, and a new one is begun") {
    const folder at;
    const auto damaged = header + "2026-01-01T00:00:00Z,note,,\"one\n2026-01-01T00:00:01Z,power,,1,W,gauge,good\n";
    at.put("readings.csv", damaged);
    node n{plugin{}, "file", at.options()};
    upstream from{n, "linky"};
    const auto power = from.gauge("power", "W");
    REQUIRE(n.start());
    REQUIRE(n.logs("open_quote").size() == 1);
    REQUIRE(n.write(from.batch().add(power, 1)));
    CHECK(at.text().starts_with(header + "2026-01-01T00:00:00Z,power,"));
    const auto names = at.names();
    REQUIRE(names.size() == 2);
    CHECK(names[0].starts_with("readings-damaged-"));
    CHECK(at.text(names[0]) == damaged);
}

TEST_CASE("for a spreadsheet, no text is a formula; numbers are as they are") {
    for (const bool is_on : {false, true}) {
        const folder at;
        node n{plugin{}, "file", at.options(is_on ? "spreadsheet = true" : "")};
        upstream from{n, "linky"};
        const auto note = from.text("note");
        const auto power = from.gauge("power", "W");
        REQUIRE(n.start());
        auto batch = from.batch();
        for (const auto* evil : {"=1+1", "+1", "-1", "@x", "\tx", "\rx",
                                 "\xef\xbc\x9d"
                                 "1",
                                 "a;=1", "a\n=1", "'", "a=1"})
            batch.add(note, evil);
        REQUIRE(n.write(batch.add(power, -5)));
        for (const auto* text : {"=1+1", "+1", "-1", "@x", "\tx",
                                 "\xef\xbc\x9d"
                                 "1"}) {
            CHECK((at.text().find(std::string{","} + text + ",") != std::string::npos) == !is_on);
            CHECK((at.text().find(std::string{",'"} + text + ",") != std::string::npos) == is_on);
        }
        CHECK((at.text().find(",\"\rx\",") != std::string::npos) == !is_on);
        CHECK((at.text().find(",\"'\rx\",") != std::string::npos) == is_on);
        CHECK((at.text().find(",a;'=1,") != std::string::npos) == is_on);
        CHECK((at.text().find("a\n'=1") != std::string::npos) == is_on);
        CHECK(at.text().find(",a=1,") != std::string::npos);
        CHECK(at.text().find(",-5,W,gauge,good") != std::string::npos);
    }
    const folder at;
    CHECK(problems(plugin{}, "file", at.options("format = \"json\"\nspreadsheet = true")).size() == 1);
}

TEST_CASE("a full disk leaves whole lines, and the batch comes again, once") {
    const folder at;
    node n{plugin{}, "file", at.options()};
    upstream from{n, "linky"};
    const auto power = from.gauge("power", "W");
    REQUIRE(n.start());
    REQUIRE(n.write(from.batch().add(power, 1)));
    const auto before = at.text();
    {
        const full_disk limit{before.size() + 10};
        const auto failed = n.write(from.batch().add(power, 2));
        CHECK_FALSE(failed);
        CHECK(failed.why.find("can't be written: File too large") != std::string::npos);
    }
    CHECK(at.text() == before);
    REQUIRE(n.write_kept());
    CHECK(at.text().starts_with(before));
    CHECK(std::count(before.begin(), before.end(), '\n') + 1 == [&] {
        const auto now = at.text();
        return std::count(now.begin(), now.end(), '\n');
    }());
}

TEST_CASE("a file that somebody moved away is started again") {
    const folder at;
    node n{plugin{}, "file", at.options()};
    upstream from{n, "linky"};
    const auto power = from.gauge("power", "W");
    REQUIRE(n.start());
    REQUIRE(n.write(from.batch().add(power, 1)));
    std::filesystem::rename(at.path / "readings.csv", at.path / "moved");
    REQUIRE(n.write(from.batch().add(power, 2)));
    CHECK(at.text("moved").find(",1,W,") != std::string::npos);
    CHECK(at.text().starts_with(header));
    CHECK(at.text().find(",2,W,") != std::string::npos);
}

TEST_CASE("two nodes do not write one file, and a missing folder is reported") {
    const folder at;
    node one{plugin{}, "file", at.options()}, other{plugin{}, "file", at.options()},
        nowhere{plugin{}, "file", at.options({}, "no/readings.csv")};
    REQUIRE(one.start());
    const auto refused = other.start();
    CHECK_FALSE(refused);
    CHECK(refused.why.ends_with("readings.csv is written by another node or program"));
    const auto missing = nowhere.start();
    CHECK_FALSE(missing);
    CHECK(missing.why.ends_with("no/readings.csv can't be opened: No such file or directory"));
}

TEST_CASE("options without effect are refused") {
    const folder at;
    CHECK(problems(plugin{}, "file", at.options("keep = 3")).size() == 1);
    CHECK(problems(plugin{}, "file", at.options("rotate = \"day\"\nsize = \"1MiB\"")).size() == 1);
    CHECK(problems(plugin{}, "file", at.options("rotate = \"size\"\nsize = \"1MiB\"\nkeep = 2")).empty());
}
