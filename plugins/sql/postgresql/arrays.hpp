// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstdint>
#include <string>
#include <string_view>

namespace releve::sql {

/// An array parameter in PostgreSQL's binary form (array_send in the server's arrayfuncs.c): five 32-bit numbers
/// (dimensions, whether there are NULLs, type of the elements, their number, index of the first), then each element
/// with its size, -1 for NULL. All in network order.
class postgresql_array {
public:
    enum class element : std::uint32_t { int2 = 21, int8 = 20, text = 25, float8 = 701 }; // OIDs, catalog/pg_type.dat

    void begin(element type, std::size_t count);
    void add_null() { put(~std::uint32_t{0}); }
    void add_int2(std::int16_t value);
    void add_int8(std::int64_t value);
    void add_float8(double value);
    void add_text(std::string_view value);
    const std::string& bytes() const { return bytes_; }

private:
    template <class Unsigned>
    void put(Unsigned value) {
        for (int shift = static_cast<int>(sizeof value) * 8; shift > 0; shift -= 8)
            bytes_ += static_cast<char>(value >> static_cast<unsigned>(shift - 8) & 0xffU);
    }
    std::string bytes_;
};

} // namespace releve::sql
