// SPDX-License-Identifier: Apache-2.0
// The spool's outbox and inbox, with gammu-smsd played step by step, so that each moment can be chosen;
// node_test.cpp has the real one.
#include "gammu/spool.hpp"
#include "tests/modem/trouble.hpp"

#include <releve/failure.hpp>
#include <releve/testing/catch.hpp>

#include <algorithm>
#include <fstream>
#include <iterator>

using namespace releve::sms;
using Catch::Matchers::Contains;
using releve::sms::tests::trouble;
using namespace std::chrono_literals;
namespace fs = std::filesystem;

namespace {

/// Reads the first file of its outbox, then tries it, then notes that it was sent, as gammu-smsd 1.42 does.
struct played_daemon {
    fs::path folder;
    std::vector<std::string> sent, tried, names; // contents; `names` of what was sent
    std::string name, content;                   // of what it is at
    int refusals = 0;
    bool runs = true;

    static std::string read(const fs::path& path) {
        std::ifstream file{path, std::ios::binary};
        return {std::istreambuf_iterator<char>{file}, {}};
    }
    void step() {
        if (!runs) return;
        if (!name.empty()) { // the network has answered
            const auto at = folder / "outbox" / name;
            tried.push_back(content);
            if (refusals-- <= 0) {
                sent.push_back(content);
                names.push_back(name);
                auto noted = read(at);
                noted.replace(noted.find("= 999"), 5, "= 7");
                std::ofstream{at, std::ios::binary} << noted;
                fs::rename(at, folder / "sent" / name);
            } // else it tries again
            name.clear();
            return;
        }
        std::vector<fs::path> all;
        for (const auto& one : fs::directory_iterator{folder / "outbox"})
            if (one.path().filename().string().starts_with("OUT")) all.push_back(one.path());
        if (all.empty()) return;
        const auto first = *std::min_element(all.begin(), all.end());
        std::ifstream{first}; // gammu-smsd looks first whether it can
        content = read(first);
        if (content.find("Number") == content.npos)
            fs::rename(first, folder / "sent" / first.filename()); // it holds no message
        else
            name = first.filename();
    }
};

struct fixture {
    fs::path folder;
    played_daemon daemon;
    releve::duration now{0};
    int stop_at = -1; // the wait in which the host is killed

    fixture() {
        auto pattern = (fs::temp_directory_path() / "releve-spool-XXXXXX").string();
        if (::mkdtemp(pattern.data()) == nullptr) throw std::runtime_error("no temporary folder");
        folder = pattern;
        for (const auto* one : {"inbox", "outbox", "sent", "error"}) fs::create_directory(folder / one);
        daemon.folder = folder;
    }
    ~fixture() { fs::remove_all(folder); }
    fixture(const fixture&) = delete;
    fixture& operator=(const fixture&) = delete;

    std::vector<std::string> said;
    gammu_settings settings() {
        return {.folder = folder,
                .send_timeout = 60s,
                .to_utc = [](std::int64_t local) { return local; },
                .say = [this](const char*, const std::string& text) { said.push_back(text); }};
    }
    releve::kit::waiter waiter() {
        return {[this](std::span<releve_wait> fds, releve::duration) {
                    if (stop_at-- == 0) throw releve::stopped{};
                    now += 1s;
                    daemon.step();
                    for (auto& one : fds) one.revents = one.events;
                },
                [this] { return now; }};
    }
    std::size_t files(const char* of) const {
        std::size_t count = 0;
        for (const auto& one : fs::directory_iterator{folder / of})
            count += one.path().filename().string().starts_with('.') ? 0 : 1;
        return count;
    }
    void put(const std::string& name, const std::string& content) const {
        std::ofstream{folder / "inbox" / name, std::ios::binary} << content;
    }
};

octets submit(const std::string& text) {
    sms_submit message;
    message.recipient = address_of("+33612345678");
    message.data.text = text;
    return write_pdu({{}, message});
}

std::string section(const std::string& octet, const std::string& more = {}, const std::string& index = "000") {
    return "[SMSBackup" + index + "]\nPDU = Deliver\nDateTime = 20260101T120000Z\nNumberUnicode = 002B00330033\n" +
           more + "Text00 = " + octet + "\nCoding = 8bit\nLength = 1\nMessageReference = 0\n\n";
}

void send_and_remove(gammu_spool& by, const std::vector<octets>& messages) {
    for (const auto& one : by.send(messages, true, {})) by.remove(one);
}

const std::vector three{submit("one"), submit("two"), submit("three")};

} // namespace

