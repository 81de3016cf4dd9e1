// SPDX-License-Identifier: Apache-2.0
// The built plugin behind a real gammu-smsd, with its dummy phone and on an emulated modem.
#include "emulated_modem.hpp"
#include "modem/modem.hpp"
#include "pdu/base16.hpp"
#include "pdu/pdu.hpp"
#include "tests/gammu/daemon.hpp"

#include <releve/testing/catch.hpp>
#include <releve/testing/testing.hpp>

#include <fstream>

using namespace releve::sms;
using namespace releve::testing;
using namespace std::chrono_literals;
using Catch::Matchers::Contains;
using releve::sms::tests::gammu_daemon;
using releve::sms::tests::wait_until;

namespace {

namespace fs = std::filesystem;

struct folder {
    fs::path path;
    folder() {
        auto pattern = (fs::temp_directory_path() / "releve-gammu-XXXXXX").string();
        if (::mkdtemp(pattern.data()) == nullptr) throw std::runtime_error("no temporary folder");
        path = pattern;
    }
    ~folder() { fs::remove_all(path); }
    folder(const folder&) = delete;
    folder& operator=(const folder&) = delete;
};

struct fixture {
    folder at;
    gammu_daemon daemon{at.path};
    fixture() { daemon.start(); }
};

struct fixture_with_modem {
    folder at;
    gsm_modem::emulated_modem device{(at.path / "modem").string()};
    gammu_daemon daemon{at.path / "spool", (at.path / "modem").string()};
    fixture_with_modem() { begin(); }
    void begin() {
        const auto asked = device.commands().size();
        daemon.start();
        if (!device.wait_for([&] {
                const auto all = device.commands();
                return std::any_of(all.begin() + static_cast<std::ptrdiff_t>(asked), all.end(),
                                   [](const auto& one) { return one.starts_with("AT+CPMS="); });
            }))
            throw std::runtime_error("gammu-smsd does not begin with the modem:\n" + daemon.log());
    }
    int tries() const {
        const auto all = device.commands();
        return static_cast<int>(
            std::count_if(all.begin(), all.end(), [](const auto& one) { return one.starts_with("AT+CMGS="); }));
    }
};

/// gammu-smsd reads its phone and its outbox once a second. A streaming node reads its inbox once a minute at the
/// latest, of virtual time, which passes when gammu-smsd has done nothing for so long.
setup receiving() {
    setup made;
    made.peer_timeout = 1500ms;
    return made;
}
/// gammu-smsd has nothing to say: virtual time passes at once.
setup without_daemon() {
    setup made;
    made.peer_timeout = 50ms;
    return made;
}

std::string connection(const fs::path& spool) {
    return "[connection.modem]\ncomponent = \"gsm_modem\"\ntransport = \"gammu\"\nfolder = '" + spool.string() +
           "'\nsend_timeout = \"2m\"\n";
}

std::string source(const fs::path& spool) {
    return connection(spool) + "[source.in]\ncomponent = \"gsm_sms\"\nconnection = \"modem\"\n"
                               "senders = [\"+33601020304\", \"TONIQUE\"]\n";
}

std::string sink(const fs::path& spool, const std::string& more = {}) {
    return connection(spool) +
           "[sink.out]\ncomponent = \"sms_report\"\nconnection = \"modem\"\ninputs = [\"x\"]\n"
           "to = [\"+33612345678\"]\n" +
           more;
}

std::string hex_of(int count) {
    octets bytes;
    for (int i = 0; i < count; ++i) bytes.push_back(static_cast<std::uint8_t>(i));
    return to_base16(bytes);
}

std::string in_lines(const std::string& hex) {
    std::string all;
    for (std::size_t at = 0; at < hex.size(); at += 200)
        all += "Text0" + std::to_string(at / 200) + " = " + hex.substr(at, 200) + '\n';
    return all;
}

const std::string text = "Text00 = 0062006F006E006A006F007500720020002000E920AC\nCoding = Default_No_Compression\n"
                         "Length = 11\n";

std::vector<sms_submit> submits(const std::vector<std::string>& sent) {
    std::vector<sms_submit> all;
    for (const auto& pdu : sent) all.push_back(std::get<sms_submit>(read_pdu(from_base16(pdu).value()).message));
    return all;
}

} // namespace

