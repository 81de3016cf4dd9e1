// SPDX-License-Identifier: Apache-2.0
#include "spool_reader.hpp"

#include "checksum.hpp"
#include "records/series_table.hpp"

#include <sqlite3.h>

#include <cstring>

namespace releve::core {

void spool_reader::open() {
    if (db_) return;
    db_ = std::make_unique<database>(file_, database::access::read);
    order_ = std::make_unique<statement>(
        *db_,
        "SELECT id, bytes FROM batch WHERE sink = (SELECT number FROM sink WHERE name = ?) AND id > ? AND id <= ? "
        "ORDER BY id");
    batch_ = std::make_unique<statement>(
        *db_,
        "SELECT records, text, checksum FROM batch WHERE sink = (SELECT number FROM sink WHERE name = ?) AND id = ?");
}

/// The file is not trusted more than a wire: a batch that violates the contract is not returned.
batch_ref spool_reader::read_one(std::int64_t id) {
    batch_->bind(sink_).bind(id);
    if (!batch_->step()) return {};
    const auto records = batch_->blob(0), text = batch_->blob(1);
    batch_ref made;
    if (!records.empty() && (batch_->is_null(2) || batch_->integer(2) == checksum_of_batch(id, records, text)) &&
        records.size() % sizeof(releve_record) == 0 && records.size() <= 65'536 * sizeof(releve_record) &&
        text.size() <= (16u << 20)) {
        const auto count = static_cast<std::uint32_t>(records.size() / sizeof(releve_record));
        const auto size = static_cast<std::uint32_t>(text.size());
        made = batch_ref{pool_.take(count, size)};
        made->batch.count = count;
        made->batch.text_size = size;
        std::memcpy(made->records(), records.data(), records.size());
        if (size != 0) std::memcpy(made->text(), text.data(), size);
        for (std::uint32_t i = 0; made && i < count; ++i) {
            const auto& r = made->records()[i];
            const bool is_text = r.type == RELEVE_VALUE_TEXT;
            if (r.series == 0 || series_.find(r.series) == nullptr || r.quality > RELEVE_QUALITY_ABSENT ||
                (!is_text && r.type != RELEVE_VALUE_NUMBER) ||
                (is_text && (r.value.text.offset > size || r.value.text.size > size - r.value.text.offset)))
                made = {};
        }
    }
    batch_->reset();
    return made;
}

void spool_reader::close() {
    order_.reset();
    batch_.reset();
    db_.reset();
}

spool_reader::piece spool_reader::read(std::uint64_t after, std::uint64_t to, std::size_t max_bytes) {
    open();
    piece made;
    std::vector<std::int64_t> ids;
    std::size_t bytes = 0;
    order_->bind(sink_).bind(static_cast<std::int64_t>(after)).bind(static_cast<std::int64_t>(to));
    auto last = static_cast<std::int64_t>(after);
    while (order_->step()) {
        const auto id = order_->integer(0);
        if (id <= last || id > static_cast<std::int64_t>(to)) { // nobody knows what else the index hides
            order_->reset();
            throw sqlite_error(SQLITE_CORRUPT, "the order of the waiting batches is damaged");
        }
        last = id;
        bytes += static_cast<std::size_t>(order_->integer(1));
        if (!ids.empty() && bytes > max_bytes) {
            order_->reset();
            break;
        }
        ids.push_back(id);
    }
    for (const auto id : ids) {
        batch_ref batch;
        try {
            batch = read_one(id);
        } catch (const sqlite_error& e) {
            if (!e.damaged()) throw;
        }
        if (batch)
            made.batches.push_back({static_cast<std::uint64_t>(id), std::move(batch)});
        else
            made.unreadable.push_back(static_cast<std::uint64_t>(id));
    }
    return made;
}

} // namespace releve::core
