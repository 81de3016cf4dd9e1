// SPDX-License-Identifier: Apache-2.0
// The built plugin in a fake host, with meters behind pseudo-terminals, TCP and files.
#include "tests/frames.hpp"
#include "tests/peers.hpp"

#include <releve/testing/catch.hpp>
#include <releve/testing/testing.hpp>

#include <sys/resource.h>

#include <filesystem>
#include <future>
#include <memory>
#include <set>
#include <thread>

namespace {

using namespace std::chrono_literals;
using Catch::Matchers::ContainsSubstring;
using releve::quality;
using releve::testing::node;
using releve::testing::plugin;

std::string port_of(const peers::terminal& terminal) { return "port = \"" + terminal.name() + "\"\n"; }

/// A symbolic link, as udev makes them: the adapter behind it may be another after it was plugged in again.
class device_link {
public:
    explicit device_link(const std::string& target) {
        static int count = 0;
        name_ = std::filesystem::temp_directory_path() /
                ("releve-teleinfo-link-" + std::to_string(::getpid()) + "-" + std::to_string(++count));
        point_to(target);
    }
    ~device_link() { std::filesystem::remove(name_); }
    void point_to(const std::string& target) const {
        std::filesystem::remove(name_);
        std::filesystem::create_symlink(target, name_);
    }
    std::string name() const { return name_; }

private:
    std::filesystem::path name_;
};

} // namespace

TEST_CASE("mistakes in the options are found") {
    const plugin built;
    CHECK(releve::testing::problems(built, "teleinfo", "port = \"/dev/ttyUSB0\"").empty());
    CHECK(releve::testing::problems(built, "teleinfo", "").size() == 1);
    for (const char* bad :
         {"port = \"tcp://box\"", "port = \"/dev/ttyS0\"\nspeed = \"300\"", "port = \"/dev/ttyS0\"\nmode = \"linky\"",
          "port = \"/dev/ttyS0\"\nrefresh = \"0s\"", "port = \"/dev/ttyS0\"\nmax_unknown = -1"})
        CHECK(releve::testing::problems(built, "teleinfo", bad).size() == 1);
}

TEST_CASE("a line in either mode is found and its values are records") {
    const peers::terminal terminal;
    node n{plugin{}, "teleinfo", port_of(terminal)};
    REQUIRE(n.start());
    n.run();
    SECTION("standard") {
        CHECK(terminal.speed() == B9600);
        n.feed(terminal.fd(), tic_frames::standard_one_phase());
        const auto power = n.last("apparent_power_drawn");
        CHECK(power.value == 931);
        CHECK(power.unit() == "V.A");
        CHECK(power.time == n.now());
        CHECK(n.last("active_energy_drawn").kind() == releve::kind::counter);
        CHECK(n.last("active_energy_drawn").series->modulus == 1e9);
        CHECK(n.last("active_energy_drawn").series->quantity == "active_energy");
        CHECK(n.last("active_energy_drawn").series->resolution == 1);
        CHECK(n.last("apparent_power_subscribed").series->resolution == 1000);
        CHECK(n.last("active_energy_drawn").series->max_rate == 5); // 2 x 9 kVA
        CHECK(n.last("active_energy_drawn_tariff", {{"register", "EASF02"}}).value == 25'446'869);
        CHECK(n.last("tariff_name").text == "HEURE PLEINE");
        CHECK(n.last("apparent_power_drawn_max").time == releve::to_time(1'737'530'102'000'000'000)); // its own time
        REQUIRE(n.logs("line_found").size() == 1);
        CHECK_THAT(n.logs("line_found")[0].text, ContainsSubstring("standard mode at 9600 Bd"));
    }
    SECTION("historique") {
        n.feed(terminal.fd(), "\x88\xf1\x03noise of the wrong speed");
        n.advance(5s);
        CHECK(terminal.speed() == B1200);
        n.feed(terminal.fd(), tic_frames::historique_tempo());
        CHECK(n.last("apparent_power_drawn").value == 930);
        CHECK(n.last("tempo_tomorrow").text == "white");
        CHECK_THAT(n.logs("line_found")[0].text, ContainsSubstring("historique mode at 1200 Bd"));
    }
    CHECK(n.up(terminal.name()) != false);
    REQUIRE(n.stop());
    CHECK(n.stop_took() < 1min);
    CHECK(n.misbehaviour().empty());
}

