// SPDX-License-Identifier: Apache-2.0
// A network of good and of bad weather, with silence, and with either end restored from a backup: at the end both have
// the same, for each seed.
#include "tests/link/link_fixture.hpp"

using namespace link_fixture;

TEST_CASE("on a good network a day is one message, and an acknowledgement a day at most") {
    both_ends b{1};
    b.live(start, 60);
    CHECK(b.settle(start + 60 * day));
    CHECK(b.got == b.sent);
    CHECK(b.messages <= 60 + 62 + 2);
}

TEST_CASE("loss, delay, doubles, silence, backups at either end, a replaced modem: both ends are equal at the end") {
    const unsigned seeds = 1000;
    unsigned unequal = 0, restless = 0, dear = 0;
    int restored_central = 0, restored_server = 0, restored_both = 0, began_blank = 0, replaced = 0;
    harm done;
    for (unsigned seed = 1; seed <= seeds; ++seed) {
        const int max = seed % 4 == 0 ? 4 : 20; // a day
        both_ends b{seed, with_limit(max), max == 4 ? 2 : 6};
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
            const bool no_backup = chance(b.random) < 0.2; // an end that was to be restored begins with nothing
            if (no_backup && (central || server)) {
                ++began_blank;
                central_backup.emplace(key(), dictionary(), with_limit(max));
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
            (b.packets.max() > static_cast<std::size_t>(max) || b.acknowledgements.max() > (max == 4 ? 2U : 6U)))
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

TEST_CASE("a network that takes everything and delivers nothing costs no more than the day's limit; then all comes") {
    auto settings = with_limit(3);
    settings.resend_after_s = 10 * minute;
    settings.max_open = 4;
    settings.max_kept = 2;
    settings.max_kept_records = 6; // of what is acknowledged: the rest is kept whatever
    both_ends b{3, settings, 2};
    b.there.silent = true;
    b.live(start, 10);
    CHECK(b.packets.max() == 3);
    CHECK(b.messages <= 30);
    CHECK(b.central.open() == 4); // more waits
    CHECK(b.central.waiting() > 0);
    CHECK(b.settle(start + 10 * day));
    CHECK(b.got == b.sent);
    CHECK(b.packets.max() == 3);
    CHECK(b.acknowledgements.max() <= 2);
}
