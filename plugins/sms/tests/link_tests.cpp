// SPDX-License-Identifier: Apache-2.0
// Both ends of a link over a network that loses, delays, doubles and reorders, with silence, and with either end
// restored from a backup: at the end both have the same, for each seed.
#include "link.hpp"

#include <releve/testing/catch.hpp>

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
    for (int i = 0; i < 6; ++i) all.push_back({"volume", "m3", {"device=A" + std::to_string(i)}, 3, true});
    return all;
}

using table = std::map<std::pair<std::uint32_t, std::int64_t>, std::int64_t>; // series and time to steps

struct weather { // of the network
    double loss = 0, twice = 0;
    std::int64_t longest_delay = minute;
};

class network {
public:
    explicit network(std::mt19937& random)
        : random_{random} {}
    weather now;
    bool silent = false;
    void send(const octets& message, std::int64_t at) {
        std::uniform_real_distribution<double> chance{0, 1};
        for (int copies = chance(random_) < now.twice ? 2 : 1; copies > 0; --copies) {
            if (silent || chance(random_) < now.loss) continue;
            std::uniform_int_distribution<std::int64_t> delay{1, now.longest_delay};
            under_way_.emplace(at + delay(random_), message);
        }
    }
    std::vector<octets> arrived(std::int64_t at) {
        std::vector<octets> all;
        while (!under_way_.empty() && under_way_.begin()->first <= at) {
            all.push_back(under_way_.begin()->second);
            under_way_.erase(under_way_.begin());
        }
        return all;
    }
    void lose_all() { under_way_.clear(); }

private:
    std::mt19937& random_;
    std::multimap<std::int64_t, octets> under_way_;
};

struct both_ends {
    std::mt19937 random;
    link_sender central{key(), dictionary()};
    link_receiver server{key()};
    network there{random}, back{random};
    table sent, got;
    int messages = 0;

    explicit both_ends(unsigned seed)
        : random{seed} {}
    void step(std::int64_t now) {
        central.prepare(now);
        for (const auto& message : central.due(now)) there.send(message, now), ++messages;
        for (const auto& message : there.arrived(now))
            for (const auto& one : server.take(message, now)) got[{one.series, one.time}] = one.steps;
        if (const auto answer = server.due(now)) back.send(*answer, now), ++messages;
        for (const auto& message : back.arrived(now)) central.take(message, now);
    }
    void read_meters(std::int64_t now) {
        std::vector<packet_record> records;
        std::uniform_int_distribution<std::int64_t> used{0, 900};
        for (std::uint32_t i = 0; i < 6; ++i) {
            steps_[i] += used(random);
            records.push_back({now, i, steps_[i], 0});
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
    unsigned unequal = 0, restless = 0;
    for (unsigned seed = 1; seed <= seeds; ++seed) {
        both_ends b{seed};
        std::uniform_real_distribution<double> chance{0, 1};
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
            if (chance(b.random) < 0.2) b.there.lose_all(), b.back.lose_all();
            b.live(time, 5);
            // What a restored end was given since is given to it again by its own sources: they read what it has not.
            if (part == 1) central_backup = b.central, server_backup = {b.server, b.got};
            if (part == 3 && chance(b.random) < 0.3) {
                b.central.restore(central_backup->saved());
                std::vector<packet_record> again;
                for (const auto& [what, steps] : b.sent)
                    if (what.second >= start + 10 * day) again.push_back({what.second, what.first, steps, 0});
                std::stable_sort(again.begin(), again.end(),
                                 [](const auto& x, const auto& y) { return x.time < y.time; });
                b.central.add(again, time);
            } else if (part == 3 && chance(b.random) < 0.4) {
                b.server.restore(server_backup->first.saved());
                b.got = server_backup->second;
            }
        }
        if (!b.settle(time)) ++restless;
        if (b.got != b.sent) ++unequal;
    }
    CHECK(restless == 0);
    CHECK(unequal == 0);
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

TEST_CASE("a saved end that is cut anywhere is refused, and leaves the end as it was") {
    both_ends b{2};
    b.live(start, 3);
    const auto saved = b.central.saved();
    for (std::size_t size = 0; size < saved.size(); size += 7) CHECK_THROWS(b.central.restore(saved.substr(0, size)));
    CHECK(b.central.saved() == saved);
    CHECK_THROWS(b.server.restore("something else altogether"));
}