TEST_CASE("what comes to a phone behind gammu-smsd is a record; its file goes when that is acknowledged") {
    fixture b;
    node n{plugin{}, "gsm_sms", source(b.daemon.spool()), receiving()};
    REQUIRE(n.start());
    n.run();
    b.daemon.deliver(text);
    b.daemon.deliver(
        "Text00 = 006D006500730075007200652000206F22D83DDE00\nCoding = Unicode_No_Compression\nLength = 11\n");
    b.daemon.deliver("Number = \"TONIQUE\"\nNumberUnicode = 0054004F004E0049005100550045\n"
                     "Text00 = 00610062\nCoding = Default_No_Compression\nLength = 2\n");
    REQUIRE(n.run_until([&] { return n.emitted("message").size() == 3; }, 1h));
    CHECK(n.emitted("message", {{"sender", "+33601020304"}}).size() == 2);
    CHECK(n.last("message", {{"sender", "TONIQUE"}}).text == "ab");
    CHECK(n.emitted("message")[0].quality == releve::quality::good);
    b.daemon.deliver(in_lines(hex_of(140)) + "Coding = 8bit\nLength = 140\n");
    REQUIRE(n.run_until([&] { return n.emitted("message_octets").size() == 1; }, 1h));
    CHECK(n.last("message_octets").text == hex_of(140));
    b.daemon.deliver("UDH = 050003420202\nText00 = FF\nCoding = 8bit\nLength = 1\n");
    b.daemon.deliver("UDH = 050003420201\n" + in_lines(hex_of(134)) + "Coding = 8bit\nLength = 134\n");
    REQUIRE(n.run_until([&] { return n.emitted("message_octets").size() == 2; }, 1h));
    CHECK(n.last("message_octets").text == hex_of(134) + "FF");
    CHECK(n.last("messages_stored").value >= 1);
    CHECK(n.emitted("message_places").empty());
    CHECK(b.daemon.files("inbox").size() == 5);
    CHECK(b.daemon.in_phone() == 0);
    n.acknowledge();
    CHECK(n.run_until([&] { return b.daemon.files("inbox").empty(); }, 1h));
    CHECK(n.stop());
    CHECK(n.misbehaviour().empty());
}

TEST_CASE("after a crash of both, nothing is lost, and what is read again has the same time") {
    fixture b;
    node n{plugin{}, "gsm_sms", source(b.daemon.spool()), receiving()};
    REQUIRE(n.start());
    n.run();
    b.daemon.deliver(text);
    REQUIRE(n.run_until([&] { return n.emitted("message").size() == 1; }, 1h));
    REQUIRE(wait_until([&] { return b.daemon.in_phone() == 0; }));
    b.daemon.kill();
    n.restart();
    // Killed between saving and deleting, it saves the message again.
    const auto saved = begin(fs::directory_iterator(b.daemon.spool() / "inbox"))->path();
    fs::copy_file(saved, b.daemon.spool() / "inbox/IN20260101_120000_01_+33601020304_00.txt");
    REQUIRE(n.start());
    n.run();
    b.daemon.start();
    b.daemon.deliver("Text00 = 0032\nCoding = Default_No_Compression\nLength = 1\n");
    REQUIRE(n.run_until([&] { return n.emitted("message").size() == 4; }, 1h));
    const auto all = n.emitted("message");
    CHECK(all[0].text == "bonjour  \u00e9\u20ac");
    CHECK(all[1].text == all[0].text);
    CHECK(all[1].time == all[0].time);
    CHECK(all[2].time == all[0].time);
    CHECK(all[3].text == "2");
    CHECK(all[3].time != all[0].time);
    n.acknowledge();
    CHECK(n.run_until([&] { return b.daemon.files("inbox").empty(); }, 1h));
}