TEST_CASE("a meter that is switched remotely is followed") {
    const peers::terminal terminal;
    node n{plugin{}, "teleinfo", port_of(terminal)};
    REQUIRE(n.start());
    n.run();
    n.advance(5s);
    REQUIRE(terminal.speed() == B1200);
    n.feed(terminal.fd(), tic_frames::historique_hc());
    CHECK(n.last("apparent_power_drawn").value == 420);
    // 9600 Bd read at 1200: bytes, and no groups.
    for (int second = 0; second < 20 && terminal.speed() == B1200; ++second) {
        n.feed(terminal.fd(), "\x7f\x01 z\x7f\x7f\x03");
        n.advance(1s);
    }
    CHECK(n.up(terminal.name()) == false);
    CHECK_THAT(n.health().back().why, ContainsSubstring("no group is right"));
    while (terminal.speed() != B9600) n.advance(1s);
    n.feed(terminal.fd(), tic_frames::standard_one_phase() + tic_frames::standard_one_phase());
    CHECK(n.last("apparent_power_drawn").value == 931);
    CHECK(n.up(terminal.name()) == true);
    CHECK(n.logs("line_found").size() == 2);
    // The same series in both modes.
    CHECK(n.emitted("apparent_power_drawn").front().series->number == n.last("apparent_power_drawn").series->number);
}

TEST_CASE("a line that changes its mode without a speed is followed") {
    const peers::server server;
    node n{plugin{}, "teleinfo", "port = \"tcp://127.0.0.1:" + std::to_string(server.port()) + "\""};
    REQUIRE(n.start());
    const int peer = server.accept();
    n.run();
    n.feed(peer, tic_frames::historique_hc());
    n.feed(peer, tic_frames::standard_one_phase());
    n.feed(peer, tic_frames::standard_one_phase());
    n.advance(10s);
    n.feed(peer, tic_frames::standard_one_phase());
    CHECK(n.last("apparent_power_drawn").value == 931);
    CHECK_THAT(n.logs("line_found").back().text, ContainsSubstring("standard mode"));
    ::close(peer);
    n.settle();
    CHECK(n.up("tcp://127.0.0.1:" + std::to_string(server.port())) == false);
    n.advance(3s);
    const int again = server.accept();
    n.feed(again, tic_frames::standard_one_phase());
    CHECK(n.up("tcp://127.0.0.1:" + std::to_string(server.port())) == true);
    ::close(again);
}

TEST_CASE("an adapter that is unplugged and plugged in again is read again") {
    auto terminal = std::make_unique<peers::terminal>();
    const device_link by_id{terminal->name()};
    node n{plugin{}, "teleinfo", "port = \"" + by_id.name() + "\"\npublish = \"0s\""};
    REQUIRE(n.start());
    n.run();
    n.feed(terminal->fd(), tic_frames::standard_one_phase());
    const auto before = n.emitted("active_energy_drawn").size();
    n.feed(terminal->fd(), tic_frames::standard_one_phase().substr(0, 300)); // pulled out in the middle of a frame
    terminal.reset();
    n.settle();
    CHECK(n.up(by_id.name()) == false);
    n.advance(30s);
    CHECK(n.running());
    terminal = std::make_unique<peers::terminal>();
    by_id.point_to(terminal->name());
    n.advance(3s);
    n.feed(terminal->fd(), tic_frames::standard_one_phase("028658742"));
    CHECK(n.emitted("active_energy_drawn").size() == before + 1);
    CHECK(n.last("active_energy_drawn").value == 28'658'742);
    CHECK(n.up(by_id.name()) == true);
    CHECK(n.health().size() == 2); // each logged once
}

