// SPDX-License-Identifier: Apache-2.0
// A person asks by SMS: messages in and out of an emulated modem, through gsm_sms and sms_answer of the built plugin.
#include "tests/modem/modem_fixture.hpp"

#include <releve/testing/catch.hpp>
#include <releve/testing/testing.hpp>

using namespace modem_fixture;
using namespace releve::sms;
using namespace releve::testing;
using namespace std::chrono_literals;
using Catch::Matchers::Contains;
using Catch::Matchers::StartsWith;

namespace {

const std::string person = "+33601020304";
constexpr std::int64_t start_s = 1'767'225'600; // of the virtual clock

struct answering {
    fixture device;
    site at{plugin{}, device.modem(), device.setup()};
    node in{at, "gsm_sms", "connection = \"modem\"\nsenders = [\"*\"]\nsweep = \"1h\"\n", "messages"};
    node out;
    upstream wes{at, "A12"}, other{at, "A11"};
    releve::series energy = wes.counter("active_energy_drawn", "Wh"),
                   volume = wes.counter("volume", "m3", {{"channel", "cold"}}),
                   elsewhere = other.counter("active_energy_drawn", "Wh");

    explicit answering(const std::string& more = {}, const std::string& senders = "[\"" + person + "\"]")
        : out{at, "sms_answer",
              "connection = \"modem\"\nsenders = " + senders +
                  "\nquestions = [ { word = \"INDEX\", series = [ \"active_energy*\", \"volume\" ] } ]\n" + more,
              "answers"} {
        REQUIRE(in.start());
        in.run();
        REQUIRE(out.start());
    }
    /// What gsm_sms has made of messages and sms_answer was not given yet.
    records questions() {
        auto batch = wes.batch();
        const auto all = in.emitted("message");
        for (; passed_on_ < all.size(); ++passed_on_) {
            const auto& one = all[passed_on_];
            batch.add(releve::series{one.series->number}, one.text, one.time, one.quality);
        }
        return batch;
    }
    records ask(const std::string& text, const std::string& from = person, std::int64_t when = 0) {
        const auto before = in.emitted("message").size();
        const auto now = releve::to_ns(at.now()) / 1'000'000'000;
        REQUIRE(device.device.deliver(incoming(text, from, when == 0 ? now : when)));
        REQUIRE(in.run_until([&] { return in.emitted("message").size() > before; }));
        return questions();
    }
    std::vector<std::string> said() const { return texts(device.device.sent()); }

private:
    std::size_t passed_on_ = 0;
};

} // namespace

TEST_CASE("a question by SMS is answered by one, with what is known") {
    answering a;
    REQUIRE(a.out.write(a.wes.batch().add(a.energy, 12'345'600).add(a.volume, 71.25).add(a.elsewhere, 5)));
    REQUIRE(a.out.write(a.ask(" index  a12 ")));
    CHECK(a.said() == std::vector<std::string>{person + ": A12 active_energy_drawn 12345600 Wh (2026-01-01 01:00)\n"
                                                        "A12 volume cold 71.25 m3 (2026-01-01 01:00)"});
    CHECK(submit_of(a.device.device.sent()[0]).valid_seconds == 3600);
    CHECK(a.out.last("messages_sent").value == 1);
    CHECK(a.out.metric("answered_questions_total") == 1);
    CHECK(a.device.device.store().size() == 2); // the question: neither it nor the answer is acknowledged
    REQUIRE(a.out.write(a.wes.batch().add(a.energy, 12'345'700)));
    REQUIRE(a.out.write(a.ask("INDEX A11")));
    CHECK(a.said().at(1) == person + ": A11 active_energy_drawn 5 Wh (2026-01-01 01:00)");
    CHECK(a.out.misbehaviour().empty());
    CHECK(a.in.misbehaviour().empty());
}

TEST_CASE("a word or a name that is not known gets what there is to ask") {
    answering a;
    REQUIRE(a.out.write(a.wes.batch().add(a.energy, 1).add(a.elsewhere, 5)));
    REQUIRE(a.out.write(a.ask("bonjour")));
    REQUIRE(a.out.write(a.ask("index b7")));
    CHECK(a.said() ==
          std::vector<std::string>{person + ": Not known. Ask: INDEX", person + ": INDEX: name one of A11, A12"});
}

