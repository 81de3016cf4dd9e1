// SPDX-License-Identifier: Apache-2.0
// Log files that are rewritten, renamed, cut or gone, and a server that does not give them.
#include "tests/components/log_server.hpp"

#include <chrono>
#include <releve/testing/catch.hpp>
#include <thread>

using namespace wes_testing;
using namespace std::chrono_literals;
using Catch::Matchers::ContainsSubstring;
using releve::testing::node;
using releve::testing::plugin;

namespace {

std::vector<double> counts(const node& n) {
    std::vector<double> all;
    for (const auto& one : n.emitted("pulse_count")) all.push_back(one.value);
    return all;
}

using values = std::vector<double>;

std::string line(int day, int hour, int count) {
    char text[64];
    std::snprintf(text, sizeof text, "%02d/01/2026 %02d:00;%d;1\r\n", day, hour, count);
    return text;
}

} // namespace

TEST_CASE("a file that was rewritten is read from its beginning; a file that is gone is forgotten") {
    const log_server ftp;
    ftp.put("LOG.CSV", header + line(1, 0, 1));
    node n{plugin{}, "wes_files", ftp.node(), in_paris()};
    REQUIRE(n.start());
    REQUIRE(n.collect());
    ftp.put("LOG.CSV", header + line(2, 0, 2) + line(2, 1, 3));
    REQUIRE(n.collect());
    CHECK(counts(n) == values{1, 2, 3});
    CHECK_THAT(n.logs("new_file").at(0).text, ContainsSubstring("LOG.CSV was rewritten"));
    ftp.put("LOG.CSV", header); // shorter
    REQUIRE(n.collect());
    ftp.append("LOG.CSV", line(3, 0, 4));
    REQUIRE(n.collect());
    CHECK(counts(n) == values{1, 2, 3, 4});
    std::filesystem::remove(ftp.folder() / "LOG.CSV");
    REQUIRE(n.collect());
    ftp.put("LOG.CSV", header + line(4, 0, 5));
    REQUIRE(n.collect());
    CHECK(counts(n) == values{1, 2, 3, 4, 5});
    CHECK(n.misbehaviour().empty());
}

TEST_CASE("a log that is renamed when a new one begins is read on under its new name") {
    const log_server ftp;
    ftp.put("LOG.CSV", header + line(1, 0, 1));
    node n{plugin{}, "wes_files", ftp.node(), in_paris()};
    REQUIRE(n.start());
    REQUIRE(n.collect());
    ftp.append("LOG.CSV", line(1, 1, 2)); // not yet read when it is renamed
    std::filesystem::rename(ftp.folder() / "LOG.CSV", ftp.folder() / "LOG.1.CSV");
    ftp.put("LOG.CSV", header + line(1, 2, 33));
    REQUIRE(n.collect());
    CHECK(counts(n) == values{1, 2, 33});
    ftp.append("LOG.CSV", line(1, 3, 4));
    std::filesystem::rename(ftp.folder() / "LOG.1.CSV", ftp.folder() / "LOG.2.CSV");
    std::filesystem::rename(ftp.folder() / "LOG.CSV", ftp.folder() / "LOG.1.CSV");
    ftp.put("LOG.CSV", header + line(1, 4, 555));
    REQUIRE(n.collect());
    std::filesystem::remove(ftp.folder() / "LOG.2.CSV");
    REQUIRE(n.collect());
    CHECK(counts(n) == values{1, 2, 33, 4, 555});
}

TEST_CASE("a line is read once it has its end, wherever the file ended before") {
    const log_server ftp;
    const std::string first = header + line(1, 0, 11), second = line(1, 1, 12);
    for (std::size_t cut = 0; cut <= second.size(); ++cut) {
        INFO(cut);
        ftp.put("LOG.CSV", first + second.substr(0, cut));
        node n{plugin{}, "wes_files", ftp.node(), in_paris()};
        REQUIRE(n.start());
        REQUIRE(n.collect());
        CHECK(counts(n) == (cut == second.size() ? values{11, 12} : values{11}));
        ftp.append("LOG.CSV", second.substr(cut) + line(1, 2, 13));
        REQUIRE(n.collect());
        CHECK(counts(n) == values{11, 12, 13});
        CHECK(n.logs("bad_lines").empty());
    }
}

TEST_CASE(
    "after a restart each file is read on from the last acknowledged record, and an unchanged file is not fetched") {
    log_server ftp;
    ftp.put("A.CSV", header + line(1, 0, 1));
    ftp.put("B.CSV", header + line(2, 0, 2));
    node n{plugin{}, "wes_files", ftp.node(), in_paris()};
    REQUIRE(n.start());
    REQUIRE(n.collect());
    n.acknowledge(1); // of A.CSV alone
    n.restart();
    n.forget();
    REQUIRE(n.start());
    REQUIRE(n.collect());
    CHECK(counts(n) == values{2});
    n.acknowledge();
    n.restart();
    n.forget();
    REQUIRE(n.start());
    ftp.fault("cut 0"); // any file that is fetched is cut
    REQUIRE(n.collect());
    CHECK(n.up("A11") == true);
    ftp.append("B.CSV", line(2, 1, 3));
    REQUIRE(n.collect());
    CHECK(n.up("A11") == false);
    ftp.fault("none");
    REQUIRE(n.collect());
    CHECK(counts(n) == values{3});
}