TEST_CASE("a port that is not there at start is tried again by the host") {
    node n{plugin{}, "teleinfo", "port = \"/dev/releve-no-such-port\""};
    const auto outcome = n.start();
    CHECK(outcome.transient());
    CHECK_THAT(outcome.why, ContainsSubstring("/dev/releve-no-such-port: No such file or directory") &&
                                ContainsSubstring("is the device plugged in?"));
    CHECK(n.probe().transient());
}

TEST_CASE("a silent line is reported, once") {
    const peers::terminal terminal;
    node n{plugin{}, "teleinfo", port_of(terminal)};
    REQUIRE(n.start());
    n.run();
    n.advance(60s);
    REQUIRE(n.health().size() == 1);
    CHECK_FALSE(n.health()[0].up);
    CHECK_THAT(n.health()[0].why, ContainsSubstring("nothing comes from the meter"));
    CHECK(n.last("line_age").value >= 9);
    CHECK(n.last("line_mode").text == "unknown");
}

TEST_CASE("measured values keep the pace, states do not wait") {
    const peers::terminal terminal;
    node n{plugin{}, "teleinfo",
           port_of(terminal) + "mode = \"historique\"\nspeed = \"1200\"\npublish = \"10s\"\nrefresh = \"60s\""};
    REQUIRE(n.start());
    n.run();
    const auto frame = [](int ampere, const std::string& period) {
        const auto digits = std::to_string(1000 + ampere).substr(1);
        return tic_write::frame({tic_write::historique("PTEC", period), tic_write::historique("IINST", digits),
                                 tic_write::historique("IMAX", "090")});
    };
    for (int i = 0; i < 30; ++i) {
        n.feed(terminal.fd(), frame(i, i < 15 ? "HC.." : "HP.."));
        n.advance(1s);
    }
    CHECK(n.emitted("current").size() == 3); // at 0, 10 and 20 s
    CHECK(n.last("current").value == 20);
    CHECK(n.emitted("tariff_period").size() == 2);
    CHECK(n.emitted("current_max").size() == 1);
    for (int i = 0; i < 40; ++i) {
        n.feed(terminal.fd(), frame(29, "HP.."));
        n.advance(1s);
    }
    CHECK(n.emitted("current").size() == 4);     // what changed last is reported, not lost
    CHECK(n.emitted("current_max").size() == 2); // the same, after a minute
}

TEST_CASE("identifiers are labels only when asked for") {
    const peers::terminal terminal;
    const auto run = [&](const std::string& options) {
        auto n = std::make_unique<node>(plugin{}, "teleinfo", port_of(terminal) + options);
        REQUIRE(n->start());
        n->run();
        n->feed(terminal.fd(), tic_frames::standard_one_phase());
        n->feed(terminal.fd(), tic_frames::standard_one_phase());
        REQUIRE(n->stop());
        return n;
    };
    const auto none = run("");
    for (const auto& one : none->declared()) {
        CHECK(one.labels.count("meter") == 0);
        CHECK(one.labels.count("prm") == 0);
    }
    for (const auto& one : none->emitted()) CHECK(one.text.find("0218613484") == std::string::npos);
    CHECK(run("identifiers = \"serial\"")->last("apparent_power_drawn").label("meter") == "021861348497");
    const auto all = run("identifiers = \"all\"");
    CHECK(all->last("apparent_power_drawn").label("prm") == "01234567890123");
}

TEST_CASE("the line's quality is reported") {
    const peers::terminal terminal;
    node n{plugin{}, "teleinfo", port_of(terminal) + "line_quality = \"30s\""};
    REQUIRE(n.start());
    n.run();
    auto damaged = tic_frames::standard_one_phase();
    damaged[damaged.find("URMS1")] = 'V';
    n.feed(terminal.fd(),
           tic_frames::standard_one_phase() + damaged + tic_write::frame({tic_write::standard("NEW", "42")}));
    n.advance(31s);
    CHECK(n.last("line_groups_good").value == 38 + 37);
    CHECK(n.last("line_groups_bad").value == 1);
    CHECK(n.last("line_groups_unknown").value == 1);
    CHECK(n.last("line_frames").value == 3);
    CHECK(n.last("line_mode").text == "standard");
    CHECK(n.last("line_speed").value == 9600);
    CHECK(n.last("line_age").value == Catch::Approx(n.emitted("line_age").size() == 1 ? 10 : 30).margin(11));
}