TEST_CASE("a sender who may not ask gets no answer, which is logged and counted") {
    answering a;
    REQUIRE(a.out.write(a.wes.batch().add(a.energy, 1)));
    const auto written = a.out.write(a.ask("index a12", "+33699999999"));
    REQUIRE(written);
    CHECK(written.answers[0].is == verdict::written);
    CHECK(a.said().empty());
    CHECK(a.out.metric("refused_questions_total") == 1);
    CHECK_THAT(a.out.logs("refused_question").at(0).text, Contains("+33699999999"));
}

TEST_CASE("with \"*\" anybody may ask whose number can be answered at the usual price") {
    answering a{"", "[\"*\"]"};
    REQUIRE(a.out.write(a.wes.batch().add(a.energy, 1)));
    REQUIRE(a.out.write(a.ask("index a12", "+33699999999")));
    REQUIRE(a.out.write(a.ask("index a12", "38656")));
    REQUIRE(a.out.write(a.ask("index a12", "TONIQUE")));
    REQUIRE(a.said().size() == 1);
    CHECK_THAT(a.said()[0], StartsWith("+33699999999: A12"));
    CHECK(a.out.metric("refused_questions_total") == 2);
}

TEST_CASE("a sender that no message can be sent to keeps nobody from an answer, also over a restart") {
    answering a{"", "[\"*\"]"};
    const auto sender =
        GENERATE(values<std::string>({"+A", "+", "+33a", "+1", "+*#12345", "A+B", "+1234567890123456"}));
    CAPTURE(sender);
    REQUIRE(a.out.write(a.wes.batch().add(a.energy, 1)));
    // Behind gammu-smsd, or in a spool of before, any text may be a sender.
    auto both = a.wes.batch();
    both.add(a.wes.text("message", {{"sender", sender}}), "index a12", a.at.now());
    const auto wrote = a.out.write(both);
    REQUIRE(wrote);
    CHECK(wrote.answers[0].is == verdict::written);
    CHECK(a.out.metric("refused_questions_total") == 1);
    CHECK_THAT(a.out.logs("refused_question").at(0).text, Contains("no number that a message can be sent to"));
    a.out.acknowledge();
    a.out.restart();
    REQUIRE(a.out.start());
    REQUIRE(a.out.write(both));
    REQUIRE(a.out.write(a.ask("index a12")));
    CHECK(a.said().size() == 1);
}

TEST_CASE("labels that are no text keep nobody from an answer") {
    answering a;
    const auto odd = a.wes.counter("volume", "m3", {{"place", "a\xff\x1b"}});
    REQUIRE(a.out.write(a.wes.batch().add(odd, 7)));
    REQUIRE(a.out.write(a.ask("index a12")));
    REQUIRE(a.said().size() == 1);
    CHECK_THAT(a.said()[0], Contains("A12 volume a\ufffd\ufffd 7 m3"));
}

TEST_CASE("an answer that the modem refuses twice, while it takes others, is set aside; others get theirs") {
    answering a{"", "[\"*\"]"};
    REQUIRE(a.out.write(a.wes.batch().add(a.energy, 1)));
    const auto refuse = [&](int times) { // an error that may pass, for all that is known
        a.device.device.add({.command = "AT+CMSS", .response = "+CMS ERROR: 500", .executed = false, .times = times});
    };
    refuse(1);
    CHECK(a.out.write(a.ask("index a12", "+33699999991")).transient());
    refuse(1);
    CHECK(a.out.write_kept().transient()); // nobody knows yet whether it is the modem
    CHECK(a.said().empty());
    auto both = a.ask("index a12", "+33699999992");
    REQUIRE(a.out.write(both));
    CHECK(a.said().size() == 1);
    refuse(1);
    const auto last = a.out.write_kept();
    REQUIRE(last);
    CHECK(last.answers[0].is == verdict::rejected);
    CHECK_THAT(last.answers[0].why, Contains("+CMS ERROR: 500"));
    CHECK_THAT(a.out.logs("no_answer").back().text, Contains("refused it twice"));
    for (const auto& [place, one] : a.device.device.store()) CHECK(one.state != 2); // nothing waits to be sent
    CHECK(a.said().size() == 1);
}

