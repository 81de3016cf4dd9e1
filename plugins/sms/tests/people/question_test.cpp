// SPDX-License-Identifier: Apache-2.0
// What people write and what they are answered: the pure part.
#include "pdu/pdu.hpp"
#include "people/given_answers.hpp"
#include "people/known_records.hpp"
#include "people/question.hpp"

#include <releve/testing/catch.hpp>

using namespace releve::sms;
using namespace std::chrono_literals;
using Catch::Matchers::Contains;
using Catch::Matchers::EndsWith;

namespace {

releve::kit::site_time paris{"Europe/Paris"};
constexpr auto now = releve::time_point{std::chrono::sys_days{std::chrono::year{2026} / 11 / 23} + 13h + 3min + 22s};

record_copy index_of(const std::string& device, double value, releve::duration age = 1h,
                     const std::string& name = "active_energy_drawn") {
    record_copy made{name, "kWh", {{"device", device}, {"site", "les-tilleuls"}}, releve::to_ns(now - age)};
    made.number = value;
    return made;
}

question_book book(std::size_t parts = 2) {
    question index{"INDEX",
                   {"active_energy_drawn*", "volume"},
                   {"device"},
                   report_text{"{device} {name} {value} {unit}, {time}"},
                   "INDEX and a dwelling"};
    question alarm{"\u00c9TAT", {"door"}, {"place", "dwelling"}, report_text{"{labels}: {value}"}, ""};
    answer_texts texts{"Not known. Ask: {words}",
                       "{word}: name one of {names}",
                       "{word}: nothing yet",
                       report_text{"(old)"},
                       26h,
                       parts};
    return question_book{{std::move(index), std::move(alarm)}, std::move(texts)};
}

std::string ask(const std::string& text, const std::vector<record_copy>& known, std::size_t parts = 2) {
    return book(parts).answer(text, known, now, paris);
}

} // namespace

TEST_CASE("questions are compared without accents, capitals and surplus blanks") {
    CHECK(folded("  Index \t A12 ?! ") == "index a12");
    CHECK(folded("\u00c9l\u00e9ctricit\u00e9 \u00c7a \u0152uvre Stra\u00dfe \u00c6") ==
          "electricite ca oeuvre strasse ae");
    CHECK(folded("e\u0301tat\u00a0b") == "etat b"); // an accent after its letter, a blank that does not break
    CHECK(folded("\u0141\u00f3d\u017a \u0130\u017d\u0178\u0178\u017f") == "lodz izyys");
    CHECK(folded("\u0391\u0414 12") == "\u0391\u0414 12");
    CHECK(folded("\xff\xfe").empty());
    CHECK(folded("").empty());
    CHECK(folded(" ?? ").empty());
    for (char32_t c = 0xC0; c < 0x180;
         ++c) { // each letter is one that a telephone's first layer has, but \u00d7 and \u00f7
        std::string letter;
        letter += static_cast<char>(0xC0 | (c >> 6));
        letter += static_cast<char>(0x80 | (c & 0x3F));
        if (c == 0xD7 || c == 0xF7)
            CHECK(folded(letter) == letter);
        else
            CHECK(folded(letter).find_first_not_of("abcdefghijklmnopqrstuvwxyz") == std::string::npos);
    }
}

TEST_CASE("a question is a word and a name, whose blanks do not count") {
    const auto one = read_question("index  A 12 .");
    CHECK(one.word == "index");
    CHECK(one.name == "a12");
    CHECK(read_question("INDEX").name.empty());
    CHECK(read_question("").word.empty());
}

TEST_CASE("an answer has the lines of the records that are asked for, with the site's time") {
    const std::vector<record_copy> known{index_of("A12", 12345.678), index_of("A11", 1),
                                         index_of("A12", 7, 2h, "volume"), index_of("A12", 9, 1h, "temperature")};
    CHECK(ask("index a12", known) ==
          "A12 active_energy_drawn 12345.68 kWh, 2026-11-23 13:03\nA12 volume 7 kWh, 2026-11-23 12:03");
    CHECK(ask("  \u00ceNDEX a-12", known) == "INDEX: name one of A11, A12");
    CHECK(ask("Index", known) == "INDEX: name one of A11, A12");
    CHECK(ask("INDEX", {index_of("A12", 3)}) == "A12 active_energy_drawn 3 kWh, 2026-11-23 13:03");
    CHECK(ask("INDEX A12", {}) == "INDEX: nothing yet");
    CHECK(ask("etat A12", known) == "\u00c9TAT: nothing yet");
    CHECK(ask("Bonjour", known) == "Not known. Ask: INDEX and a dwelling, \u00c9TAT");
    CHECK(ask("", known) == "Not known. Ask: INDEX and a dwelling, \u00c9TAT");
}

TEST_CASE("several labels name a record, and a record without them does not match") {
    record_copy door{"door", "", {{"dwelling", "A12"}, {"place", "cave"}}, releve::to_ns(now)};
    door.is_text = true;
    door.text = "open";
    CHECK(ask("ETAT cave", {door}) == "A12 cave: open");
    CHECK(ask("etat a12", {door}) == "A12 cave: open");
    CHECK(ask("etat x", {door}) == "\u00c9TAT: name one of A12, cave");
    CHECK(book().covers(door));
    door.labels = {{"device", "A12"}};
    CHECK_FALSE(book().covers(door));
    CHECK(ask("etat", {door}) == "\u00c9TAT: nothing yet");
}

