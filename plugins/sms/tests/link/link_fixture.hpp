// SPDX-License-Identifier: Apache-2.0
// Both ends of a link, and a network between them that loses, delays, doubles and reorders.
#pragma once
#include "link/link.hpp"

#include <releve/testing/catch.hpp>

#include <algorithm>
#include <deque>
#include <map>
#include <random>

namespace link_fixture {

using namespace releve::sms;

constexpr std::int64_t minute = 60, hour = 3600, day = 24 * hour, start = 1'767'225'600;

inline octets key() {
    octets made(packet_key_size);
    for (std::size_t i = 0; i < made.size(); ++i) made[i] = static_cast<std::uint8_t>(i * 7 + 1);
    return made;
}

inline std::vector<series_definition> dictionary() {
    std::vector<series_definition> all;
    for (int i = 0; i < 5; ++i) all.push_back({"volume", "m3", {"device=A" + std::to_string(i)}, 3, true});
    all.push_back({"outcome", {}, {"device=A5"}, 0, false, true});
    return all;
}

constexpr std::uint32_t texts = 5; // the series of them, which say a number of steps
inline packet_record record_of(std::int64_t time, std::uint32_t series, std::int64_t steps) {
    if (series == texts) return {time, series, 0, 0, "set " + std::to_string(steps)};
    return {time, series, steps, 0};
}
inline std::int64_t steps_in(const packet_record& one) {
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
        max_ = std::max(max_, times_.size());
    }
    std::size_t max() const { return max_; }

private:
    std::deque<std::int64_t> times_;
    std::size_t max_ = 0;
};

inline link_settings with_limit(int max_per_day = 20) {
    link_settings settings;
    settings.max_per_day = max_per_day;
    return settings;
}

struct both_ends {
    std::mt19937 random;
    link_sender central;
    link_receiver server;
    harm done;
    network there{random, done}, back{random, done};
    table sent, got;
    tally packets, acknowledgements;
    int messages = 0;

    explicit both_ends(unsigned seed, link_settings settings = with_limit(), int max_answers = 6)
        : random{seed}
        , central{key(), dictionary(), settings}
        , server{key(), max_answers} {}
    void step(std::int64_t now) {
        central.prepare(now);
        for (const auto& message : central.due(now)) there.send(message, now), packets.note(now), ++messages;
        for (const auto& message : there.arrived(now))
            for (const auto& one : server.take(message, now)) got[{one.series, one.time}] = steps_in(one);
        if (const auto said = server.due(now)) back.send(*said, now), acknowledgements.note(now), ++messages;
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

} // namespace link_fixture