TEST_CASE("a message that goes out by gammu-smsd is sent once, over a kill, and leaves nothing behind") {
    fixture b;
    node n{plugin{}, "sms_report", sink(b.daemon.spool())};
    upstream from{n, "boiler"};
    const auto door = from.event("door");
    REQUIRE(n.start());
    const auto in = from.batch().add(door, "open");
    REQUIRE(n.write(in));
    CHECK_THAT(b.daemon.log(), Contains("to +33612345678"));
    CHECK(b.daemon.files("sent").size() == 1);
    n.restart(); // before it was committed
    REQUIRE(n.start());
    REQUIRE(n.write({in}, 1));
    CHECK(b.daemon.files("sent").size() == 1);
    CHECK(n.last("messages_sent").value == 1);
    n.acknowledge();
    n.restart(); // before it was committed that the record is written
    REQUIRE(n.start());
    REQUIRE(n.write({in}, 1));
    for (const auto* one : {"outbox", "sent", "error"}) CHECK(b.daemon.files(one).empty());
    CHECK(n.emitted("messages_sent").size() == 2);
}

TEST_CASE("gammu-smsd on a modem: text, UCS-2 and parts go out as they were written, with the wish for a report") {
    fixture_with_modem b;
    node n{plugin{}, "sms_report", sink(b.daemon.spool(), "text = \"{value}\"\nreport = true\n")};
    upstream from{n, "boiler"};
    const auto door = from.event("door");
    REQUIRE(n.start());
    REQUIRE(n.write(from.batch().add(door, "open [21.5] {a} \u20ac")));
    REQUIRE(n.write(from.batch().add(door, "open ~21 \u00b0C \u6f22~~")));
    REQUIRE(n.write(from.batch().add(door, "open " + std::string(200, 'x'))));
    const auto all = submits(b.device.sent());
    REQUIRE(all.size() == 4);
    CHECK(all[0].recipient.text == "+33612345678");
    CHECK(all[0].data.text == "open [21.5] {a} \u20ac");
    CHECK(all[0].report_wanted);
    CHECK(all[1].data.text == "open ~21 \u00b0C \u6f22~~");
    CHECK(all[2].data.text + all[3].data.text == "open " + std::string(200, 'x'));
    const auto part = concatenation_of(all[3].data);
    REQUIRE(part);
    CHECK(part->part == 2);
    CHECK(part->total == 2);
    CHECK(part->wide);
}