TEST_CASE("an old value says so, and since when") {
    CHECK(ask("index a12", {index_of("A12", 3, 26h)}) == "A12 active_energy_drawn 3 kWh, 2026-11-22 12:03");
    CHECK(ask("index a12", {index_of("A12", 3, 26h + 1min)}) ==
          "A12 active_energy_drawn 3 kWh, 2026-11-22 12:02 (old)");
}

TEST_CASE("the two passes of the hour repeated by a clock change are distinguished") {
    const auto change = releve::time_point{std::chrono::sys_days{std::chrono::year{2026} / 10 / 25}};
    CHECK(paris.to_minute(change + 30min) == "2026-10-25 02:30 CEST");
    CHECK(paris.to_minute(change + 90min) == "2026-10-25 02:30 CET");
    CHECK(paris.to_minute(change + 2h) == "2026-10-25 03:00");
    CHECK(paris.to_minute(change - 1s) == "2026-10-25 01:59");
}

TEST_CASE("what does not fit is whole lines, and how many") {
    std::vector<record_copy> known;
    for (int i = 10; i < 40; ++i) known.push_back(index_of("A" + std::to_string(i), i));
    const auto names = ask("index", known, 1);
    CHECK(split_text(names, 0).size() == 1);
    CHECK_THAT(names, EndsWith("A36 (+3)"));
    CHECK_THAT(names, Contains("A10, A11"));
    for (auto& one : known) one.labels = {{"channel", one.labels[0].second}, {"device", "A1"}};
    for (std::size_t parts = 1; parts <= 3; ++parts) {
        const auto lines = ask("index a1", known, parts);
        CHECK(split_text(lines, 0).size() == parts);
        const auto count = static_cast<std::size_t>(std::count(lines.begin(), lines.end(), '\n') + 1);
        CHECK_THAT(lines, EndsWith(" (+" + std::to_string(30 - count) + ")"));
    }
    auto door = index_of("A12", 0);
    door.name = "volume";
    door.is_text = true;
    door.text = std::string(300, 'x');
    const auto cut = ask("index a12", {door}, 1);
    CHECK(cut.starts_with("A12 volume xxx"));
    CHECK(split_text(cut, 0).size() == 1);
}

TEST_CASE("any octets as a question get an answer that fits") {
    const std::vector<record_copy> known{index_of("A12", 1), index_of("A11", 1)};
    std::uint32_t state = 7;
    const auto random = [&] { return state = state * 1664525 + 1013904223, state >> 16; };
    for (int i = 0; i < 2000; ++i) {
        std::string text = random() % 2 == 0 ? "INDEX " : "";
        for (auto size = random() % 200; size > 0; --size) text += static_cast<char>(random());
        const auto said = ask(text, known);
        REQUIRE_FALSE(said.empty());
        REQUIRE(split_text(said, 0).size() <= 2);
    }
}

TEST_CASE("answered questions are known for 24 hours, also from what was saved") {
    given_answers given;
    given.add({17, 1000, 2, "+33612345678"});
    given.add({18, 1000, 1, "+33612345678"});
    given_answers again;
    again.restore(given.saved());
    CHECK(again.has("+33612345678", 17));
    CHECK_FALSE(again.has("+33612345678", 19));
    CHECK_FALSE(again.has("+33600000000", 17));
    CHECK(again.messages_to("+33612345678") == 3);
    again.forget(1000 + 86'399);
    CHECK(again.has("+33612345678", 18));
    again.forget(1000 + 86'400);
    CHECK_FALSE(again.has("+33612345678", 18));
}

TEST_CASE("a record is saved unchanged, and other text is not one") {
    auto one = index_of("A12", 1.5);
    one.text = "x";
    one.grade = releve::quality::suspect;
    const auto bytes = saved(one);
    CHECK(restored(bytes) == one);
    for (std::size_t size = 0; size < bytes.size(); ++size) CHECK_THROWS(restored(bytes.substr(0, size)));
    CHECK_THROWS(restored(std::string(40, '\xff')));
}

TEST_CASE("the latest records are bounded, and saved when they changed, no more often than they are to be") {
    known_records known{2, 10min};
    CHECK(known.add(index_of("A1", 1, 50 * 24h), now) == 0);
    CHECK(known.add(index_of("A2", 1), now) == 1);
    CHECK(known.find(index_of("A2", 7)) == 1);
    CHECK(known.due(0s, false) == std::vector<std::size_t>{0, 1});
    CHECK(known.due(1h, true).empty());
    const releve_record c{.time = releve::to_ns(now), .value = {.number = 8}, .series = 1, .type = RELEVE_VALUE_NUMBER};
    known.update(1, releve::record{&c, nullptr});
    CHECK(known.all()[1].number == 8);
    CHECK(known.due(9min, false).empty());
    CHECK(known.due(10min, false) == std::vector<std::size_t>{1});
    const releve_record older{.time = c.time - 1, .value = {.number = 9}, .series = 1, .type = RELEVE_VALUE_NUMBER};
    known.update(1, releve::record{&older, nullptr});
    CHECK(known.all()[1].number == 8);
    CHECK(known.add(index_of("A3", 1), now) == 0); // A1 has sent nothing for 50 days
    CHECK_FALSE(known.add(index_of("A4", 1), now));
    const std::string words(199, 'a');
    const auto text = words + "\u00e9";
    const releve_record long_one{
        .time = c.time + 1, .value = {.text = {0, 201}}, .series = 1, .type = RELEVE_VALUE_TEXT};
    known.update(1, releve::record{&long_one, text.data()});
    CHECK(known.all()[1].text == words);
}
