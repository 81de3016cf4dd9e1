// SPDX-License-Identifier: Apache-2.0
// A batch as it is in the state file: whatever its bytes are, what comes of it keeps the contract.
#include "records/series_table.hpp"
#include "spool/spool_reader.hpp"

#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <span>
#include <string>
#include <vector>

namespace {

using namespace releve::core;

struct table {
    series_table series;
    table() {
        releve_series what{};
        what.size = sizeof what;
        what.name = {"n", 1};
        what.help = {"A number", 8};
        std::string why;
        for (int i = 0; i < 2; ++i) { // numbers 1 and 2
            if (series.declare({this, "device", "site"}, what, why) == 0) std::abort();
            what.name = {"m", 1};
        }
    }
};

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    static const table known;
    static batch_pool pool;
    if (size == 0) return 0;
    const std::span all{reinterpret_cast<const std::byte*>(data), size};
    const auto records = std::min<std::size_t>((data[0] % 8) * sizeof(releve_record) + data[0] / 128, size - 1);
    // Copies: a read past the end of either is found.
    const std::vector<std::byte> of_records{all.begin() + 1, all.begin() + 1 + static_cast<std::ptrdiff_t>(records)};
    const std::vector<std::byte> of_text{all.begin() + 1 + static_cast<std::ptrdiff_t>(records), all.end()};
    const auto made = batch_of_bytes(of_records, of_text, pool, known.series);
    if (!made) return 0;
    std::uint64_t sum = 0;
    for (std::uint32_t i = 0; i < made->batch.count; ++i) {
        const auto& r = made->records()[i];
        if (known.series.find(r.series) == nullptr || r.quality > RELEVE_QUALITY_ABSENT) std::abort();
        if (r.type == RELEVE_VALUE_TEXT)
            for (std::uint32_t k = 0; k < r.value.text.size; ++k)
                sum += static_cast<unsigned char>(made->text()[r.value.text.offset + k]);
        else if (r.type != RELEVE_VALUE_NUMBER)
            std::abort();
    }
    return sum == ~std::uint64_t{0} ? 1 : 0;
}
