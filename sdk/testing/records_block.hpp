// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "host/world.hpp"

#include <releve/testing/records.hpp>

#include <vector>

namespace releve::testing {

struct records::block {
    std::vector<releve_record> records;
    std::vector<char> text;
};

} // namespace releve::testing
