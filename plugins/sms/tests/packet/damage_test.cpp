// SPDX-License-Identifier: Apache-2.0
// Nothing that comes from the wire is trusted.
#include "packet/dictionary.hpp"
#include "packet/texts.hpp"
#include "packet/values.hpp"
#include "tests/packet/example.hpp"

#include <releve/testing/catch.hpp>

#include <random>

using namespace packet_example;

namespace {

/// A reader that knows what came before the last message of the example.
packet_reader before(std::size_t message) {
    const auto all = messages();
    packet_reader reader{key()};
    for (std::size_t i = 0; i < message; ++i) reader.read(all[i]);
    return reader;
}

} // namespace

TEST_CASE("with any byte changed to any other, a message is refused and nothing is changed") {
    const auto all = messages();
    for (std::size_t m = 0; m < all.size(); ++m) {
        auto reader = before(m);
        const auto known = reader.state().bytes();
        for (std::size_t i = 0; i < all[m].size(); ++i)
            for (unsigned change = 1; change < 256; ++change) {
                auto damaged = all[m];
                damaged[i] = static_cast<std::uint8_t>(damaged[i] ^ change);
                const auto read = reader.read(damaged);
                if (read.verdict == packet_verdict::accepted || !read.records.empty())
                    FAIL("byte " << i << " of message " << m);
            }
        CHECK(reader.state().bytes() == known);
        CHECK(reader.read(all[m]).verdict == packet_verdict::accepted);
    }
}

TEST_CASE("without the MAC the CRC alone sees every change of one or two bits") {
    const auto all = messages();
    const auto known = before(1).state().bytes();
    REQUIRE(crc_agrees(all[1], known));
    const auto bits = (all[1].size() - 4) * 8; // the last four octets are the MAC
    const auto flip = [](octets& bytes, std::size_t bit) {
        bytes[bit / 8] = static_cast<std::uint8_t>(bytes[bit / 8] ^ (1U << (bit % 8)));
    };
    for (std::size_t a = 0; a < bits; ++a)
        for (std::size_t b = a; b < bits; ++b) {
            auto damaged = all[1];
            flip(damaged, a);
            if (b != a) flip(damaged, b);
            if (crc_agrees(damaged, known)) FAIL("bits " << a << " and " << b);
        }
}

TEST_CASE("a message that is shorter or longer is refused, at every length") {
    const auto all = messages();
    for (std::size_t m = 0; m < all.size(); ++m) {
        auto reader = before(m);
        auto bytes = all[m];
        for (std::size_t size = 0; size < all[m].size(); ++size)
            CHECK(reader.read(std::span{all[m]}.first(size)).verdict != packet_verdict::accepted);
        while (bytes.size() < 200) {
            bytes.push_back(0);
            CHECK(reader.read(bytes).verdict != packet_verdict::accepted);
        }
    }
}

TEST_CASE("another key opens nothing") {
    auto other = key();
    other[31] ^= 1;
    packet_reader reader{other};
    for (const auto& m : messages()) CHECK(reader.read(m).verdict == packet_verdict::not_authentic);
}

TEST_CASE("an authentic message with a wrong body is refused: cut, lengthened, of an unknown kind") {
    const auto all = messages();
    auto reader = before(2);
    const auto known = reader.state().bytes();
    frame f;
    REQUIRE(open_frame(all[2], key(), f) == frame_fault::none);
    octets body{f.body.begin(), f.body.end()};
    for (std::size_t size = 0; size < body.size(); ++size)
        CHECK(reader.read(seal(f.kind, f.number, std::span{body}.first(size), known, key())).verdict ==
              packet_verdict::malformed);
    body.push_back(0);
    CHECK(reader.read(seal(f.kind, f.number, body, known, key())).verdict == packet_verdict::malformed);
    body.pop_back();
    CHECK(reader.read(seal(static_cast<packet_kind>(9), f.number, body, known, key())).verdict ==
          packet_verdict::unknown_kind);
    CHECK(reader.state().bytes() == known);
    CHECK(reader.read(seal(f.kind, f.number, body, known, key())).verdict == packet_verdict::accepted);
}

TEST_CASE("random bodies, which only a wrong program at the other end makes, stay within bounds") {
    std::mt19937 random{3};
    const auto base = before(3).state();
    std::size_t accepted = 0, texts_accepted = 0;
    for (int i = 0; i < 20000; ++i) {
        octets body(random() % 132);
        for (auto& b : body) b = static_cast<std::uint8_t>(random() & random());
        auto state = base;
        std::vector<packet_record> records;
        bit_reader values{body}, definitions{body}, words{body};
        if (read_records(values, state, records)) {
            ++accepted;
            for (const auto& r : records)
                if (bad_record(r, state) != nullptr) FAIL(bad_record(r, state));
        }
        auto with_texts = base;
        with_texts.series[0] = outcome();
        std::vector<packet_record> texts;
        if (read_texts(words, with_texts, texts)) {
            ++texts_accepted;
            for (const auto& r : texts)
                if (bad_record(r, with_texts) != nullptr || r.text.size() > body.size()) FAIL("out of bounds");
        }
        state = base;
        read_definitions(definitions, state);
        if (state.series.size() > max_packet_series || records.size() > body.size() * 8) FAIL("out of bounds");
    }
    CHECK(accepted > 0);
    CHECK(texts_accepted > 0);
}
