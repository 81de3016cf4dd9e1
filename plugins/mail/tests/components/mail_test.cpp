// SPDX-License-Identifier: Apache-2.0
// The mails, as a real server with TLS and a login receives them.
#include "tests/mail_server.hpp"

#include <releve/testing/catch.hpp>
#include <releve/testing/testing.hpp>

#include <set>
#include <string>

using Catch::Matchers::ContainsSubstring;
using namespace releve::testing;
using namespace std::chrono_literals;
using releve::quality;
using releve::mail::tests::mail_server;

namespace {
struct fixture {
    explicit fixture(const std::string& more, const std::string& listener = "starttls")
        : server{mail_server::running()}
        , n{plugin{}, "mail", server.options(listener, more), {.site = "les-tilleuls"}}
        , boiler{n, "boiler"} {
        server.mails();
        REQUIRE(n.start());
    }
    mail_server& server;
    node n;
    upstream boiler;
};
} // namespace

TEST_CASE("an alert is a mail: over TLS, with a login, a subject and a body in UTF-8, text and HTML") {
    fixture f{"to = ['caretaker@example.org']\nfrom_name = 'Relev\u00e9'\n"};
    const auto warm = f.boiler.declare({.name = "temperature",
                                        .unit = "Cel",
                                        .help = "x",
                                        .labels = {{"channel", "cave <nord> \u00e9t\u00e9"}},
                                        .resolution = 0.1});
    REQUIRE(f.n.write(f.boiler.batch().add(warm, 91.46, f.n.now(), quality::suspect)));
    const auto mails = f.server.mails();
    REQUIRE(mails.size() == 1);
    const auto& mail = mails[0];
    CHECK(mail["tls"] == "1");
    CHECK(mail["login"] == "yes");
    CHECK(mail["hello"] == "central.example.org");
    CHECK(mail["envelope-from"] == "releve@example.org");
    CHECK(mail["envelope-to"] == "caretaker@example.org");
    CHECK(mail["From"] == "Relev\u00e9 <releve@example.org>");
    CHECK(mail["To"] == "caretaker@example.org");
    CHECK(mail["Subject"] ==
          "[les-tilleuls] boiler temperature channel=cave <nord> \u00e9t\u00e9: 91.5 \u00b0C (suspect)");
    CHECK(mail["Date"] == "Thu, 01 Jan 2026 01:00:00 +0100");
    CHECK(mail["Auto-Submitted"] == "auto-generated");
    CHECK(mail["type"] == "multipart/alternative");
    CHECK(mail["defects"] == "0");
    CHECK(mail["bare"] == "0");
    CHECK(std::stoi(mail["longest"]) <= 78);
    CHECK(mail.text ==
          "2026-01-01 01:00:00 CET  boiler  temperature channel=cave <nord> \u00e9t\u00e9: 91.5 \u00b0C (suspect)\r\n"
          "\r\n-- \r\nreleve, node mail of les-tilleuls: 1 record\r\n");
    CHECK_THAT(mail.html, ContainsSubstring("<td>temperature channel=cave &lt;nord&gt; \u00e9t\u00e9</td>"));
    CHECK(f.n.misbehaviour().empty());
}

TEST_CASE("implicit TLS, a text-only mail, and templates") {
    fixture f{"to = ['caretaker@example.org']\nhtml = false\nsubject = '{site}: {label.dwelling} {name}'\n"
              "line = '{device}|{value}|{unit}|{quality}|{help}'\n",
              "implicit"};
    const auto alert = f.boiler.event("alert", {{"dwelling", "A11"}});
    REQUIRE(f.n.write(f.boiler.batch().add(alert, "high 31 above 30")));
    const auto mails = f.server.mails();
    REQUIRE(mails.size() == 1);
    CHECK(mails[0]["tls"] == "1");
    CHECK(mails[0]["login"] == "yes");
    CHECK(mails[0]["type"] == "text/plain");
    CHECK(mails[0]["Subject"] == "les-tilleuls: A11 alert");
    CHECK_THAT(mails[0].text, ContainsSubstring("boiler|high 31 above 30||good|"));
}

TEST_CASE("the mail is the one that the README shows") {
    fixture f{"to = ['caretaker@example.org']\nsubject = '{site}, dwelling {label.dwelling}: {reading}'\n"};
    const auto alert = f.boiler.event("alert", {{"dwelling", "A11"}, {"channel", "3"}});
    REQUIRE(f.n.write(f.boiler.batch().add(alert, "high 31 above 30").add(alert, "well 28", f.n.now() + 2s)));
    const auto mails = f.server.mails();
    REQUIRE(mails.size() == 1);
    CHECK(mails[0]["Subject"] == "les-tilleuls, dwelling A11: high 31 above 30 (+1)");
    CHECK_THAT(mails[0].text,
               ContainsSubstring("2026-01-01 01:00:00 CET  boiler  alert channel=3 dwelling=A11: high 31 above 30\r\n"
                                 "2026-01-01 01:00:02 CET  boiler  alert channel=3 dwelling=A11: well 28\r\n"));
    CHECK_THAT(mails[0].text, ContainsSubstring(": 2 records"));
}

