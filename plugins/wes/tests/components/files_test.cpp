// SPDX-License-Identifier: Apache-2.0
// Log files from a real FTP server.
#include "tests/components/log_server.hpp"

#include <releve/testing/catch.hpp>

using namespace wes_testing;
using Catch::Matchers::ContainsSubstring;
using releve::testing::node;
using releve::testing::plugin;

TEST_CASE("history comes with the files' own times, in the site's zone, in the order of the names") {
    const log_server ftp;
    ftp.put("LOG2.CSV", header + "02/01/2026 00:00;3;180\r\n");
    ftp.put("LOG1.CSV", header + "01/01/2026 00:00;1;185\r\n01/01/2026 01:00;2;\r\n");
    ftp.put("PICTURE.GIF", "GIF89a");
    std::filesystem::create_directory(ftp.folder() / "SUB.CSV");
    node n{plugin{}, "wes_files", ftp.node(), in_paris()};
    REQUIRE(n.start());
    REQUIRE(n.collect());
    const auto counts = n.emitted("pulse_count", {{"device", "A11"}, {"channel", "pulse1"}});
    REQUIRE(counts.size() == 3);
    CHECK(counts[0].value == 1);
    CHECK(epoch(counts[0]) == 1767222000); // 2025-12-31 23:00 UTC
    CHECK(epoch(counts[2]) == 1767308400);
    REQUIRE(n.emitted("temperature").size() == 2); // an empty field has no value
    CHECK(n.emitted("temperature")[0].value == Catch::Approx(18.5));
    CHECK(n.misbehaviour().empty());
}

TEST_CASE("only what is new is read: lines that were added, whole ones; after a restart from what was acknowledged") {
    const log_server ftp;
    ftp.put("LOG.CSV", header + "01/01/2026 00:00;1;1\r\n01/01/2026 01:00;2");
    node n{plugin{}, "wes_files", ftp.node(), in_paris()};
    REQUIRE(n.start());
    REQUIRE(n.collect());
    CHECK(n.emitted("pulse_count").size() == 1);
    n.acknowledge();
    ftp.append("LOG.CSV", ";2\r\n01/01/2026 02:00;3;3\r\n");
    REQUIRE(n.collect());
    CHECK(n.emitted("pulse_count").size() == 3);
    REQUIRE(n.collect());
    CHECK(n.emitted("pulse_count").size() == 3);
    n.restart(); // the last two were not acknowledged
    n.forget();
    REQUIRE(n.start());
    REQUIRE(n.collect());
    REQUIRE(n.emitted("pulse_count").size() == 2);
    CHECK(n.emitted("pulse_count")[0].value == 2);
}

TEST_CASE("lines that can't be read are counted and logged, and the others are used") {
    const log_server ftp;
    ftp.put("LOG.CSV", header +
                           "01/01/2026 00:00;1;1\r\nyesterday;2;2\r\n01/01/2026 02:00;x;3\r\n29/03/2026 02:30;4;4\r\n"
                           "01/01/2026 05:00;5;\"5\r\n01/01/2026 06:00;6;6\r\n");
    node n{plugin{}, "wes_files", ftp.node(), in_paris()};
    REQUIRE(n.start());
    REQUIRE(n.collect());
    CHECK(n.emitted("pulse_count").size() == 2);
    CHECK(n.metric("bad_lines_total") == 4);
    CHECK_THAT(n.logs("bad_lines").at(0).text,
               ContainsSubstring("A11: LOG.CSV: 4 lines can't be read; line 3 has a time"));
}

TEST_CASE("a field that is no number costs no other field of its line; a counter of all ones is suspect") {
    const log_server ftp;
    ftp.put("LOG.CSV", header + "01/01/2026 00:00;x;1\r\n01/01/2026 01:00;4294967295;2\r\n01/01/2026 02:00;5;3\r\n");
    node n{plugin{}, "wes_files", ftp.node(), in_paris()};
    REQUIRE(n.start());
    REQUIRE(n.collect());
    CHECK(n.emitted("temperature").size() == 3);
    REQUIRE(n.emitted("pulse_count").size() == 2);
    CHECK(n.emitted("pulse_count")[0].quality == releve::quality::suspect);
    CHECK(n.emitted("pulse_count")[1].quality == releve::quality::good);
    CHECK(n.metric("bad_lines_total") == 1);
}

