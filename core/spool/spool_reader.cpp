// SPDX-License-Identifier: Apache-2.0
#include "spool_reader.hpp"

#include "checksum.hpp"
#include "records/series_table.hpp"

#include <sqlite3.h>

#include <algorithm>
#include <cstring>

namespace releve::core {

void spool_reader::open() {
    if (db_) return;
    db_ = std::make_unique<database>(file_, database::access::read);
    order_ = std::make_unique<statement>(*db_, "SELECT id, bytes, count FROM batch WHERE sink = (SELECT number FROM "
                                               "sink WHERE name = ?) AND id > ? AND id <= ? "
                                               "ORDER BY id");
    batch_ = std::make_unique<statement>(
        *db_,
        "SELECT records, text, checksum FROM batch WHERE sink = (SELECT number FROM sink WHERE name = ?) AND id = ?");
}

batch_ref batch_of_bytes(std::span<const std::byte> records, std::span<const std::byte> text, batch_pool& pool,
                         const series_table& series) {
    if (records.empty() || records.size() % sizeof(releve_record) != 0 ||
        records.size() > 65'536 * sizeof(releve_record) || text.size() > (16u << 20))
        return {};
    const auto count = static_cast<std::uint32_t>(records.size() / sizeof(releve_record));
    const auto size = static_cast<std::uint32_t>(text.size());
    batch_ref made{pool.take(count, size)};
    made->batch.count = count;
    made->batch.text_size = size;
    std::memcpy(made->records(), records.data(), records.size());
    if (size != 0) std::memcpy(made->text(), text.data(), size);
    for (std::uint32_t i = 0; i < count; ++i) {
        const auto& r = made->records()[i];
        const bool is_text = r.type == RELEVE_VALUE_TEXT;
        if (r.series == 0 || series.find(r.series) == nullptr || r.quality > RELEVE_QUALITY_ABSENT ||
            (!is_text && r.type != RELEVE_VALUE_NUMBER) ||
            (is_text && (r.value.text.offset > size || r.value.text.size > size - r.value.text.offset)))
            return {};
    }
    return made;
}

batch_ref spool_reader::read_one(std::int64_t id) {
    batch_->bind(sink_).bind(id);
    if (!batch_->step())
        throw sqlite_error(SQLITE_CORRUPT, "a batch that the order of the waiting batches names is not there");
    const auto records = batch_->blob(0), text = batch_->blob(1);
    batch_ref made;
    if (batch_->is_null(2) || batch_->integer(2) == checksum_of_batch(id, records, text))
        made = batch_of_bytes(records, text, pool_, series_);
    batch_->reset();
    return made;
}

void spool_reader::close() {
    order_.reset();
    batch_.reset();
    db_.reset();
}

namespace {

/// What is read in it is of one moment: a batch that is deleted meanwhile is not taken for a damaged one.
class snapshot {
public:
    explicit snapshot(database& of)
        : of_{of} {
        of_.run("BEGIN");
    }
    snapshot(const snapshot&) = delete;
    snapshot& operator=(const snapshot&) = delete;
    ~snapshot() {
        try {
            of_.run("ROLLBACK");
        } catch (const sqlite_error&) { // NOLINT(bugprone-empty-catch): SQLite has rolled back by itself
        }
    }

private:
    database& of_;
};

struct listed {
    std::int64_t id = 0, records = 0;
};

} // namespace

spool_reader::piece spool_reader::read(std::uint64_t after, std::uint64_t to, std::size_t max_bytes) {
    open();
    piece made;
    std::vector<listed> ids;
    std::size_t bytes = 0;
    const snapshot now{*db_};
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
        ids.push_back({id, std::clamp<std::int64_t>(order_->integer(2), 0, 65'536)});
    }
    for (const auto& [id, records] : ids) {
        auto batch = read_one(id);
        if (batch)
            made.batches.push_back({static_cast<std::uint64_t>(id), std::move(batch)});
        else
            made.unreadable.push_back({static_cast<std::uint64_t>(id), static_cast<std::uint64_t>(records)});
    }
    return made;
}

} // namespace releve::core