TEST_CASE("no text of a record adds a header, a recipient, a line or a part") {
    fixture f{"to = ['caretaker@example.org']\nsubject = '{label.where} {value}'\n"};
    const std::string evil =
        "x\r\nBcc: thief@example.org\r\n\r\nbody\r\n.\r\nMAIL FROM:<thief@example.org>\r\n\x1b[2J\xff";
    const auto note = f.boiler.text("note", {{"where", "cave\nX-Evil: 1"}});
    REQUIRE(f.n.write(f.boiler.batch().add(note, evil).add(note, std::string(100'000, 'x'), f.n.now() + 1s)));
    const auto mails = f.server.mails();
    REQUIRE(mails.size() == 1);
    CHECK(mails[0]["names"] == "Date From To Subject Message-ID Auto-Submitted MIME-Version Content-Type");
    CHECK(mails[0]["envelope-to"] == "caretaker@example.org");
    CHECK(mails[0]["defects"] == "0");
    CHECK(mails[0].text.find("\r\nBcc") == std::string::npos);
    CHECK(mails[0].text.find('\x1b') == std::string::npos);
    CHECK(mails[0].text.size() < 3000); // a long text is cut
}

TEST_CASE("each recipient gets the same message in a separate transaction, with one Message-ID") {
    fixture f{"to = ['a@example.org', 'b@example.org', 'c@example.org']\n"};
    const auto power = f.boiler.gauge("power", "W");
    REQUIRE(f.n.write(f.boiler.batch().add(power, 1)));
    const auto mails = f.server.mails();
    REQUIRE(mails.size() == 3);
    std::set<std::string> connections;
    for (const auto& one : mails) {
        CHECK(one.raw == mails[0].raw);
        CHECK(one["To"] == "a@example.org, b@example.org, c@example.org");
        connections.insert(one["connection"]);
    }
    CHECK(mails[1]["envelope-to"] == "b@example.org");
    CHECK(connections.size() == 3);
}

TEST_CASE("records that arrive together are one mail; then the sink waits, so that later ones are the next mail") {
    fixture f{"to = ['caretaker@example.org']\ndigest = '5m'\n"};
    const auto power = f.boiler.gauge("power", "W");
    const auto before = f.n.steady();
    REQUIRE(f.n.write({f.boiler.batch().add(power, 1).add(power, 2, f.n.now() + 1s),
                       f.boiler.batch().add(power, 3, f.n.now() + 2s)}));
    CHECK(f.n.steady() - before == 5min);
    REQUIRE(f.n.write(f.boiler.batch().add(power, 4)));
    const auto mails = f.server.mails();
    REQUIRE(mails.size() == 2);
    CHECK_THAT(mails[0]["Subject"], ContainsSubstring("1 W (+2)"));
    CHECK_THAT(mails[1]["Subject"], ContainsSubstring("4 W"));
    CHECK(mails[0]["Message-ID"] != mails[1]["Message-ID"]);
}

TEST_CASE("more records than fit into a mail go into the next ones, after the wait") {
    fixture f{"to = ['caretaker@example.org']\nmax_records = 2\n"};
    const auto power = f.boiler.gauge("power", "W");
    auto batch = f.boiler.batch();
    for (int i = 0; i < 5; ++i) batch.add(power, i, f.n.now() + std::chrono::seconds{i});
    const auto before = f.n.steady();
    const auto answer = f.n.write(batch);
    REQUIRE(answer);
    CHECK(answer.count(verdict::written) == 5);
    CHECK(f.server.mails().size() == 3);
    CHECK(f.n.steady() - before == 3min);
}

TEST_CASE("at most as many mails in an hour as are allowed") {
    fixture f{"to = ['caretaker@example.org']\ndigest = '0s'\nmax_per_hour = 2\n"};
    const auto power = f.boiler.gauge("power", "W");
    const auto before = f.n.steady();
    for (int i = 0; i < 2; ++i) REQUIRE(f.n.write(f.boiler.batch().add(power, i)));
    CHECK(f.n.steady() == before);
    REQUIRE(f.n.write(f.boiler.batch().add(power, 2)));
    CHECK(f.n.steady() - before == 1h);
    CHECK(f.server.mails().size() == 3);
}

TEST_CASE("asked to stop, it does, and records that were not mailed are kept") {
    fixture f{"to = ['caretaker@example.org']\nmax_records = 1\n"};
    const auto power = f.boiler.gauge("power", "W");
    f.n.ask_to_stop();
    const auto answer = f.n.write(f.boiler.batch().add(power, 1));
    CHECK(answer.count(verdict::keep) == 1);
    CHECK(f.server.mails().empty());
    CHECK(f.n.stop());
}

TEST_CASE("a message of many records, long labels and every quality is whole") {
    fixture f{"to = ['caretaker@example.org']\nmax_records = 2000\n"};
    const auto power = f.boiler.gauge("power", "W", {{"where", std::string(200, 'y')}});
    auto batch = f.boiler.batch();
    for (int i = 0; i < 800; ++i) batch.add(power, i, f.n.now() + std::chrono::seconds{i});
    batch.absent(power);
    REQUIRE(f.n.write(batch));
    const auto mails = f.server.mails();
    REQUIRE(mails.size() >= 2); // the bound in bytes
    CHECK(mails[0]["defects"] == "0");
    CHECK(mails[0].raw.size() < 2'000'000);
    CHECK_THAT(mails.back().text, ContainsSubstring("\u2014 (absent)"));
}
