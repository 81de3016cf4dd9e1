// SPDX-License-Identifier: Apache-2.0
// What each end of a link does, message by message.
#include "tests/link/link_fixture.hpp"

using namespace link_fixture;

TEST_CASE("a text that no message has room for is refused in words") {
    auto settings = with_limit();
    settings.room = GENERATE(sms_octets, sms_octets_base16);
    const link_sender sender{key(), dictionary(), settings};
    const auto max = settings.room == sms_octets ? 116U : 56U;
    CHECK(sender.refuses({start, texts, 0, 0, std::string(max, 'x')}).empty());
    CHECK(sender.refuses({start, texts, 0, 0, std::string(max + 1, 'x')}) ==
          "a text over a link has at most " + std::to_string(max) + " octets, and this one has " +
              std::to_string(max + 1));
    CHECK(sender.refuses({start, texts, 0, 0, "\xe9"}) == "a text over a link has to be UTF-8, and this one is not");
    CHECK(sender.refuses({start, texts, 0, 0, std::string{"a\0b", 3}}) ==
          "a text over a link has no NUL, and this one has");
}

TEST_CASE("a setting that is now a number, now a text comes in the order in which it went") {
    const series_definition number{"name", {}, {"releve=setting"}, 0, false};
    const series_definition text{"name", {}, {"releve=setting"}, 0, false, true};
    const series_definition other{"other", {}, {"releve=setting"}, 0, false};
    link_sender sender{key(), {number, text, other}, with_limit()};
    link_receiver receiver{key()};
    const std::vector<packet_record> sent{{start, 0, 1, 0},     {start + 1, 1, 0, 0, "a"}, {start + 2, 0, 2, 0},
                                          {start + 3, 0, 3, 0}, {start + 4, 1, 0, 0, "b"}, {start + 5, 1, 0, 0, "c"},
                                          {start + 6, 0, 4, 0}};
    sender.add(sent, start);
    sender.add(std::vector<packet_record>{{start + 7, 1, 0, 0, "d"}, {start + 8, 2, 5, 0}}, start); // another: together
    std::vector<packet_record> got;
    std::size_t packets = 0;
    while (sender.prepare(start + day))
        for (const auto& message : sender.due(start + day)) {
            ++packets;
            for (auto& one : receiver.take(message, start + day)) got.push_back(std::move(one));
        }
    CHECK(sender.waiting() == 0);
    CHECK(packets == 1 + 3); // the dictionary, and one for each time that it becomes a number again
    std::vector<packet_record> of_it;
    std::copy_if(got.begin(), got.end(), std::back_inserter(of_it), [](const auto& one) { return one.series != 2; });
    auto expected = sent;
    expected.push_back({start + 7, 1, 0, 0, "d"});
    CHECK(of_it == expected);
    CHECK(got.size() == expected.size() + 1);
}

TEST_CASE("an acknowledgement is authentic, and no other message is one") {
    const auto made = seal_acknowledgement({7, 0xbeef, true}, key());
    const auto read = open_acknowledgement(made, key());
    REQUIRE(read);
    CHECK(read->number == 7);
    CHECK(read->known == 0xbeef);
    CHECK(read->stuck);
    for (std::size_t i = 0; i < made.size() * 8; ++i) {
        auto damaged = made;
        damaged[i / 8] = static_cast<std::uint8_t>(damaged[i / 8] ^ (1U << i % 8));
        CHECK_FALSE(open_acknowledgement(damaged, key()));
    }
    packet_writer writer{key()};
    CHECK_FALSE(open_acknowledgement(writer.define(dictionary()).front().bytes, key()));
}

TEST_CASE("an end that begins with nothing, when the other has forgotten what it once sent, gets all that is kept, and "
          "all that "
          "comes") {
    auto settings = with_limit(20);
    settings.max_kept = 400;
    settings.max_kept_records = 30;
    both_ends b{5, settings};
    b.live(start, 30);
    REQUIRE(b.got == b.sent);
    b.server = link_receiver{key()};
    b.got.clear();
    b.live(start + 30 * day, 5);
    REQUIRE(b.settle(start + 35 * day));
    for (const auto& [what, steps] : b.sent)
        if (what.second >= start + 26 * day) CHECK(b.got.at(what) == steps);
    CHECK(b.got.size() < b.sent.size());
}

namespace {

/// A day's packet, with the dictionary before the first one.
std::vector<octets> a_day(link_sender& sender, std::int64_t at, std::int64_t steps) {
    sender.add(std::vector<packet_record>{{at, 0, steps, 0}}, at);
    sender.prepare(at);
    return sender.due(at);
}

} // namespace

