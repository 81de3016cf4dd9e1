// SPDX-License-Identifier: Apache-2.0
// Memory of batches, written and received.
#pragma once
#include <releve/abi.h>

#include <cstdint>
#include <memory>
#include <vector>

namespace releve::testing {

/// Room for a batch, behind a releve_writer. Each block is exactly as large as was asked for, so that AddressSanitizer
/// sees a write beyond it.
struct room {
    std::unique_ptr<releve_record[]> records;
    std::unique_ptr<char[]> text;
    std::uint32_t record_capacity = 0, text_capacity = 0;
};

/// A batch that a node receives. Kept while the call or a `retain` needs it.
struct received_batch {
    std::vector<releve_record> records;
    std::vector<char> text;
    releve_batch c{};
    std::uint32_t retained = 0; // by the node

    void seal() {
        c.size = sizeof c;
        c.count = static_cast<std::uint32_t>(records.size());
        c.records = records.data();
        c.text = text.data();
        c.text_size = static_cast<std::uint32_t>(text.size());
    }
};

} // namespace releve::testing
