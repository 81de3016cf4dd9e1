// SPDX-License-Identifier: Apache-2.0
#include <releve/testing/catch.hpp>
#include <releve/testing/testing.hpp>

#include <sys/resource.h>
#include <unistd.h>

#include <csignal>
#include <filesystem>
#include <fstream>

namespace rt = releve::testing;

namespace {

struct scratch {
    std::string path = (std::filesystem::temp_directory_path() / ("line_sink-" + std::to_string(::getpid()))).string();
    scratch() { std::filesystem::remove(path); }
    ~scratch() { std::filesystem::remove(path); }
    std::string options() const { return "path = '" + path + "'"; }
    std::string text() const {
        std::ifstream file{path};
        return {std::istreambuf_iterator<char>{file}, {}};
    }
};

// No file of this process can grow beyond `bytes`: like a full disk.
struct full_disk {
    rlimit before{};
    explicit full_disk(rlim_t bytes) {
        std::signal(SIGXFSZ, SIG_IGN);
        ::getrlimit(RLIMIT_FSIZE, &before);
        auto limit = before;
        limit.rlim_cur = bytes;
        REQUIRE(::setrlimit(RLIMIT_FSIZE, &limit) == 0);
    }
    ~full_disk() { ::setrlimit(RLIMIT_FSIZE, &before); }
};

} // namespace

TEST_CASE("each record is a line") {
    const scratch file;
    rt::node node{rt::plugin{}, "line_sink", file.options()};
    rt::upstream meter{node, "meter"};
    const auto power = meter.gauge("power", "W", {{"channel", "1"}});
    const auto period = meter.text("period");
    REQUIRE(node.start());
    REQUIRE(node.write(meter.batch().add(power, 230.5).add(period, "heures creuses")));
    CHECK(file.text() == "1767225600000000000 power{channel=1,device=meter,site=testing} 230.5 W\n"
                         "1767225600000000000 period{device=meter,site=testing} heures creuses \n");
    REQUIRE(node.write(meter.batch().add(power, 231)));
    CHECK_THAT(file.text(), Catch::Matchers::EndsWith(" 231 W\n"));
    CHECK(node.stop());
    CHECK(node.misbehaviour().empty());
}

TEST_CASE("a text that does not fit a line is rejected, the rest is written") {
    const scratch file;
    rt::node node{rt::plugin{}, "line_sink", file.options()};
    rt::upstream meter{node, "meter"};
    const auto note = meter.text("note");
    REQUIRE(node.start());
    const auto written = node.write(meter.batch().add(note, "one\ntwo").add(note, "three"));
    REQUIRE(written);
    CHECK(written.answers[0].is == rt::verdict::rejected);
    CHECK(written.answers[0].why == "a text with control characters does not fit a line");
    CHECK(written.answers[1].is == rt::verdict::written);
    CHECK(file.text() == "1767225600000000000 note{device=meter,site=testing} three \n");
}

TEST_CASE("a full disk leaves whole lines, and the batch comes again") {
    const scratch file;
    rt::node node{rt::plugin{}, "line_sink", file.options()};
    rt::upstream meter{node, "meter"};
    const auto power = meter.gauge("power", "W");
    REQUIRE(node.start());
    REQUIRE(node.write(meter.batch().add(power, 1)));
    const auto before = file.text();
    {
        const full_disk full{before.size() + 10};
        CHECK(node.write(meter.batch().add(power, 2)).transient());
    }
    CHECK(file.text() == before);
    REQUIRE(node.write_kept());
    CHECK_THAT(file.text(), Catch::Matchers::EndsWith(" 2 W\n"));
}

TEST_CASE("a missing folder is a transient failure") {
    rt::node node{rt::plugin{}, "line_sink", "path = '/nowhere/readings.txt'"};
    const auto started = node.start();
    CHECK(started.transient());
    CHECK(started.why == "/nowhere/readings.txt: No such file or directory");
}