TEST_CASE("a packet that is built on something else is answered within the hour, and both restart") {
    link_sender sender{key(), dictionary(), with_limit(20)};
    link_receiver receiver{key()};
    for (int i = 0; i < 3; ++i)
        for (const auto& message : a_day(sender, start + i * day, i)) receiver.take(message, start + i * day);
    sender.take(*receiver.due(start + 4 * day), start + 4 * day);
    REQUIRE(sender.open() == 0);
    auto other = sender; // of a backup
    for (const auto& message : a_day(sender, start + 5 * day, 5))
        CHECK(receiver.take(message, start + 5 * day).size() == 1);
    REQUIRE(receiver.due(start + 6 * day));
    a_day(other, start + 5 * day, 6); // with the number of the one above; it is lost
    for (const auto& message : a_day(other, start + 6 * day, 7)) CHECK(receiver.take(message, start + 6 * day).empty());
    const auto answer = receiver.due(start + 6 * day + hour);
    REQUIRE(answer);
    CHECK(open_acknowledgement(*answer, key())->stuck);
    other.take(*answer, start + 6 * day + hour);
    other.prepare(start + 6 * day + hour);
    table got;
    for (const auto& message : other.due(start + 6 * day + hour))
        for (const auto& one : receiver.take(message, start + 6 * day + hour)) got[{one.series, one.time}] = one.steps;
    CHECK(got == table{{{0, start + 5 * day}, 6}, {{0, start + 6 * day}, 7}});
}

TEST_CASE("an acknowledgement that comes late has nothing sent again; two of an end that was restored have") {
    auto settings = with_limit(20);
    settings.resend_after_s = 4 * day;
    link_sender sender{key(), dictionary(), settings};
    link_receiver receiver{key()};
    std::vector<octets> all;
    std::optional<link_receiver> backup;
    for (int i = 0; i < 4; ++i)
        for (const auto& message : a_day(sender, start + i * hour, i)) {
            receiver.take(message, start + i * hour);
            all.push_back(message);
            if (all.size() == 2) backup = receiver;
        }
    sender.take(*receiver.due(start + 5 * hour), start + 5 * hour);
    REQUIRE(sender.open() == 0);
    backup->take(all.back(), start + 5 * hour); // too soon for it
    const auto late = backup->due(start + 6 * hour);
    REQUIRE(late);
    sender.take(*late, start + 7 * hour);
    CHECK(sender.open() == 0);
    CHECK(sender.due(start + 7 * hour).empty());
    sender.take(*late, start + 8 * hour);
    CHECK(sender.open() == 3);
    const auto again = sender.due(start + 8 * hour);
    CHECK(again == std::vector<octets>{all[2], all[3], all[4]});
}

TEST_CASE("a restored end that repeats what the other has continues after what that has read") {
    link_sender sender{key(), dictionary(), with_limit(20)};
    link_receiver receiver{key()};
    std::optional<link_sender> backup;
    for (int i = 0; i < 6; ++i) {
        if (i == 2) backup = sender;
        for (const auto& message : a_day(sender, start + i * hour, i)) receiver.take(message, start + i * hour);
    }
    const auto now = start + 8 * hour;
    for (const auto& message : a_day(*backup, now, 9)) CHECK(receiver.take(message, now).empty()); // it had that number
    const auto answer = receiver.due(now + hour);
    REQUIRE(answer);
    backup->take(*answer, now + hour);
    backup->prepare(now + hour);
    table got;
    for (const auto& message : backup->due(now + hour))
        for (const auto& one : receiver.take(message, now + hour)) got[{one.series, one.time}] = one.steps;
    CHECK(got.count({0, now}) == 1);
}

TEST_CASE("a packet without an acknowledgement goes again after twice as long each time, up to four days") {
    link_settings settings;
    settings.resend_after_s = 10 * hour;
    link_sender sender{key(), dictionary(), settings};
    sender.add(std::vector<packet_record>{{start, 0, 5, 0}}, start);
    std::vector<std::int64_t> hours;
    for (auto time = start; time < start + 20 * day; time += hour) {
        sender.prepare(time);
        if (!sender.due(time).empty()) hours.push_back((time - start) / hour);
    }
    CHECK(hours == std::vector<std::int64_t>{0, 10, 30, 70, 150, 246, 342, 438});
}

