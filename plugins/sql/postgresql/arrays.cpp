// SPDX-License-Identifier: Apache-2.0
#include "postgresql/arrays.hpp"

#include <bit>

namespace releve::sql {

void postgresql_array::begin(element type, std::size_t count) {
    bytes_.clear();
    put(std::uint32_t{1});
    put(std::uint32_t{1});
    put(static_cast<std::uint32_t>(type));
    put(static_cast<std::uint32_t>(count));
    put(std::uint32_t{1});
}

void postgresql_array::add_int2(std::int16_t value) {
    put(std::uint32_t{sizeof value});
    put(static_cast<std::uint16_t>(value));
}

void postgresql_array::add_int8(std::int64_t value) {
    put(std::uint32_t{sizeof value});
    put(static_cast<std::uint64_t>(value));
}

void postgresql_array::add_float8(double value) {
    put(std::uint32_t{sizeof value});
    put(std::bit_cast<std::uint64_t>(value));
}

void postgresql_array::add_text(std::string_view value) {
    put(static_cast<std::uint32_t>(value.size()));
    bytes_ += value;
}

} // namespace releve::sql
