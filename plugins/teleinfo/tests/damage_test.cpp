// SPDX-License-Identifier: Apache-2.0
// Whatever happens to one bit: never a wrong number or code.
#include "tests/frames.hpp"
#include "tests/listener.hpp"

#include <releve/testing/catch.hpp>

#include <random>
#include <set>

namespace {

using tic_write::joined;

/// Damage that can't be recognised: the checksum does not see bit 6, and a text may hold any letter.
bool is_free_text(const std::string& key) {
    return key == "tariff_calendar" || key == "tariff_name" || key == "message" || key == "message_short";
}

/// A line on which no time goes by: what is reported of the clocks is then the same in every frame.
decoded::listener still() {
    decoded::listener line;
    line.step_ns = 0;
    return line;
}

std::set<decoded::value> of(const std::string& bytes) {
    auto line = still();
    line.feed(bytes);
    return line.distinct();
}

} // namespace

TEST_CASE("one flipped bit never gives a wrong number or code") {
    for (const auto& [name, bytes] : tic_frames::all()) {
        INFO(name);
        const auto before = joined({bytes, bytes});
        const auto expected = of(joined({before, bytes, bytes}));
        REQUIRE(expected.size() >= 3);
        auto begun = still();
        begun.feed(before);
        const auto serial = begun.meter.serial();
        std::size_t lost = 0;
        for (std::size_t at = 0; at < bytes.size(); ++at)
            for (int bit = 0; bit < 8; ++bit) {
                auto damaged = bytes;
                damaged[at] = static_cast<char>(damaged[at] ^ (1 << bit));
                decoded::listener line = begun;
                line.feed(damaged + bytes);
                for (const auto& one : line.values) {
                    if (is_free_text(one.key) || expected.count(one) != 0) continue;
                    FAIL("byte " << at << " bit " << bit << ": " << one.key << " = " << one.is);
                }
                CHECK(line.meter.serial() == serial);
                lost += line.meter.totals().bad;
            }
        CHECK(lost > bytes.size() * 4); // the damage was seen, not overlooked
    }
}

TEST_CASE("one flipped bit in the very first frame never gives a wrong number or code") {
    for (const auto& [name, bytes] : tic_frames::all()) {
        INFO(name);
        const auto expected = of(joined({bytes, bytes, bytes}));
        for (std::size_t at = 0; at < bytes.size(); ++at)
            for (int bit = 0; bit < 7; ++bit) {
                auto damaged = bytes;
                damaged[at] = static_cast<char>(damaged[at] ^ (1 << bit));
                auto line = still();
                line.feed(joined({damaged, bytes, bytes}));
                for (const auto& one : line.values) {
                    if (is_free_text(one.key) || expected.count(one) != 0) continue;
                    FAIL("byte " << at << " bit " << bit << ": " << one.key << " = " << one.is);
                }
            }
    }
}

TEST_CASE("lost and doubled bytes never give a wrong index") {
    for (const auto& [name, bytes] : tic_frames::all()) {
        INFO(name);
        const auto expected = of(joined({bytes, bytes, bytes}));
        for (std::size_t at = 0; at < bytes.size(); ++at)
            for (const bool doubled : {false, true}) {
                auto damaged = bytes;
                if (doubled)
                    damaged.insert(at, 1, damaged[at]);
                else
                    damaged.erase(at, 1);
                auto line = still();
                line.feed(joined({bytes, damaged, bytes}));
                for (const auto& one : line.values)
                    if (one.key.find("energy") != std::string::npos && expected.count(one) == 0)
                        FAIL("byte " << at << ": " << one.key << " = " << one.is);
            }
    }
}

TEST_CASE("any split of the bytes reports the same") {
    std::mt19937 random{20251123};
    for (const auto& [name, bytes] : tic_frames::all()) {
        INFO(name);
        const auto stream = joined({bytes, bytes, bytes});
        const auto expected = of(stream);
        for (const std::size_t block : {1u, 2u, 7u, 24u, 25u, 64u}) {
            auto line = still();
            line.feed(stream, block);
            CHECK(line.distinct().size() == expected.size());
            for (const auto& one : line.values) CHECK(expected.count(one) == 1);
        }
        for (int round = 0; round < 30; ++round) {
            auto line = still();
            for (std::size_t at = 0; at < stream.size();) {
                const auto size = std::uniform_int_distribution<std::size_t>{1, 120}(random);
                line.feed(std::string{stream.substr(at, size)});
                at += size;
            }
            CHECK(line.distinct().size() == expected.size());
        }
    }
}

TEST_CASE("damaged bytes are read alike whole and in pieces that are too small for the straight path") {
    for (const auto& [name, bytes] : tic_frames::all()) {
        INFO(name);
        for (std::size_t at = 0; at < bytes.size(); ++at)
            for (int bit = 0; bit < 8; ++bit) {
                auto damaged = bytes;
                damaged[at] = static_cast<char>(damaged[at] ^ (1 << bit));
                auto whole = still(), pieces = still();
                whole.feed(damaged);
                pieces.feed(damaged, 40);
                const auto one = whole.distinct(), other = pieces.distinct();
                const auto &a = whole.reader.counts(), &b = pieces.reader.counts();
                if (one < other || other < one || a.groups != b.groups || a.valid != b.valid ||
                    a.malformed != b.malformed)
                    FAIL("byte " << at << " bit " << bit);
            }
    }
}

TEST_CASE("noise is survived and reports nothing") {
    std::mt19937 random{7};
    std::uniform_int_distribution<int> byte{0, 255};
    decoded::listener line;
    std::string noise;
    for (int i = 0; i < 200'000; ++i) noise += static_cast<char>(byte(random));
    line.feed(noise, 999);
    CHECK(line.meter.totals().bad > 1000);
    for (const auto& one : line.values) CHECK(one.key == "nothing of that noise");
    line.feed(tic_frames::historique_hc() + tic_frames::historique_hc() + tic_frames::historique_hc());
    CHECK(line.last("apparent_power_drawn") == "420 V.A");
}