TEST_CASE("a message to a modem behind gammu-smsd is a record with the centre's time, and so is a report") {
    fixture_with_modem b;
    node n{plugin{}, "gsm_sms", source(b.daemon.spool()), receiving()};
    REQUIRE(n.start());
    n.run();
    std::size_t count = 0;
    for (const int quarters : {4, 0}) // the site's zone, and UTC
        for (const auto coding : {std::uint8_t{0}, std::uint8_t{8}}) {
            CAPTURE(quarters, int{coding});
            sms_deliver message;
            message.sender = address_of("+33601020304");
            message.time = pdu_time{1'767'225'600 + static_cast<std::int64_t>(count), quarters};
            message.data.coding = coding;
            message.data.text = "[21.5] \u20ac";
            REQUIRE(b.device.deliver(to_base16(write_pdu({{}, message}))));
            ++count;
            REQUIRE(n.run_until([&] { return n.emitted("message").size() == count; }, 1h));
            const auto last = n.last("message");
            CHECK(last.text == "[21.5] \u20ac");
            CHECK(std::chrono::floor<std::chrono::seconds>(last.time).time_since_epoch().count() ==
                  message.time->seconds);
        }
    sms_status_report report;
    report.reference = 9;
    report.recipient = address_of("+33612345678");
    report.time = report.ended = pdu_time{1'767'225'600, 4};
    report.status = 0x46;
    REQUIRE(b.device.deliver(to_base16(write_pdu({{}, report}))));
    REQUIRE(n.run_until([&] { return n.emitted("delivery").size() == 1; }, 1h));
    CHECK(n.last("delivery", {{"recipient", "+33612345678"}}).text == "failed reference 9 status 64");
}

TEST_CASE("a refused message is tried once, logged, and sent once when it is tried again") {
    fixture_with_modem b;
    node n{plugin{}, "sms_report", sink(b.daemon.spool())};
    upstream from{n, "boiler"};
    const auto door = from.event("door");
    REQUIRE(n.start());
    b.device.add({.command = "AT+CMGS", .response = "+CMS ERROR: 38", .executed = false, .times = 1});
    const auto refused = n.write(from.batch().add(door, "open"));
    CHECK(refused.transient());
    CHECK_THAT(refused.why, Contains("gammu-smsd could not send a message"));
    CHECK(b.tries() == 1);
    REQUIRE(n.write_kept());
    CHECK(b.tries() == 2);
    CHECK(b.device.sent().size() == 1);
}

TEST_CASE("a modem that is silent is tried once, reported, and nothing is lost; what it had taken arrives twice") {
    const bool taken = GENERATE(false, true);
    fixture_with_modem b;
    b.device.add({.command = "AT+CMGS", .response = "", .executed = taken, .times = 1});
    {
        auto until_tried = without_daemon();
        until_tried.peers = [&](releve::duration) {
            if (!wait_until([&] { return b.device.faults() == 0; }))
                throw std::runtime_error("gammu-smsd does not try it");
        };
        node n{plugin{}, "sms_report", sink(b.daemon.spool()), until_tried};
        upstream from{n, "boiler"};
        REQUIRE(n.start());
        const auto silent = n.write(from.batch().add(from.event("door"), "open"));
        CHECK(silent.transient());
        CHECK_THAT(silent.why, Contains("gammu-smsd"));
        CHECK(b.tries() == 1);
    }
    b.daemon.kill(); // it takes minutes until it uses its modem again
    b.begin();
    node n{plugin{}, "sms_report", sink(b.daemon.spool())};
    upstream from{n, "boiler"};
    REQUIRE(n.start());
    REQUIRE(n.write(from.batch().add(from.event("door"), "open")));
    CHECK(b.device.sent().size() == (taken ? 2 : 1)); // gammu-smsd can't know
}

TEST_CASE(
    "a port that is lost, and a daemon that does not run, are reported; the message is sent once when both are back") {
    fixture_with_modem b;
    {
        node n{plugin{}, "sms_report", sink(b.daemon.spool()), without_daemon()};
        upstream from{n, "boiler"};
        REQUIRE(n.start());
        b.device.unplug();
        const auto lost = n.write(from.batch().add(from.event("door"), "open"));
        CHECK(lost.transient());
        CHECK_THAT(lost.why, Contains("gammu-smsd"));
        b.daemon.kill();
        const auto gone = n.write_kept();
        CHECK(gone.transient());
        CHECK_THAT(gone.why, Contains("is it running, and does its modem respond?"));
    }
    b.device.plug_in();
    b.begin();
    node n{plugin{}, "sms_report", sink(b.daemon.spool())};
    upstream from{n, "boiler"};
    REQUIRE(n.start());
    REQUIRE(n.write(from.batch().add(from.event("door"), "open")));
    CHECK(b.device.sent().size() == 1);
    CHECK(b.daemon.files("sent").size() == 1); // until it is committed
    for (const auto* one : {"outbox", "error"}) CHECK(b.daemon.files(one).empty());
}

TEST_CASE("a transport without its place is refused, at its key") {
    const auto why = [](const std::string& options) {
        const auto all = problems(plugin{}, "gsm_modem", options);
        REQUIRE(all.size() == 1);
        return all[0].what;
    };
    CHECK_THAT(why(""), Contains("give the modem's serial port"));
    CHECK_THAT(why("transport = \"gammu\"\nport = \"/dev/ttyUSB0\""), Contains("give the folder"));
}