TEST_CASE("the hour that the clock shows twice is resolved by the order of the lines") {
    const log_server ftp;
    ftp.put("LOG.CSV", header + "25/10/2026 01:30;1;1\r\n25/10/2026 02:30;2;2\r\n25/10/2026 02:30;3;3\r\n25/10/2026 "
                                "03:30;4;4\r\n");
    node n{plugin{}, "wes_files", ftp.node(), in_paris()};
    REQUIRE(n.start());
    REQUIRE(n.collect());
    const auto all = n.emitted("pulse_count");
    REQUIRE(all.size() == 4);
    for (std::size_t i = 1; i < all.size(); ++i) CHECK(epoch(all[i]) - epoch(all[i - 1]) == 3600);
}

TEST_CASE("other separators, marks and formats") {
    const log_server ftp;
    ftp.put("a.txt", "2026-01-01,00:00:15,\"1\",x\n");
    node n{plugin{}, "wes_files",
           ftp.node("files = \"?.TXT\"\nseparator = \",\"\nheader_lines = 0\ntime_columns = [1, 2]\ntime_format = "
                    "\"%Y-%m-%d %H:%M:%S\"\ntime_zone = \"utc\"\n"),
           in_paris()};
    REQUIRE(n.start());
    REQUIRE(n.collect());
    CHECK(n.emitted("pulse_count").empty()); // column 2 is the time of day here
    CHECK(n.metric("bad_lines_total") == 1);
    CHECK(releve::testing::problems(plugin{}, "wes_files", ftp.node("separator = \",\"\ndecimal = \",\"\n")).size() ==
          1);
}

TEST_CASE("lines that the log marks are suspect") {
    const log_server ftp;
    ftp.put("LOG.CSV", "date;PULS1;TEMP;ERR\r\n01/01/2026 00:00;1;1;0\r\n01/01/2026 01:00;2;2;1\r\n"
                       "01/01/2026 02:00;3;3;\r\n01/01/2026 03:00;4;4;E\r\n01/01/2026 04:00;5;5;0.0\r\n");
    node n{plugin{}, "wes_files", ftp.node("suspect_column = 4\n"), in_paris()};
    REQUIRE(n.start());
    REQUIRE(n.collect());
    const auto all = n.emitted("pulse_count");
    REQUIRE(all.size() == 5);
    for (const auto& one : all)
        CHECK(one.quality == (one.value == 2 || one.value == 4 ? releve::quality::suspect : releve::quality::good));
    CHECK(n.emitted("temperature").at(1).quality == releve::quality::suspect);
}

TEST_CASE("a line that has lost a separator gives no column the value of another, unless any width is allowed") {
    const log_server ftp;
    const std::string lines = "01/01/2026 00:00;1;1\r\n01/01/2026 01:00;213\r\n01/01/2026 02:00;3;3;\r\n";
    ftp.put("LOG.CSV", header + lines);
    node n{plugin{}, "wes_files", ftp.node(), in_paris()};
    REQUIRE(n.start());
    REQUIRE(n.collect());
    CHECK(n.emitted("pulse_count").size() == 2);
    CHECK_THAT(n.logs("bad_lines").at(0).text, ContainsSubstring("line 3 has 2 fields, and the header 3"));
    node lenient{plugin{}, "wes_files", ftp.node("width = \"any\"\n"), in_paris()};
    REQUIRE(lenient.start());
    REQUIRE(lenient.collect());
    CHECK(lenient.emitted("pulse_count").size() == 3);
}

TEST_CASE("files of a folder below the root") {
    const log_server ftp;
    ftp.put("LOG/A.CSV", header + "01/01/2026 00:00;1;1\r\n");
    ftp.put("B.CSV", header + "01/01/2026 00:00;2;2\r\n");
    node n{plugin{}, "wes_files", ftp.node("folder = \"/LOG\"\n"), in_paris()};
    REQUIRE(n.start());
    REQUIRE(n.collect());
    REQUIRE(n.emitted("pulse_count").size() == 1);
    CHECK(n.emitted("pulse_count")[0].value == 1);
}