TEST_CASE("messages are sent one by one, in order, and leave nothing behind; equal ones on another day are new") {
    fixture b;
    gammu_spool spool{b.settings(), b.waiter()};
    spool.open();
    send_and_remove(spool, three);
    CHECK(b.daemon.sent.size() == 3);
    CHECK_THAT(b.daemon.sent[2], Contains("Text00 = 00740068007200650065"));
    send_and_remove(spool, three);
    CHECK(b.daemon.sent.size() == 6);
    for (const auto* one : {"outbox", "sent", "error"}) CHECK(b.files(one) == 0);
}

TEST_CASE("a host that is killed at any moment sends each exactly once") {
    const int meanwhile = GENERATE(0, 1, 2, 3); // steps of the daemon
    bool killed = true;
    for (int moment = 0; killed; ++moment) {
        CAPTURE(moment, meanwhile);
        fixture b;
        killed = false;
        {
            gammu_spool spool{b.settings(), b.waiter()};
            spool.open();
            b.stop_at = moment;
            try {
                spool.send(three, false, {});
                CHECK(moment > 5);
                continue;
            } catch (const releve::stopped&) {
                killed = true;
            }
        }
        b.stop_at = -1;
        for (int i = 0; i < meanwhile; ++i) b.daemon.step();
        gammu_spool after{b.settings(), b.waiter()};
        after.open();
        send_and_remove(after, three);
        REQUIRE(b.daemon.sent.size() == 3);
        CHECK_THAT(b.daemon.sent[0], Contains("006F006E0065"));
        CHECK_THAT(b.daemon.sent[1], Contains("00740077006F"));
        for (const auto* one : {"outbox", "sent", "error"}) CHECK(b.files(one) == 0);
    }
}

TEST_CASE("equal messages are sent once each, also while the first are in sent, and across a kill") {
    fixture b;
    {
        gammu_spool spool{b.settings(), b.waiter()};
        spool.open();
        const auto first = spool.send(three, GENERATE(true, false), {});
        const auto second = spool.send(three, GENERATE(true, false), first);
        CHECK(b.daemon.sent.size() == 6);
        CHECK(b.files("sent") == 6);
        for (const auto& one : first) spool.remove(one);
        CHECK(b.files("sent") == 3);
        spool.send(three, true, second);
        CHECK(b.daemon.sent.size() == 9);
    }
    gammu_spool after{b.settings(), b.waiter()};
    after.open();
    const auto found = after.send(three, true, {});
    after.send(three, true, found);
    CHECK(b.daemon.sent.size() == 9);
}

TEST_CASE("what a killed host has sent, and nobody asks for, is not taken for a new message") {
    fixture b;
    {
        gammu_spool spool{b.settings(), b.waiter()};
        spool.open();
        spool.send(three, false, {});
    }
    gammu_spool after{b.settings(), b.waiter()};
    after.open();
    after.send(three, false, {});
    CHECK(b.daemon.sent.size() == 6);
}

TEST_CASE("a message that can't be sent is tried once a call, and never while nobody asks") {
    fixture b;
    gammu_spool spool{b.settings(), b.waiter()};
    spool.open();
    b.daemon.refusals = 1;
    std::string why;
    CHECK(trouble([&] { spool.send(three, false, {}); }, &why) == at_trouble::transient);
    CHECK_THAT(why, Contains("gammu-smsd could not send a message; its log says why"));
    for (int i = 0; i < 10; ++i) b.daemon.step();
    CHECK(b.daemon.tried.size() == 1);
    CHECK(b.files("outbox") == 0);
    send_and_remove(spool, three);
    CHECK(b.daemon.sent.size() == 3);
    CHECK(b.daemon.tried.size() == 4);
    for (const auto* one : {"outbox", "sent", "error"}) CHECK(b.files(one) == 0);
}

