// SPDX-License-Identifier: Apache-2.0
// The file that holds what must outlive the process: spooled batches, cursors, states, counters, dead letters.
// <state>/state.db: SQLite, WAL, one transaction per epoch. It can be read with sqlite3 at any time.
#pragma once
#include "epoch.hpp"
#include "sqlite.hpp"

#include <sys/types.h>

#include <filesystem>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <unordered_map>
#include <utility>
#include <vector>

namespace releve::core {

class series_table;
struct letter_choice;

/// What waits for one sink.
struct backlog {
    std::int64_t batches = 0, records = 0, bytes = 0;
    std::int64_t oldest = 0; // UTC ns, when it was spooled; 0: nothing waits
};

/// One thread commits; any thread may read.
class store {
public:
    static constexpr const char* file_name = "state.db";
    /// Dead letters that are kept, of all sinks together; then the oldest are deleted.
    static constexpr std::int64_t max_dead_letters = 100'000;

    /// Opens or makes the file. Throws std::runtime_error with a sentence for people: the folder can't be made or
    /// written, another releve runs on it, or the file is of a newer version. A damaged file is put aside (`notices`).
    explicit store(const std::filesystem::path& folder);
    ~store();
    store(const store&) = delete;
    store& operator=(const store&) = delete;

    /// What happened when the file was opened, for the log.
    const std::vector<std::string>& notices() const { return notices_; }
    const std::filesystem::path& file() const { return file_; }

    /// Gives the series of earlier runs their numbers back; to be called before any is declared.
    void restore(series_table& into);
    std::unordered_map<std::uint32_t, counter_state> counters() const;
    std::map<std::string, std::string, std::less<>> state_of(std::string_view node) const;
    std::string cursor_of(std::string_view node) const;
    /// Greater than the id of any batch that the sink ever had.
    std::uint64_t next_id_of(std::string_view sink) const;
    /// By sink, also of sinks that are no longer in the pipeline. Like the three above it throws std::runtime_error
    /// while a damaged file has not been replaced yet.
    std::map<std::string, backlog> backlogs() const;
    /// Dead letters of sinks without a spool, whose batches get other ids in each run, have ids above this one.
    static constexpr std::uint64_t first_letter_id = std::uint64_t{1} << 62;
    /// At least the greatest of those ids that is in use.
    std::uint64_t last_letter_id() const;
    /// By sink: records that it refused and nobody replayed or dropped. Throws as backlogs().
    std::map<std::string, std::int64_t> dead_letters() const;

    /// [committer] Puts the damaged file aside and takes over what can be read of it into a new one; the last notice
    /// says so. Returns by sink the records that waited and are lost. Throws when there can't be a new one; the next
    /// commit tries again.
    std::map<std::string, std::uint64_t> replace_damaged_file(const std::string& why);
    /// What a commit drops because of a sink's limits: the oldest up to `last`, after those in its hands.
    struct dropped {
        std::uint64_t records = 0, in_hand = 0, last = 0;
    };
    /// Writes all of it or nothing, by sink what it dropped. Throws a std::exception; then it can be called again with
    /// the same epoch. It also throws when another file is where this one was; one that was removed is made again.
    /// Before it would use the last of the disk (`kept_room`) it throws, unless it adds nothing: so there always is
    /// room to delete what was written.
    std::map<std::string, dropped> commit(const epoch& what, series_table& series);
    /// Of a small disk it is an eighth, and at least what a start needs.
    static constexpr std::uint64_t kept_room = 2u << 20;
    /// [committer] The file is another one since the last call.
    bool take_replaced() { return std::exchange(replaced_, false); }
    /// [committer] Gives some of the file's unused pages back to the disk. False: there is nothing more to give.
    bool shrink();
    /// [committer] Dead letters that the commits since the last call deleted, because there were too many.
    std::int64_t take_dropped_letters() { return std::exchange(dropped_letters_, 0); }
    /// Puts refused records back into the spools of their sinks, behind what waits, and deletes them from the dead
    /// letters; returns how many. To be called before any spool is made. Throws as each_dead_letter; then nothing has
    /// changed.
    std::int64_t replay_dead_letters(const letter_choice& which, std::int64_t now);
    /// [committer] As of the last commit.
    backlog of(const std::string& sink) {
        const std::lock_guard lock{mutex_};
        return waiting_[sink];
    }

private:
    struct statements;
    void open();
    void replace_file(const std::string& why);
    void read_contents();
    /// Under mutex_, or before the store is shared.
    std::map<std::string, backlog> count_backlogs() const;
    database& open_file() const;
    void check_free_space() const;
    void check_room(const epoch& what);
    void check_place();
    bool is_in_place();
    void put_in_place();
    void open_copy();
    void check_wal();
    void lock();
    std::int64_t sink_number(const std::string& sink);
    void write_series(series_table& series);
    void add(const epoch::sink_part& part, std::int64_t sink, std::int64_t now, backlog& at);
    dropped apply_limits(const epoch::sink_part& part, std::int64_t sink, std::int64_t now, backlog& at);
    bool shrink_file();

    mutable std::mutex mutex_; // for all that commit() changes
    std::filesystem::path folder_, file_;
    int lock_fd_ = -1;
    std::vector<std::string> notices_;
    std::filesystem::path aside_; // a damaged file, until its contents are taken over
    bool all_series_ = false;     // the next commit writes them all
    bool replaced_ = false;       // since take_replaced()
    bool is_tight_ = false;       // the disk is nearly full
    struct place {
        dev_t device = 0;
        ino_t inode = 0; // 0: unknown
    } main_, wal_;       // of the files in use
    std::unique_ptr<database> db_;
    std::unique_ptr<statements> prepared_;
    std::map<std::string, std::int64_t> sinks_;
    std::map<std::string, backlog> waiting_;
    std::map<std::string, std::uint64_t> reserved_; // ids up to here are never used again
    std::vector<std::uint32_t> unsaved_;            // series numbers
    std::int64_t dropped_letters_ = 0;
};

/// Makes the tables, or upgrades an older file. Throws std::runtime_error when the file is newer.
void migrate(database& db, const std::string& file);

} // namespace releve::core
