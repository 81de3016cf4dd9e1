// SPDX-License-Identifier: Apache-2.0
// Log files from a real FTP server.
#include "csv_log.hpp"
#include "ftp_listing.hpp"
#include "site.hpp"

#include <releve/testing/catch.hpp>

#include <fcntl.h>
#include <poll.h>
#include <sys/wait.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>

using namespace wes_testing;
using namespace std::chrono_literals;
using Catch::Matchers::ContainsSubstring;
using releve::testing::node;
using releve::testing::plugin;

namespace {

class ftp_server {
public:
    ftp_server() {
        auto name = (std::filesystem::temp_directory_path() / "releve-ftp-XXXXXX").string();
        if (::mkdtemp(name.data()) == nullptr) throw std::runtime_error("no temporary folder");
        folder = name;
        int input[2], output[2];
        if (::pipe2(input, O_CLOEXEC) != 0 || ::pipe2(output, O_CLOEXEC) != 0) throw std::runtime_error("no pipe");
        process_ = ::fork();
        if (process_ == 0) {
            ::dup2(input[0], 0);
            ::dup2(output[1], 1);
            const int nowhere = ::open("/dev/null", O_WRONLY);
            ::dup2(nowhere, 2);
            ::execl("/usr/bin/python3", "python3", "tests/ftp_server.py", name.c_str(), nullptr);
            ::_exit(127);
        }
        ::close(input[0]);
        ::close(output[1]);
        input_ = input[1];
        std::string line;
        for (pollfd at{output[0], POLLIN, 0}; line.find('\n') == std::string::npos;) {
            char c = 0;
            if (::poll(&at, 1, 30'000) != 1 || ::read(output[0], &c, 1) != 1)
                throw std::runtime_error("tests/ftp_server.py does not start: is python3-pyftpdlib installed?");
            line += c;
        }
        ::close(output[0]);
        port = std::stoi(line);
    }
    ftp_server(const ftp_server&) = delete;
    ftp_server& operator=(const ftp_server&) = delete;
    ~ftp_server() {
        ::close(input_);
        ::waitpid(process_, nullptr, 0);
        std::error_code ignored;
        std::filesystem::remove_all(folder, ignored);
        refuse(false);
    }
    void put(const std::string& name, const std::string& text) const {
        std::ofstream{folder / name, std::ios::binary} << text;
    }
    void append(const std::string& name, const std::string& text) const {
        std::ofstream{folder / name, std::ios::binary | std::ios::app} << text;
    }
    void refuse(bool on) const {
        if (on)
            std::ofstream{folder.string() + ".refuse"} << "x";
        else
            std::filesystem::remove(folder.string() + ".refuse");
    }
    std::string node(const std::string& more = {}) const {
        return "[connection.c]\ncomponent = \"wes\"\nconnect_timeout = \"1s\"\ntimeout = \"1s\"\nservers = [{ name = "
               "\"A11\", host = \"127.0.0.1\" }]\n[source.s]\ncomponent = \"wes_files\"\nconnection = \"c\"\nport = " +
               std::to_string(port) +
               "\ncolumns = [{ column = 2, series = \"pulse_count\", kind = \"counter\", channel = \"pulse1\" }, { "
               "column "
               "= 3, series = \"temperature\", unit = \"Cel\", factor = 0.1 }]\n" +
               more;
    }
    std::filesystem::path folder;
    int port = 0;

private:
    pid_t process_ = -1;
    int input_ = -1;
};

releve::testing::setup in_paris() {
    auto how = patient();
    how.timezone = "Europe/Paris";
    return how;
}

const std::string header = "date;PULS1;TEMP\r\n";

std::int64_t epoch(const releve::testing::emitted_record& of) { return releve::to_ns(of.time) / 1'000'000'000; }

} // namespace

TEST_CASE("history comes with the files' own times, in the site's zone, in the order of the names") {
    const ftp_server ftp;
    ftp.put("LOG2.CSV", header + "02/01/2026 00:00;3;180\r\n");
    ftp.put("LOG1.CSV", header + "01/01/2026 00:00;1;185\r\n01/01/2026 01:00;2;\r\n");
    ftp.put("PICTURE.GIF", "GIF89a");
    std::filesystem::create_directory(ftp.folder / "SUB.CSV");
    node n{plugin{}, "wes_files", ftp.node(), in_paris()};
    REQUIRE(n.start());
    REQUIRE(n.collect());
    const auto counts = n.emitted("pulse_count", {{"device", "A11"}, {"channel", "pulse1"}});
    REQUIRE(counts.size() == 3);
    CHECK(counts[0].value == 1);
    CHECK(epoch(counts[0]) == 1767222000); // 2025-12-31 23:00 UTC
    CHECK(epoch(counts[2]) == 1767308400);
    REQUIRE(n.emitted("temperature").size() == 2); // an empty field is no value
    CHECK(n.emitted("temperature")[0].value == Catch::Approx(18.5));
    CHECK(n.misbehaviour().empty());
}

TEST_CASE("only what is new is read: lines that were added, whole ones; after a restart from what was acknowledged") {
    const ftp_server ftp;
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

TEST_CASE("a file that was written anew is read from its beginning; one that is gone is forgotten") {
    const ftp_server ftp;
    ftp.put("LOG.CSV", header + "01/01/2026 00:00;1;1\r\n");
    node n{plugin{}, "wes_files", ftp.node(), in_paris()};
    REQUIRE(n.start());
    REQUIRE(n.collect());
    ftp.put("LOG.CSV", header + "02/01/2026 00:00;2;2\r\n02/01/2026 01:00;3;3\r\n");
    REQUIRE(n.collect());
    CHECK(n.emitted("pulse_count").size() == 3);
    CHECK_THAT(n.logs("new_file").at(0).text, ContainsSubstring("LOG.CSV was written anew"));
    std::filesystem::remove(ftp.folder / "LOG.CSV");
    REQUIRE(n.collect());
    ftp.put("LOG.CSV", header + "03/01/2026 00:00;4;4\r\n");
    REQUIRE(n.collect());
    CHECK(n.emitted("pulse_count").size() == 4);
}

TEST_CASE("lines that can't be read are counted and said, and the others are taken") {
    const ftp_server ftp;
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

TEST_CASE("the hour that the clock shows twice is told by the order of the lines") {
    const ftp_server ftp;
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
    const ftp_server ftp;
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

TEST_CASE("a server that refuses a second session is said once, and read when it allows one") {
    const ftp_server ftp;
    ftp.put("LOG.CSV", header + "01/01/2026 00:00;1;1\r\n");
    node n{plugin{}, "wes_files", ftp.node(), in_paris()};
    REQUIRE(n.start());
    ftp.refuse(true);
    REQUIRE(n.collect());
    REQUIRE(n.collect());
    CHECK(n.up("A11") == false);
    CHECK(n.health().size() == 1);
    ftp.refuse(false);
    REQUIRE(n.collect());
    CHECK(n.up("A11") == true);
    CHECK(n.emitted("pulse_count").size() == 1);
}

TEST_CASE("listings of DOS and of Unix; what is no file is passed over") {
    using releve::wes::read_listing;
    const auto all =
        read_listing("01-27-17  11:17AM       <DIR>          WEB\r\n11-23-26  02:30PM           1024 LOG 1.CSV\r\n"
                     "-rw-r--r-- 1 wes wes 77 Nov 23 14:30 unix.csv\r\ntotal 3\r\n11-23-26  02:30PM  -5 X\r\n"
                     "11-23-26  02:30PM  5 ../X\r\n");
    REQUIRE(all.size() == 2);
    CHECK(all[0] == releve::wes::listed_file{"LOG 1.CSV", 1024, "11-23-26 02:30PM"});
    CHECK(all[1].bytes == 77);
    CHECK(releve::wes::is_named("log?*.csv", "LOG12.CSV"));
    CHECK_FALSE(releve::wes::is_named("log?.csv", "LOG12.CSV"));
}
