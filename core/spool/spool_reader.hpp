// SPDX-License-Identifier: Apache-2.0
// Reads what waits for one sink, piece by piece: a backlog of any size takes no more memory than one piece.
#pragma once
#include "epoch.hpp"
#include "sqlite.hpp"

#include <cstddef>
#include <filesystem>
#include <memory>
#include <span>
#include <string>
#include <vector>

namespace releve::core {

class series_table;

/// A batch as the file has it, which is not trusted more than a wire: nothing when it violates the contract.
batch_ref batch_of_bytes(std::span<const std::byte> records, std::span<const std::byte> text, batch_pool& pool,
                         const series_table& series);

/// For one thread; the store writes the same file meanwhile.
class spool_reader {
public:
    spool_reader(std::filesystem::path file, std::string sink, batch_pool& pool, const series_table& series)
        : file_{std::move(file)}
        , sink_{std::move(sink)}
        , pool_{pool}
        , series_{series} {}

    struct piece {
        std::vector<spooled_batch> batches;
        struct damaged {
            std::uint64_t id = 0, records = 0;
            bool operator==(const damaged&) const = default;
        };
        std::vector<damaged> unreadable; // batches that are lost
    };
    /// The file was replaced: the next read opens the new one.
    void close();
    /// The committed batches of ids from `after` + 1 to `to`, oldest first, up to `max_bytes` (at least one), all as of
    /// one moment. Throws sqlite_error; its damaged() also when table and index do not agree.
    piece read(std::uint64_t after, std::uint64_t to, std::size_t max_bytes);

private:
    void open();
    batch_ref read_one(std::int64_t id);

    std::filesystem::path file_;
    std::string sink_;
    batch_pool& pool_;
    const series_table& series_;
    std::unique_ptr<database> db_;
    std::unique_ptr<statement> order_, batch_;
};

} // namespace releve::core