TEST_CASE(
    "what a daemon does not send in time it does not send later, unless it was at it: then it is not sent again") {
    fixture b;
    gammu_spool spool{b.settings(), b.waiter()};
    spool.open();
    b.daemon.runs = false;
    std::string why;
    CHECK(trouble([&] { spool.send(three, false, {}); }, &why) == at_trouble::transient);
    CHECK_THAT(why, Contains("gammu-smsd has not sent a message in time"));
    const bool was_at_it = GENERATE(false, true);
    if (was_at_it) { // it had read the message before it was withdrawn
        b.daemon.name = fs::directory_iterator { b.folder / "outbox" } -> path().filename();
        b.daemon.content = "Number";
    }
    b.daemon.runs = true;
    for (int i = 0; i < 3; ++i) b.daemon.step();
    CHECK(b.daemon.sent.size() == (was_at_it ? 1 : 0));
    send_and_remove(spool, three);
    CHECK(b.daemon.sent.size() == 3);
}

TEST_CASE("links that others have put into the folders lead nowhere") {
    const bool symbolic = GENERATE(true, false);
    fixture b;
    fs::create_directory(b.folder / "elsewhere");
    const auto victim = b.folder / "elsewhere/victim", message = b.folder / "elsewhere/message";
    const auto link = [&](const fs::path& to, const fs::path& at) {
        symbolic ? fs::create_symlink(to, at) : fs::create_hard_link(to, at);
    };
    std::ofstream{victim} << std::string(200, 's');
    fs::permissions(victim, fs::perms::owner_read | fs::perms::owner_write);
    std::ofstream{message} << section("01");
    std::vector<std::string> names;
    {
        gammu_spool spool{b.settings(), b.waiter()};
        spool.open();
        for (const auto& one : spool.send(three, false, {})) {
            names.push_back(one.id);
            spool.remove(one);
        }
    }
    for (const auto* of : {"outbox", "sent", "error"})
        for (const auto& one : names) link(victim, b.folder / of / one);
    link(victim, b.folder / "outbox/.releve");
    link(message, b.folder / "inbox/IN1");
    b.put("IN2", section("02"));
    gammu_spool spool{b.settings(), b.waiter()};
    spool.open();
    const auto all = spool.list();
    REQUIRE(all.size() == 1);
    CHECK(all[0].id == "IN2 0");
    spool.list();
    REQUIRE(b.said.size() == 1);
    CHECK_THAT(b.said[0], Contains("inbox: IN1 is passed over"));
    send_and_remove(spool, three);
    CHECK(b.daemon.sent.size() == 6);
    CHECK(played_daemon::read(victim) == std::string(200, 's'));
    CHECK((fs::status(victim).permissions() & fs::perms::all) == (fs::perms::owner_read | fs::perms::owner_write));
}

TEST_CASE("a folder that is a link is refused, with what to do") {
    fixture b;
    fs::rename(b.folder / "sent", b.folder / "elsewhere");
    fs::create_directory_symlink(b.folder / "elsewhere", b.folder / "sent");
    gammu_spool spool{b.settings(), b.waiter()};
    std::string why;
    CHECK(trouble([&] { spool.open(); }, &why) == at_trouble::configuration);
    CHECK_THAT(why, Contains("sent: ") && Contains("no link"));
}

TEST_CASE("what is left of a host that was killed is withdrawn when the next one begins") {
    fixture b;
    {
        gammu_spool spool{b.settings(), b.waiter()};
        spool.open();
        b.stop_at = 0;
        CHECK_THROWS_AS(spool.send(three, false, {}), releve::stopped);
    }
    gammu_spool next{b.settings(), b.waiter()};
    next.open();
    for (int i = 0; i < 5; ++i) b.daemon.step();
    CHECK(b.daemon.tried.empty());
    next.give_up(three, {});
    CHECK(b.files("sent") == 0);
}