TEST_CASE("limits of a day, of each number and of all, also after a restart") {
    answering a{"max_per_day = 3\nmax_per_day_per_number = 2\n", "[\"*\"]"};
    REQUIRE(a.out.write(a.wes.batch().add(a.energy, 1)));
    for (int i = 0; i < 3; ++i) REQUIRE(a.out.write(a.ask("index " + std::to_string(i))));
    CHECK(a.said().size() == 2);
    CHECK(a.out.metric("passed_questions_total") == 1);
    CHECK_THAT(a.out.logs("no_answer").at(0).text, Contains("the limit of 2 messages to it in 24 hours is reached"));
    a.out.acknowledge();
    a.out.restart();
    REQUIRE(a.out.start());
    REQUIRE(a.out.write(a.ask("index 4")));
    CHECK(a.said().size() == 2);
    REQUIRE(a.out.write(a.ask("index", "+33699999999")));
    CHECK(a.said().size() == 3);
    REQUIRE(a.out.write(a.ask("index", "+33699999998")));
    CHECK(a.said().size() == 3);
    CHECK_THAT(a.out.logs("no_answer").back().text, Contains("the limit of 3 messages in 24 hours is reached"));
    a.at.set_clock(a.at.now() + 24h);
    REQUIRE(a.out.write(a.ask("index")));
    CHECK(a.said().size() == 4);
}

TEST_CASE("a question that comes late is not answered, and one of a time to come neither") {
    answering a;
    REQUIRE(a.out.write(a.wes.batch().add(a.energy, 1)));
    REQUIRE(a.out.write(a.ask("index a12", person, start_s - 3601)));
    REQUIRE(a.out.write(a.ask("index a12", person, start_s + 2 * 3600)));
    CHECK(a.said().empty());
    CHECK(a.out.metric("passed_questions_total") == 2);
    CHECK_THAT(a.out.logs("no_answer").at(0).text, Contains("it is older than 'valid'"));
    REQUIRE(a.out.write(a.ask("index a12", person, start_s - 3500)));
    CHECK(a.said().size() == 1);
}

TEST_CASE("a question that waited while the host was down is answered from what was known before") {
    answering a;
    REQUIRE(a.out.write(a.wes.batch().add(a.energy, 1234)));
    a.out.acknowledge();
    const auto question = a.ask("index a12");
    a.out.restart();
    REQUIRE(a.out.start());
    REQUIRE(a.out.write(question));
    CHECK(a.said() == std::vector<std::string>{person + ": A12 active_energy_drawn 1234 Wh (2026-01-01 01:00)"});
}

TEST_CASE("a question that is read again, after an acknowledged answer and a crash, gets no second one") {
    answering a;
    REQUIRE(a.out.write(a.wes.batch().add(a.energy, 1)));
    REQUIRE(a.out.write(a.ask("index a12")));
    a.out.acknowledge();
    a.in.restart(); // before the question was acknowledged
    REQUIRE(a.in.start());
    a.in.run();
    REQUIRE(a.in.run_until([&] { return a.in.emitted("message").size() == 2; }));
    a.out.restart();
    REQUIRE(a.out.start());
    REQUIRE(a.out.write(a.questions()));
    CHECK(a.said().size() == 1);
}

TEST_CASE("an answer whose sending the modem did not confirm is not sent twice, whether it was taken or not") {
    answering a;
    REQUIRE(a.out.write(a.wes.batch().add(a.energy, 1)));
    const bool was_taken = GENERATE(true, false), is_killed = GENERATE(true, false);
    a.device.device.add({.command = "AT+CMSS", .response = "", .executed = was_taken, .times = 1});
    a.out.acknowledge();
    const auto question = a.ask("index a12");
    const auto silent = a.out.write(question);
    CHECK_FALSE(silent);
    CHECK(silent.transient());
    CHECK(silent.answers[0].is == verdict::keep);
    if (is_killed) {
        a.out.restart();
        REQUIRE(a.out.start());
        REQUIRE(a.out.write(question)); // out of the spool
    } else {
        REQUIRE(a.out.write_kept());
    }
    CHECK(a.said().size() == 1);
    CHECK(a.device.device.store().size() == 2); // the question, and the answer
    a.out.acknowledge();
    REQUIRE(a.out.write(a.wes.batch().add(a.energy, 1)));
    CHECK(a.device.device.store().size() == 1); // the question
}

