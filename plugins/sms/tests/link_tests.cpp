// SPDX-License-Identifier: Apache-2.0
// Both ends of a link over a network that loses, delays, doubles and reorders, with silence, and with either end
// restored from a backup: at the end both have the same, for each seed.
#include "deflated.hpp"
#include "link.hpp"

#include <releve/testing/catch.hpp>

#include <algorithm>
#include <deque>
#include <map>
#include <random>

using namespace releve::sms;

namespace {

constexpr std::int64_t minute = 60, hour = 3600, day = 24 * hour, start = 1'767'225'600;

octets key() {
    octets made(packet_key_size);
    for (std::size_t i = 0; i < made.size(); ++i) made[i] = static_cast<std::uint8_t>(i * 7 + 1);
    return made;
}

std::vector<series_definition> dictionary() {
    std::vector<series_definition> all;
    for (int i = 0; i < 5; ++i) all.push_back({"volume", "m3", {"device=A" + std::to_string(i)}, 3, true});
    all.push_back({"outcome", {}, {"device=A5"}, 0, false, true});
    return all;
}

constexpr std::uint32_t texts = 5; // the series of them, which say a number of steps
packet_record record_of(std::int64_t time, std::uint32_t series, std::int64_t steps) {
    if (series == texts) return {time, series, 0, 0, "set " + std::to_string(steps)};
    return {time, series, steps, 0};
}
std::int64_t steps_in(const packet_record& one) {
    return one.series == texts ? std::stoll(one.text.substr(4)) : one.steps;
}

using table = std::map<std::pair<std::uint32_t, std::int64_t>, std::int64_t>; // series and time to steps

struct weather { // of the network
    double loss = 0, twice = 0;
    std::int64_t longest_delay = minute;
};

/// What a network did to messages.
struct harm {
    int lost = 0, doubled = 0, overtaken = 0, silenced = 0, gone_with_modem = 0;
};

class network {
public:
    network(std::mt19937& random, harm& done)
        : random_{random}
        , done_{done} {}
    weather now;
    bool silent = false;
    void send(const octets& message, std::int64_t at) {
        ++sent_;
        std::uniform_real_distribution<double> chance{0, 1};
        const int copies = chance(random_) < now.twice ? 2 : 1;
        if (copies == 2) ++done_.doubled;
        for (int i = 0; i < copies; ++i) {
            if (silent) {
                ++done_.silenced;
            } else if (chance(random_) < now.loss) {
                ++done_.lost;
            } else {
                std::uniform_int_distribution<std::int64_t> delay{1, now.longest_delay};
                under_way_.emplace(at + delay(random_), std::pair{sent_, message});
            }
        }
    }
    std::vector<octets> arrived(std::int64_t at) {
        std::vector<octets> all;
        for (auto first = under_way_.begin(); first != under_way_.end() && first->first <= at;
             first = under_way_.erase(first)) {
            const auto& [number, message] = first->second;
            if (number < latest_) ++done_.overtaken;
            latest_ = std::max(latest_, number);
            all.push_back(message);
        }
        return all;
    }
    /// What lay in a modem that was replaced.
    void lose_all() {
        done_.gone_with_modem += static_cast<int>(under_way_.size());
        under_way_.clear();
    }

private:
    std::mt19937& random_;
    harm& done_;
    int sent_ = 0, latest_ = 0;
    std::multimap<std::int64_t, std::pair<int, octets>> under_way_;
};

/// When messages went, and the most that there were in 24 hours.
class tally {
public:
    void note(std::int64_t at) {
        times_.push_back(at);
        while (times_.front() <= at - day) times_.pop_front();
        most_ = std::max(most_, times_.size());
    }
    std::size_t most() const { return most_; }

private:
    std::deque<std::int64_t> times_;
    std::size_t most_ = 0;
};

link_settings with_limit(int most_a_day = 20) {
    link_settings how;
    how.most_a_day = most_a_day;
    return how;
}

struct both_ends {
    std::mt19937 random;
    link_sender central;
    link_receiver server;
    harm done;
    network there{random, done}, back{random, done};
    table sent, got;
    tally packets, answers;
    int messages = 0;

    explicit both_ends(unsigned seed, link_settings how = with_limit(), int most_answers = 6)
        : random{seed}
        , central{key(), dictionary(), how}
        , server{key(), most_answers} {}
    void step(std::int64_t now) {
        central.prepare(now);
        for (const auto& message : central.due(now)) there.send(message, now), packets.note(now), ++messages;
        for (const auto& message : there.arrived(now))
            for (const auto& one : server.take(message, now)) got[{one.series, one.time}] = steps_in(one);
        if (const auto answer = server.due(now)) back.send(*answer, now), answers.note(now), ++messages;
        for (const auto& message : back.arrived(now)) central.take(message, now);
    }
    void read_meters(std::int64_t now) {
        std::vector<packet_record> records;
        std::uniform_int_distribution<std::int64_t> used{0, 900};
        for (std::uint32_t i = 0; i < 6; ++i) {
            steps_[i] += used(random);
            records.push_back(record_of(now, i, steps_[i]));
            sent[{i, now}] = steps_[i];
        }
        central.add(records, now);
    }
    void live(std::int64_t from, std::int64_t days) {
        for (std::int64_t t = from; t < from + days * day; t += 10 * minute) {
            if ((t - start) % day == 0) read_meters(t);
            step(t);
        }
    }
    /// A quiet network, until both ends have nothing more to say.
    bool settle(std::int64_t from) {
        there.now = back.now = weather{};
        there.silent = back.silent = false;
        for (std::int64_t t = from; t < from + 60 * day; t += 10 * minute) {
            step(t);
            if (central.at_rest()) return true;
        }
        return false;
    }

private:
    std::int64_t steps_[6] = {};
};

} // namespace