TEST_CASE("folders that are missing, not writable, in use or not configured are reported, with what to do") {
    fixture b;
    std::string why;
    auto settings = b.settings();
    settings.folder = b.folder / "none";
    gammu_spool none{settings, b.waiter()};
    CHECK(trouble([&] { none.open(); }, &why) == at_trouble::configuration);
    CHECK_THAT(why, Contains("'folder' has to hold gammu-smsd's inbox"));
    gammu_spool one{b.settings(), b.waiter()}, other{b.settings(), b.waiter()};
    one.open();
    CHECK(trouble([&] { other.open(); }, &why) == at_trouble::transient);
    CHECK_THAT(why, Contains("another program uses this folder"));
    one.close();
    other.open();
    fs::remove(b.folder / "inbox");
    CHECK(trouble([&] { other.listen(); }, &why) == at_trouble::transient);
    CHECK_FALSE(other.is_open());
    fs::create_directory(b.folder / "inbox");
    fs::remove(b.folder / "sent");
    CHECK(trouble([&] { other.open(); }, &why) == at_trouble::configuration);
    CHECK_THAT(why, Contains("sent: No such file"));
}

TEST_CASE("a daemon whose sentsmspath is another folder is reported") {
    fixture b;
    gammu_spool spool{b.settings(), b.waiter()};
    spool.open();
    fs::create_directory(b.folder / "elsewhere");
    b.daemon.folder = b.folder / "elsewhere";
    fs::create_directory(b.folder / "elsewhere/sent");
    fs::create_symlink(b.folder / "outbox", b.folder / "elsewhere/outbox");
    std::string why;
    CHECK(trouble([&] { spool.send({submit("one")}, false, {}); }, &why) == at_trouble::configuration);
    CHECK_THAT(why, Contains("'sentsmspath'"));
}

TEST_CASE("a file of the inbox goes with its last part, if it is still the same") {
    fixture b;
    gammu_spool spool{b.settings(), b.waiter()};
    spool.open();
    CHECK(spool.listen());
    CHECK_FALSE(spool.listen());
    b.put("IN1", section("01", "UDH = 050003420201\n") + section("02", "UDH = 050003420202\n", "001"));
    b.put("IN2", section("03"));
    b.put("other", "x");
    CHECK(spool.listen());
    const auto all = spool.list();
    REQUIRE(all.size() == 3);
    CHECK(spool.usage().used == 2);
    spool.remove(all[1]);
    CHECK(spool.list().size() == 2);
    CHECK(b.files("inbox") == 3);
    spool.remove(all[0]);
    CHECK(spool.list().size() == 1);
    CHECK(b.files("inbox") == 2);
    b.put("IN2", section("04")); // gammu-smsd gives a name again
    spool.remove(all[2]);
    CHECK(spool.list().size() == 1);
}

TEST_CASE("a file that is being written waits; one that is never finished, or is not a message, is kept as it is") {
    fixture b;
    gammu_spool spool{b.settings(), b.waiter()};
    spool.open();
    const auto whole = section("01");
    b.put("IN1", "");
    CHECK(spool.list().empty());
    b.put("IN1", whole.substr(0, 40));
    CHECK(spool.list().empty());
    b.put("IN1", whole);
    CHECK(spool.list().size() == 1);
    b.put("IN1", whole.substr(0, 100));
    b.put("IN2", "hello\n");
    CHECK(spool.list().empty());
    b.now += 61s;
    const auto all = spool.list();
    REQUIRE(all.size() == 2);
    CHECK_THAT(all[0].pdu, Contains("IN1: "));
    CHECK_THAT(all[1].pdu, Contains("IN2: no message in gammu's InboxFormat = detail\nhello"));
    spool.remove(all[1]);
    CHECK(spool.list().size() == 1);
}
