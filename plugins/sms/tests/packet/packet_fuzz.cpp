// SPDX-License-Identifier: Apache-2.0
// libFuzzer: any octets as a message and, as if they were authentic, as the body of one. What is accepted must come
// through once more.
#include "packet/dictionary.hpp"
#include "packet/texts.hpp"
#include "packet/values.hpp"
#include "tests/packet/example.hpp"

#include <cstdlib>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace packet_example;
    static const packet_state known = [] {
        packet_writer writer{key()};
        writer.define(dictionary());
        for (const auto& d : days()) writer.report(d);
        writer.define(std::vector{outcome()});
        return writer.state();
    }();
    const std::span<const std::uint8_t> bytes{data, size};
    packet_reader reader{key()};
    if (reader.read(bytes).verdict == packet_verdict::accepted) std::abort(); // nobody guesses a MAC

    auto state = known;
    std::vector<packet_record> records;
    bit_reader values{bytes};
    if (read_records(values, state, records)) {
        for (const auto& r : records)
            if (bad_record(r, state) != nullptr) std::abort();
        auto written_state = known;
        bit_writer again;
        write_records(again, written_state, records);
        packet_state read_state = known;
        std::vector<packet_record> read_again;
        bit_reader in{again.bytes()};
        if (!read_records(in, read_state, read_again) || read_again != records) std::abort();
    }
    std::vector<packet_record> texts;
    bit_reader words{bytes};
    if (read_texts(words, known, texts)) {
        bit_writer again;
        write_texts(again, texts);
        std::vector<packet_record> read_again;
        bit_reader in{again.bytes()};
        if (!read_texts(in, known, read_again) || read_again != texts) std::abort();
        for (const auto& r : texts)
            if (bad_record(r, known) != nullptr) std::abort();
    }
    state = known;
    bit_reader definitions{bytes};
    if (read_definitions(definitions, state))
        for (const auto& s : state.series)
            if (bad_definition(s) != nullptr) std::abort();
    return 0;
}