TEST_CASE("a text that no message has room for is refused in words") {
    auto how = with_limit();
    how.room = GENERATE(sms_octets, sms_octets_base16);
    const link_sender sender{key(), dictionary(), how};
    const auto most = how.room == sms_octets ? 116U : 56U;
    CHECK(sender.refuses({start, texts, 0, 0, std::string(most, 'x')}).empty());
    CHECK(sender.refuses({start, texts, 0, 0, std::string(most + 1, 'x')}) ==
          "a text over a link has at most " + std::to_string(most) + " octets, and this one has " +
              std::to_string(most + 1));
    CHECK(sender.refuses({start, texts, 0, 0, "\xe9"}) == "a text over a link is UTF-8, and this one is not");
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
    auto wanted = sent;
    wanted.push_back({start + 7, 1, 0, 0, "d"});
    CHECK(of_it == wanted);
    CHECK(got.size() == wanted.size() + 1);
}

TEST_CASE("on a good network a day is one message, and an acknowledgement a day at most") {
    both_ends b{1};
    b.live(start, 60);
    CHECK(b.settle(start + 60 * day));
    CHECK(b.got == b.sent);
    CHECK(b.messages <= 60 + 62 + 2);
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

TEST_CASE("loss, delay, doubles, silence, backups at either end, a replaced modem: both ends are equal at the end") {
    const unsigned seeds = 1000;
    unsigned unequal = 0, restless = 0, dear = 0;
    int restored_central = 0, restored_server = 0, restored_both = 0, began_blank = 0, replaced = 0;
    harm done;
    for (unsigned seed = 1; seed <= seeds; ++seed) {
        const int most = seed % 4 == 0 ? 4 : 20; // a day
        both_ends b{seed, with_limit(most), most == 4 ? 2 : 6};
        std::uniform_real_distribution<double> chance{0, 1};
        bool is_restored = false; // it does not know what it has sent since
        auto time = start;
        std::optional<link_sender> central_backup;
        std::optional<std::pair<link_receiver, table>> server_backup;
        for (int part = 0; part < 6; ++part, time += 5 * day) {
            b.there.now = {chance(b.random) * 0.5, chance(b.random) * 0.3,
                           minute + static_cast<std::int64_t>(chance(b.random) * day)};
            b.back.now = {chance(b.random) * 0.5, chance(b.random) * 0.3,
                          minute + static_cast<std::int64_t>(chance(b.random) * day)};
            b.there.silent = chance(b.random) < 0.15;
            b.back.silent = chance(b.random) < 0.15;
            if (chance(b.random) < 0.2) b.there.lose_all(), b.back.lose_all(), ++replaced;
            b.live(time, 5);
            // What a restored end was given since is given to it again by its own sources: they read what it has not.
            if (part == 1) central_backup = b.central, server_backup = {b.server, b.got};
            if (part != 3) continue;
            const bool central = chance(b.random) < 0.3, server = chance(b.random) < 0.3;
            const bool no_backup = chance(b.random) < 0.2; // whoever was to be restored begins with nothing
            if (no_backup && (central || server)) {
                ++began_blank;
                central_backup.emplace(key(), dictionary(), with_limit(most));
                server_backup.emplace(link_receiver{key()}, table{});
            }
            if (central) {
                ++restored_central;
                b.central.restore(central_backup->saved());
                std::vector<packet_record> again;
                for (const auto& [what, steps] : b.sent)
                    if (no_backup || what.second >= start + 10 * day)
                        again.push_back(record_of(what.second, what.first, steps));
                std::stable_sort(again.begin(), again.end(),
                                 [](const auto& x, const auto& y) { return x.time < y.time; });
                b.central.add(again, time);
            }
            if (server) {
                ++restored_server;
                b.server.restore(server_backup->first.saved());
                b.got = server_backup->second;
            }
            if (central && server) ++restored_both;
            is_restored = central || server;
        }
        if (!b.settle(time)) ++restless;
        if (b.got != b.sent) ++unequal;
        if (!is_restored &&
            (b.packets.most() > static_cast<std::size_t>(most) || b.answers.most() > (most == 4 ? 2U : 6U)))
            ++dear;
        done.lost += b.done.lost;
        done.doubled += b.done.doubled;
        done.overtaken += b.done.overtaken;
        done.silenced += b.done.silenced;
        done.gone_with_modem += b.done.gone_with_modem;
    }
    CHECK(restless == 0);
    CHECK(unequal == 0);
    CHECK(dear == 0);
    // That each of these was in it.
    CHECK(done.lost > 1000);
    CHECK(done.doubled > 1000);
    CHECK(done.overtaken > 1000);
    CHECK(done.silenced > 1000);
    CHECK(done.gone_with_modem > 100);
    CHECK(restored_central > 100);
    CHECK(restored_server > 100);
    CHECK(restored_both > 20);
    CHECK(began_blank > 50);
    CHECK(replaced > 100);
}

TEST_CASE("an end that begins with nothing, when the other has forgotten what it once sent, gets all that is kept, and "
          "all that "
          "comes") {
    auto how = with_limit(20);
    how.kept = 400;
    how.kept_records = 30;
    both_ends b{5, how};
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

TEST_CASE("a packet that is built on something else is answered within the hour, and both begin anew") {
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
    auto how = with_limit(20);
    how.again_s = 4 * day;
    link_sender sender{key(), dictionary(), how};
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

TEST_CASE("an end that is restored and sends again what the other has goes on after what that has read") {
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
    link_settings how;
    how.again_s = 10 * hour;
    link_sender sender{key(), dictionary(), how};
    sender.add(std::vector<packet_record>{{start, 0, 5, 0}}, start);
    std::vector<std::int64_t> hours;
    for (auto time = start; time < start + 20 * day; time += hour) {
        sender.prepare(time);
        if (!sender.due(time).empty()) hours.push_back((time - start) / hour);
    }
    CHECK(hours == std::vector<std::int64_t>{0, 10, 30, 70, 150, 246, 342, 438});
}

TEST_CASE("a network that takes everything and delivers nothing costs no more than the day's limit; then all comes") {
    auto how = with_limit(3);
    how.again_s = 10 * minute;
    how.open = 4;
    how.kept = 2;
    how.kept_records = 6; // of what is acknowledged: the rest is kept whatever
    both_ends b{3, how, 2};
    b.there.silent = true;
    b.live(start, 10);
    CHECK(b.packets.most() == 3);
    CHECK(b.messages <= 30);
    CHECK(b.central.open() == 4); // more waits
    CHECK(b.central.waiting() > 0);
    CHECK(b.settle(start + 10 * day));
    CHECK(b.got == b.sent);
    CHECK(b.packets.most() == 3);
    CHECK(b.answers.most() <= 2);
}

TEST_CASE("records that come together go together; new series join the dictionary; a message that could not be sent is "
          "due again") {
    link_settings how;
    how.gather_s = 60;
    link_sender sender{key(), {}, how};
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
    link_settings how;
    how.room = GENERATE(sms_octets, sms_octets_base16);
    link_sender sender{key(), {}, how};
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
    how.most_a_day = 1000;
    sender = link_sender{key(), {}, how};
    const auto over = [&](std::int64_t at) {
        for (std::size_t i = 0; i < all.size(); ++i)
            sender.add(std::vector<packet_record>{{at, sender.number_of(all[i]), static_cast<std::int64_t>(i), 0}}, at);
        std::size_t count = 0;
        for (auto time = at; time < at + 20 * day && !sender.at_rest(); time += hour) {
            sender.prepare(time);
            for (const auto& message : sender.due(time)) {
                CHECK(message.size() <= how.room);
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
    receiver = link_receiver{key()}; // knows nothing: all begins anew
    over(start + 20 * day);
}

TEST_CASE("packets that come too soon are kept, in a bounded number") {
    auto how = with_limit(100'000);
    how.open = 1000;
    link_sender sender{key(), dictionary(), how};
    link_receiver receiver{key()};
    std::vector<octets> all;
    for (int i = 0; i < 300; ++i)
        for (auto& message : a_day(sender, start + i * minute, i)) all.push_back(std::move(message));
    for (std::size_t i = 1; i < all.size(); ++i) CHECK(receiver.take(all[i], start + day).empty());
    CHECK(receiver.saved().size() < 64 * 100);
    CHECK(receiver.take(all[0], start + day).size() == 64); // those that were kept
}

TEST_CASE("a link has room for so many series, and the one too many is refused alone") {
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

TEST_CASE("what a link saves comes back from what it is made small to, and what is none is refused") {
    link_sender sender{key(), {}, with_limit()};
    for (int i = 0; i < 160; ++i)
        sender.number_of({"active_energy_drawn", "Wh", {"device=A" + std::to_string(i), "site=les-tilleuls"}, 0, true});
    sender.prepare(start);
    const auto saved = sender.saved();
    const auto small = deflated(saved);
    CHECK(small.size() * 5 < saved.size());
    CHECK(inflated(small) == saved);
    CHECK(inflated(deflated({})).empty());
    for (std::size_t size = 0; size < small.size(); ++size)
        CHECK_THROWS(inflated(std::string_view{small}.substr(0, size)));
    auto huge = small;
    huge[3] = '\x7f';
    CHECK_THROWS_WITH(inflated(huge), Catch::Contains("64 MiB"));
}