TEST_CASE("a thousand files, and their positions over a restart") {
    const log_server ftp;
    for (int i = 0; i < 1000; ++i)
        ftp.put("LOG-OF-A-LONG-NAME-" + std::to_string(1000 + i) + ".CSV", header + line(1 + i % 28, i % 24, i));
    node n{plugin{}, "wes_files", ftp.node(), in_paris()};
    REQUIRE(n.start());
    REQUIRE(n.collect());
    CHECK(counts(n).size() == 1000);
    n.acknowledge();
    n.restart();
    n.forget();
    REQUIRE(n.start());
    REQUIRE(n.collect());
    CHECK(counts(n).empty());
}

TEST_CASE("a server that refuses a second session is tried again, and logged once if it keeps refusing") {
    log_server ftp;
    ftp.put("LOG.CSV", header + line(1, 0, 1));
    node n{plugin{}, "wes_files", ftp.node(), in_paris()};
    REQUIRE(n.start());
    ftp.fault("refuse 3");
    REQUIRE(n.collect());
    CHECK(counts(n) == values{1});
    CHECK(n.health().empty());

    ftp.append("LOG.CSV", line(1, 1, 2));
    {
        wes_simulator::client other{ftp.port()}; // another client's session
        REQUIRE(other.receive_line().starts_with("220 "));
        REQUIRE(n.collect());
        REQUIRE(n.collect());
        REQUIRE(n.health().size() == 1);
        CHECK_FALSE(n.health()[0].up);
        CHECK(n.health()[0].why == "refuses the session: it allows one at a time (FTP 421): FTP /");
    }
    REQUIRE(n.collect());
    CHECK(n.up("A11") == true);
    CHECK(counts(n) == values{1, 2});
}

TEST_CASE("a transfer that is cut gives no half line and no line twice") {
    log_server ftp;
    std::string text = header;
    for (int hour = 0; hour < 12; ++hour) text += line(1, hour, 100 + hour);
    ftp.put("LOG.CSV", text);
    for (const std::string fault : {"cut", "short"}) {
        for (std::size_t bytes = 0; bytes < text.size(); bytes += 7) {
            INFO(fault << " " << bytes);
            node n{plugin{}, "wes_files", ftp.node(), in_paris()};
            REQUIRE(n.start());
            ftp.fault(fault + " " + std::to_string(bytes));
            REQUIRE(n.collect());
            CHECK(n.up("A11") == false);
            for (std::size_t i = 0; i < counts(n).size(); ++i) CHECK(counts(n)[i] == 100 + static_cast<double>(i));
            ftp.fault("none");
            REQUIRE(n.collect());
            CHECK(n.up("A11") == true);
            REQUIRE(counts(n).size() == 12);
            for (std::size_t i = 0; i < 12; ++i) CHECK(counts(n)[i] == 100 + static_cast<double>(i));
        }
    }
}

TEST_CASE("what an FTP server refuses is logged by its reply code") {
    log_server ftp;
    const auto why = [&](const std::string& more, const std::string& password = "wesftp") {
        node n{plugin{}, "wes_files", ftp.node(more, password), in_paris()};
        if (!n.start() || !n.collect() || n.health().empty()) return std::string{"nothing"};
        return n.health()[0].why;
    };
    CHECK(why("", "other") == "asks for another account (FTP 530): FTP /");
    CHECK(why("folder = \"/NOWHERE\"\n") == "does not have it, or does not show it (FTP 550): FTP /NOWHERE/");
    CHECK(why("") == "nothing");
}

TEST_CASE("a file that is listed and not given is logged, and does not delay the others") {
    const log_server ftp;
    std::filesystem::create_symlink("/etc/passwd", ftp.folder() / "A.CSV"); // which a server does not follow
    ftp.put("B.CSV", header + line(1, 0, 1));
    node n{plugin{}, "wes_files", ftp.node(), in_paris()};
    REQUIRE(n.start());
    REQUIRE(n.collect());
    CHECK(counts(n) == values{1});
    CHECK(n.health().empty());
    CHECK(n.logs("no_file").at(0).text == "A11: A.CSV is listed, but the server does not give it (FTP 550)");
}

TEST_CASE("a file that is too large is logged once, and does not delay the others") {
    const log_server ftp;
    ftp.put("A.CSV", std::string(2000, 'x'));
    ftp.put("B.CSV", header + line(1, 0, 1));
    node n{plugin{}, "wes_files", ftp.node("max_size = \"1KiB\"\n"), in_paris()};
    REQUIRE(n.start());
    REQUIRE(n.collect());
    REQUIRE(n.collect());
    CHECK(counts(n) == values{1});
    REQUIRE(n.logs("too_large").size() == 1);
    CHECK(n.logs("too_large")[0].text == "A11: A.CSV has 2000 bytes and is not read: 'max_size' allows 1024");
    CHECK(n.health().empty());
}

TEST_CASE("a stop ends a collect while a file trickles in") {
    log_server ftp;
    ftp.put("LOG.CSV", std::string(10'000, 'x'));
    ftp.fault("slow 1");
    auto setup = in_paris();
    setup.peers_silent = [] { return false; };
    node n{plugin{}, "wes_files", ftp.node(), setup};
    REQUIRE(n.start());
    std::thread stopper{[&] {
        while (wes_simulator::client{ftp.port()}.receive_line().starts_with("220")) { // until the node has a session
        }
        n.ask_to_stop();
    }};
    static_cast<void>(n.collect()); // its outcome does not matter
    stopper.join();
    CHECK(n.steady() < 5min); // its timeout
}