TEST_CASE("records that arrive together are sent together; new series join the dictionary; a message that could not be "
          "sent is "
          "due again") {
    link_settings settings;
    settings.gather_s = 60;
    link_sender sender{key(), {}, settings};
    link_receiver receiver{key()};
    const auto first = sender.number_of(dictionary()[0]);
    sender.add(std::vector<packet_record>{{start, first, 5, 0}}, start);
    CHECK_FALSE(sender.prepare(start + 59));
    const auto second = sender.number_of(dictionary()[1]);
    CHECK(second == 1);
    CHECK(sender.number_of(dictionary()[0]) == first);
    sender.add(std::vector<packet_record>{{start, second, 7, 0}}, start + 30);
    REQUIRE(sender.prepare(start + 60));
    auto messages = sender.due(start + 60);
    REQUIRE(messages.size() == 2); // series, values
    CHECK(sender.due(start + 61).empty());
    sender.failed(messages[1], start + 300);
    CHECK(sender.due(start + 299).empty());
    CHECK(sender.due(start + 300) == std::vector<octets>{messages[1]});
    receiver.take(messages[0], start);
    CHECK(receiver.take(messages[1], start).size() == 2);
    CHECK_THROWS_AS(sender.number_of({"name", "m3", {}, 12, true}), packet_error);
}

TEST_CASE("a series whose definition is longer than a message comes over, in either form, and after a new beginning") {
    link_settings settings;
    settings.room = GENERATE(sms_octets, sms_octets_base16);
    link_sender sender{key(), {}, settings};
    link_receiver receiver{key()};
    std::vector<series_definition> all;
    for (const auto size : {std::size_t{3}, std::size_t{30}, std::size_t{100}}) {
        series_definition one{"active_energy_drawn", "kWh", {}, 3, true};
        for (int i = 0; i < 16; ++i) {
            const auto label =
                std::string(1, static_cast<char>('a' + i)) + "=" + std::string(size, static_cast<char>('z' - i));
            one.labels.push_back(label.substr(0, size));
        }
        all.push_back(one);
        all.push_back({"volume", "m3", {"device=A" + std::to_string(size)}, 3, true});
    }
    settings.max_per_day = 1000;
    sender = link_sender{key(), {}, settings};
    const auto over = [&](std::int64_t at) {
        for (std::size_t i = 0; i < all.size(); ++i)
            sender.add(std::vector<packet_record>{{at, sender.number_of(all[i]), static_cast<std::int64_t>(i), 0}}, at);
        std::size_t count = 0;
        for (auto time = at; time < at + 20 * day && !sender.at_rest(); time += hour) {
            sender.prepare(time);
            for (const auto& message : sender.due(time)) {
                CHECK(message.size() <= settings.room);
                for (const auto& one : receiver.take(message, time)) {
                    if (one.time != at) continue;
                    ++count;
                    CHECK(receiver.dictionary().at(one.series) == all.at(static_cast<std::size_t>(one.steps)));
                }
            }
            if (const auto answer = receiver.due(time)) sender.take(*answer, time);
        }
        CHECK(sender.at_rest());
        CHECK(count == all.size());
    };
    over(start);
    receiver = link_receiver{key()}; // knows nothing: the link restarts
    over(start + 20 * day);
}

TEST_CASE("packets that arrive too early are kept, in a bounded number") {
    auto settings = with_limit(100'000);
    settings.max_open = 1000;
    link_sender sender{key(), dictionary(), settings};
    link_receiver receiver{key()};
    std::vector<octets> all;
    for (int i = 0; i < 300; ++i)
        for (auto& message : a_day(sender, start + i * minute, i)) all.push_back(std::move(message));
    for (std::size_t i = 1; i < all.size(); ++i) CHECK(receiver.take(all[i], start + day).empty());
    CHECK(receiver.saved().size() < 64 * 100);
    CHECK(receiver.take(all[0], start + day).size() == 64); // those that were kept
}

TEST_CASE("a link has room for a limited number of series, and only the one too many is refused") {
    link_sender sender{key(), {}, {}};
    for (int i = 0; i < 1000; ++i) sender.number_of({"volume", "m3", {"device=A" + std::to_string(i)}, 3, true});
    CHECK_THROWS_AS(sender.number_of({"volume", "m3", {"device=B"}, 3, true}), packet_error);
    CHECK(sender.number_of({"volume", "m3", {"device=A7"}, 3, true}) == 7);
}

TEST_CASE("a saved end that is cut anywhere is refused, and leaves the end as it was") {
    both_ends b{2};
    b.live(start, 3);
    const auto saved = b.central.saved();
    for (std::size_t size = 0; size < saved.size(); size += 7) CHECK_THROWS(b.central.restore(saved.substr(0, size)));
    CHECK(b.central.saved() == saved);
    CHECK_THROWS(b.server.restore("something else altogether"));
}