TEST_CASE("an impossible power is a suspect record") {
    const peers::terminal terminal;
    node n{plugin{}, "teleinfo", port_of(terminal)};
    REQUIRE(n.start());
    n.run();
    n.feed(terminal.fd(), tic_frames::standard_three_phase("48370"));
    CHECK(n.last("apparent_power_drawn", {{"phase", "2"}}).quality == quality::suspect);
    CHECK(n.last("apparent_power_drawn", {{"phase", "3"}}).quality == quality::good);
}

TEST_CASE("a recorded file is played at the speed of its line") {
    const auto frame = tic_frames::standard_one_phase();
    const peers::file file{frame + frame + frame};
    node n{plugin{}, "teleinfo",
           "port = \"" + file.name() + "\"\nmode = \"standard\"\nspeed = \"9600\"\npublish = \"0s\"\nrefresh = \"1s\""};
    REQUIRE(n.start());
    const auto begin = n.now();
    n.run();
    n.advance(10s);
    const auto records = n.emitted("active_energy_drawn");
    REQUIRE(records.size() >= 2);
    const auto period = std::chrono::duration<double>(records.back().time - begin).count();
    CHECK(period == Catch::Approx(static_cast<double>(frame.size()) * 3 / 960).margin(1.1));
    CHECK(n.logs("recording_end").size() == 1);
    CHECK(n.running());
    n.advance(60s);
    CHECK(n.up(file.name()) != false); // its end is not a loss
    REQUIRE(n.stop());
    CHECK(n.misbehaviour().empty());
}

TEST_CASE("a group that has not the form of its label costs no other, and is told once, and once when it is over") {
    const peers::terminal terminal;
    node n{plugin{}, "teleinfo", port_of(terminal)};
    REQUIRE(n.start());
    n.run();
    const auto with = [](const std::string& profile) {
        return tic_write::frame({tic_write::standard("EAST", "028658741"), tic_write::standard("IRMS1", "004"),
                                 tic_write::standard("PJOURF+1", profile + tic_frames::unused_blocks(10)),
                                 tic_write::standard("SINSTS", "00931")});
    };
    for (int i = 0; i < 10; ++i) n.feed(terminal.fd(), with("99990001"));
    CHECK(n.last("apparent_power_drawn").value == 931);
    CHECK(n.emitted("day_schedule_tomorrow").empty());
    REQUIRE(n.logs("odd_groups").size() == 1);
    CHECK_THAT(n.logs("odd_groups")[0].text, ContainsSubstring("PJOURF+1 has not the form of its label"));
    for (int i = 0; i < 10; ++i) n.feed(terminal.fd(), with("00008001"));
    CHECK(n.last("day_schedule_tomorrow").text == "00:00 index 1 contact open");
    CHECK(n.logs("odd_groups_over").size() == 1);
    CHECK(n.logs("odd_groups").size() == 1);
    n.advance(61s);
    CHECK(n.last("line_groups_bad").value == 10);
}

TEST_CASE("an index that never continues is told, once") {
    const peers::terminal terminal;
    node n{plugin{}, "teleinfo", port_of(terminal)};
    REQUIRE(n.start());
    n.run();
    for (int i = 0; i < 12; ++i) // two meters on one line
        n.feed(terminal.fd(), tic_write::frame({tic_write::standard("EAST", i % 2 == 0 ? "000000500" : "028658741"),
                                                tic_write::standard("SINSTS", "00931")}));
    CHECK(n.last("active_energy_drawn").value == 500);
    REQUIRE(n.logs("odd_groups").size() <= 1);
    for (int i = 0; i < 12; ++i)
        n.feed(terminal.fd(), tic_write::frame({tic_write::standard("EAST", std::to_string(900'000'000 - i * 1000)),
                                                tic_write::standard("SINSTS", "00931")}));
    REQUIRE(n.logs("odd_groups").size() == 1);
    CHECK_THAT(n.logs("odd_groups")[0].text, ContainsSubstring("EAST does not continue from its last reading"));
    CHECK(n.last("apparent_power_drawn").value == 931);
}