TEST_CASE("a port that one node has closed, because the modem was silent, is opened again while the other one waits") {
    answering a;
    REQUIRE(a.out.write(a.wes.batch().add(a.energy, 1)));
    const auto question = a.ask("index a12");
    a.in.settle(); // it waits for what the modem says, which is nothing
    a.device.device.add({.command = "AT+CMGL", .response = "", .executed = false, .times = 1});
    REQUIRE(a.out.write(question).transient());
    REQUIRE(a.out.write_kept());
    CHECK(a.said().size() == 1);
    a.ask("index a12", person, start_s + 60); // 'sweep' is far away: it was answered
}

TEST_CASE("a host that is killed between sending and its commit does not answer again, though its values are others") {
    answering a;
    REQUIRE(a.out.write(a.wes.batch().add(a.energy, 1)));
    a.out.acknowledge();
    REQUIRE(a.out.write(a.wes.batch().add(a.energy, 2))); // which is not saved yet
    const auto question = a.ask("index a12");
    const auto begun = a.out.steady();
    releve::duration waited{};
    a.device.device.on_sent([&](const auto&) {
        waited = a.out.steady() - begun;
        a.out.acknowledge(a.out.emits()); // what the answer is, not that it was sent
    });
    REQUIRE(a.out.write(question));
    a.device.device.on_sent({});
    CHECK(waited == 2s); // for the commit that comes now
    CHECK(a.said() == std::vector<std::string>{person + ": A12 active_energy_drawn 2 Wh (2026-01-01 01:00)"});
    a.out.restart();
    REQUIRE(a.out.start());
    REQUIRE(a.out.write(question));
    CHECK(a.said().size() == 1);
    CHECK(a.out.last("messages_sent").value == 1);
    REQUIRE(a.out.write(a.ask("index a12"))); // another question, whose answer is another one
    CHECK(a.said().size() == 2);
}

TEST_CASE("an answer with a permanently refused part is not continued, also across a kill") {
    const bool committed = GENERATE(true, false);
    answering a;
    auto batch = a.wes.batch();
    for (int i = 0; i < 6; ++i)
        batch.add(a.wes.counter("volume", "m3", {{"place", std::string(30, 'x') + std::to_string(i)}}), i);
    REQUIRE(a.out.write(batch));
    a.out.acknowledge();
    const auto question = a.ask("index a12");
    const auto refuse = [&] {
        a.device.device.add({.command = "AT+CMSS", .response = "+CMS ERROR: 1", .executed = false, .times = 1});
    };
    a.device.device.on_sent([&](const auto&) { refuse(); });
    const auto first = a.out.write(question);
    CHECK(first.answers[0].is == verdict::rejected);
    CHECK(a.said().size() == 1);
    CHECK(a.out.last("messages_sent").value == 1);
    if (committed) a.out.acknowledge();
    a.out.restart();
    REQUIRE(a.out.start());
    if (!committed) refuse();
    REQUIRE(a.out.write(question));
    CHECK(a.said().size() == 1);
}

TEST_CASE("a permanent refusal by the network rejects the question, but the values are still taken") {
    answering a;
    a.device.device.add({.command = "AT+CMSS", .response = "+CMS ERROR: 1", .executed = false, .times = 1});
    auto both = a.ask("index a12");
    both.add(a.energy, 77);
    const auto refused = a.out.write(both);
    REQUIRE(refused);
    CHECK(refused.answers[0].is == verdict::rejected);
    CHECK_THAT(refused.answers[0].why, Contains("the number is not assigned"));
    CHECK(refused.answers[1].is == verdict::written);
    REQUIRE(a.out.write(a.ask("index a12")));
    CHECK(a.said() == std::vector<std::string>{person + ": A12 active_energy_drawn 77 Wh (2026-01-01 01:00)"});
}

