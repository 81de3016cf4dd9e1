// SPDX-License-Identifier: Apache-2.0
// libFuzzer: any bytes, in two different splits, through the whole decoder. Both must report the same, and nothing out
// of bounds.
#include "tests/listener.hpp"

#include <cmath>
#include <cstdint>
#include <cstdlib>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view bytes{reinterpret_cast<const char*>(data), size};
    decoded::listener whole, pieces;
    whole.feed(bytes);
    pieces.feed(bytes, size == 0 ? 1 : 1 + data[0] % 40);
    const auto& a = whole.values;
    const auto& b = pieces.values;
    bool same = a.size() == b.size();
    for (std::size_t i = 0; same && i < a.size(); ++i) same = a[i].key == b[i].key && a[i].is == b[i].is;
    const auto& counts = whole.reader.counts();
    const bool counted =
        counts.groups == pieces.reader.counts().groups && counts.valid <= counts.groups &&
        counts.malformed <= counts.valid &&
        whole.meter.totals().good + whole.meter.totals().bad + whole.meter.totals().unknown == counts.groups;
    if (!same || !counted) std::abort();
    return 0;
}