TEST_CASE("more unknown labels than are kept: said once") {
    const peers::terminal terminal;
    node n{plugin{}, "teleinfo", port_of(terminal) + "max_unknown = 2"};
    REQUIRE(n.start());
    n.run();
    const auto frame = tic_write::frame({tic_write::standard("NEWA", "1"), tic_write::standard("NEWB", "2"),
                                         tic_write::standard("NEWC", "3"), tic_write::standard("EAST", "028658741")});
    for (int i = 0; i < 10; ++i) n.feed(terminal.fd(), frame);
    CHECK(n.logs("too_many_labels").size() == 1);
    CHECK(n.last("other_value", {{"tic", "NEWB"}}).value == 2);
}

TEST_CASE("a line that names another meter again and again declares a bounded number of series") {
    const peers::terminal terminal;
    node n{plugin{}, "teleinfo", port_of(terminal) + "identifiers = \"serial\""};
    REQUIRE(n.start());
    n.run();
    for (int i = 0; i < 40; ++i) {
        const auto frame =
            tic_write::frame({tic_write::standard("ADSC", "0218613484" + std::to_string(10 + i)),
                              tic_write::standard("EAST", "028658741"), tic_write::standard("SINSTS", "00931")});
        for (int j = 0; j < 3; ++j) n.feed(terminal.fd(), frame);
    }
    std::set<std::string> meters;
    for (const auto& one : n.emitted("apparent_power_drawn")) meters.insert(one.label("meter"));
    CHECK(meters.size() == 16);
    CHECK(n.logs("too_many_meters").size() == 1);
}

TEST_CASE("bytes without end, in any form, take a bounded memory, and a stop ends them") {
    const auto peak_kib = [] {
#ifdef __SANITIZE_ADDRESS__
        return long{0}; // it keeps what is freed, to find its use: not measured
#else
        rusage used{};
        ::getrusage(RUSAGE_SELF, &used);
        return used.ru_maxrss;
#endif
    };
    const auto before = peak_kib();
    std::string labels = "\x02";
    for (int i = 0; i < 5000; ++i) labels += tic_write::standard("L" + std::to_string(i), std::string(100, 'x'));
    const auto group = tic_write::standard("IRMS1", "004");
    for (const std::string& form :
         {std::string(65'536, 'x'), std::string(65'536, '\x02'), std::string(65'536, '\n'), std::string(65'536, '\0'),
          std::string(65'536, '\xff'), labels, "\x02" + group + group + group, std::string{"\x02\x03"}}) {
        const peers::server server;
        node n{plugin{}, "teleinfo", "port = \"tcp://127.0.0.1:" + std::to_string(server.port()) + "\""};
        REQUIRE(n.start());
        const int peer = server.accept();
        n.run(); // comes back when the line is quiet: before the flood
        std::string block;
        while (block.size() < 65'536) block += form;
        std::promise<void> much;
        std::thread writer{[&] {
            constexpr std::size_t enough = 1'048'576; // each pair of STX is a frame
            std::size_t sent = 0;
            bool told = false;
            for (ssize_t size = 1; size > 0;) {
                size = ::send(peer, block.data(), block.size(), MSG_NOSIGNAL);
                sent += size > 0 ? static_cast<std::size_t>(size) : 0;
                if (!told && (sent >= enough || size <= 0)) {
                    told = true;
                    much.set_value();
                }
            }
        }};
        CHECK(much.get_future().wait_for(2min) == std::future_status::ready);
        CHECK(n.stop());
        writer.join();
        ::close(peer);
        CHECK(n.misbehaviour().empty());
    }
    CHECK(peak_kib() - before < 64 * 1024);
}