TEST_CASE("values are durable when they come, then no more often than 'save_interval', and at the end") {
    answering a{"save_interval = \"10m\"\n"};
    const auto emits = [&] { return a.out.emits(); };
    REQUIRE(a.out.write(a.wes.batch().add(a.energy, 1)));
    CHECK(emits() == 1);
    a.at.advance(1min);
    REQUIRE(a.out.write(a.wes.batch().add(a.energy, 2)));
    CHECK(emits() == 1);
    REQUIRE(a.out.write(a.wes.batch().add(a.volume, 3))); // another series, which is new
    CHECK(emits() == 2);
    a.at.advance(9min);
    REQUIRE(a.out.write(a.wes.batch().add(a.wes.gauge("temperature", "Cel"), 9))); // nobody can ask for it
    CHECK(emits() == 3);                                                           // the 2 is saved now
    a.at.advance(1min);
    REQUIRE(a.out.write(a.wes.batch().add(a.energy, 4)));
    CHECK(emits() == 3);
    REQUIRE(a.out.stop());
    CHECK(emits() == 4);
    a.out.acknowledge();
    a.out.restart();
    REQUIRE(a.out.start());
    REQUIRE(a.out.write(a.ask("index a12")));
    CHECK(a.said() == std::vector<std::string>{person + ": A12 active_energy_drawn 4 Wh (2026-01-01 01:11)\n"
                                                        "A12 volume cold 3 m3 (2026-01-01 01:01)"});
    CHECK(a.out.misbehaviour().empty());
}

TEST_CASE("an absent value leaves the last one, which says when it is old") {
    answering a;
    REQUIRE(a.out.write(a.wes.batch().add(a.energy, 1)));
    a.at.set_clock(a.at.now() + 26h + 1s);
    REQUIRE(a.out.write(a.wes.batch().absent(a.energy)));
    REQUIRE(a.out.write(a.ask("index a12")));
    CHECK(a.said() == std::vector<std::string>{person + ": A12 active_energy_drawn 1 Wh (2026-01-01 01:00) (old)"});
}

TEST_CASE("a thousand series of long labels are remembered within the contract's limits, and more are reported") {
    answering a{"max_series = 1500\nsave_interval = \"0s\"\n"};
    auto batch = a.wes.batch();
    std::vector<releve::series> all;
    for (int i = 0; i < 1501; ++i)
        all.push_back(a.wes.counter("volume", "m3", {{"place", std::string(400, 'x') + std::to_string(i)}}));
    for (int round = 0; round < 2; ++round) {
        for (const auto one : all) batch.add(one, round);
        REQUIRE(a.out.write(batch));
    }
    CHECK(a.out.logs("not_remembered").size() == 1);
    CHECK(a.out.metric("unremembered_series_total") == 1);
    a.out.acknowledge();
    a.out.restart();
    REQUIRE(a.out.start());
    REQUIRE(a.out.write(a.ask("index a12")));
    CHECK_THAT(a.said().at(0), StartsWith(person + ": A12 volume xxx"));
    CHECK(a.out.misbehaviour().empty());
}

TEST_CASE("what can't be asked is refused at its key") {
    fixture b;
    const auto wrong = problems(plugin{}, "sms_answer", b.modem() + R"([sink.out]
component = "sms_answer"
connection = "modem"
inputs = ["x"]
senders = ["me"]
questions = [
  { word = "INDEX A", series = ["*"] },
  { word = "etat", series = ["*"] },
  { word = "\u00c9TAT", series = ["*"], text = "{valeur}" },
]
no_word = "Mots : {mots}"
)");
    REQUIRE(wrong.size() == 5);
    CHECK_THAT(wrong[0].what, Contains("it is not one word"));
    CHECK_THAT(wrong[1].what, Contains("there is no field {valeur}"));
    CHECK_THAT(wrong[2].what, Contains("it is questions[1].word too"));
    CHECK_THAT(wrong[3].what, Contains("there is no field {mots}; there is {words}"));
    CHECK_THAT(wrong[4].what, Contains("write a number"));
}
