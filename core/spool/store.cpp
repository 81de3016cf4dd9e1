// SPDX-License-Identifier: Apache-2.0
#include "store.hpp"

#include "checksum.hpp"
#include "records/series_table.hpp"
#include "salvage.hpp"
#include "wal.hpp"

#include <releve/string.hpp>

#include <fcntl.h>
#include <sqlite3.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <cstring>
#include <limits>
#include <utility>

namespace releve::core {

namespace {

/// Ids are reserved in the file in blocks, so that none is used twice after a crash.
constexpr std::uint64_t id_block = 1u << 20;
constexpr std::uint64_t kept_free_pages = 256, page_size = 4096;
/// Pages given back to the disk at once: some ten milliseconds, in which nothing is committed.
constexpr std::uint64_t shrink_step = 512;
/// Bytes that a start needs on the disk. Without this check the rest of an old WAL would decide whether, and for how
/// long, it can write.
constexpr off_t needed_space = 1 << 20;
/// In `agreeing` of a counter: a reading is held. And the time of one of which none was believed yet.
constexpr std::uint32_t counter_is_held = 1u << 31;
constexpr std::int64_t no_counter_time = std::numeric_limits<std::int64_t>::min();

std::span<const std::byte> bytes_of(const void* data, std::size_t size) {
    return {static_cast<const std::byte*>(data), size};
}

std::string_view as_text(std::span<const std::byte> blob) {
    return {reinterpret_cast<const char*>(blob.data()), blob.size()};
}

std::string cant_open(const std::filesystem::path& file, const std::string& why) {
    return file.string() + ": can't be opened: " + why + " (is its folder writable, is the disk full?)";
}

/// A new name for a damaged file.
std::string name_aside(const std::string& file) {
    const auto now =
        std::chrono::duration_cast<std::chrono::seconds>(std::chrono::system_clock::now().time_since_epoch());
    auto aside = file + ".damaged-" + std::to_string(now.count());
    while (std::filesystem::exists(aside)) aside += "-";
    return aside;
}

} // namespace

struct store::statements {
    explicit statements(database& db)
        : begin{db, "BEGIN IMMEDIATE"}
        , commit{db, "COMMIT"}
        , rollback{db, "ROLLBACK"}
        , series{db, "REPLACE INTO series VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)"}
        , unlabel{db, "DELETE FROM label WHERE series = ?"}
        , label{db, "INSERT INTO label VALUES (?, ?, ?)"}
        , counter{db, "REPLACE INTO counter VALUES (?, ?, ?, ?, ?, ?)"}
        , reserve{db, "UPDATE sink SET next_id = ? WHERE number = ?"}
        , add{db, "REPLACE INTO batch VALUES (?, ?, ?, ?, ?, ?, ?, ?)"}
        , remove{db, "DELETE FROM batch WHERE sink = ? AND id = ? RETURNING count, bytes"}
        , oldest{db, "SELECT id, spooled, count, bytes FROM batch WHERE sink = ? AND id > ? ORDER BY id LIMIT 1"}
        , first{db, "SELECT spooled FROM batch WHERE sink = ? ORDER BY id LIMIT 1"}
        , cursor{db, "REPLACE INTO cursor VALUES (?, ?)"}
        , state{db, "REPLACE INTO state VALUES (?, ?, ?)"}
        , forget{db, "DELETE FROM state WHERE node = ? AND key = ?"}
        , dead{db, "INSERT OR IGNORE INTO dead_letter (time, sink, batch, place, series, record_time, value, quality, "
                   "reason) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)"}
        , free_pages{db, "PRAGMA freelist_count"}
        , pages{db, "PRAGMA page_count"}
        , bound{db, "DELETE FROM dead_letter WHERE number <= (SELECT max(number) FROM dead_letter) - ? RETURNING 1"} {}
    statement begin, commit, rollback, series, unlabel, label, counter, reserve, add, remove, oldest, first, cursor,
        state, forget, dead, free_pages, pages, bound;
};

store::store(const std::filesystem::path& folder)
    : folder_{folder}
    , file_{folder / file_name} {
    std::error_code error;
    std::filesystem::create_directories(folder_, error);
    if (error)
        throw std::runtime_error(folder_.string() + ": the state directory can't be made: " + error.message() +
                                 " (key state of [site] names another)");
    lock();
    check_free_space();
    check_wal();
    try {
        open();
    } catch (const sqlite_error& e) {
        prepared_.reset();
        db_.reset();
        if (!e.damaged()) throw std::runtime_error(cant_open(file_, e.what()));
        replace_file(e.what());
    }
}

void store::check_free_space() const {
    const auto path = file_.string() + "-room";
    const int fd = ::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    if (fd < 0)
        throw std::runtime_error(
            cant_open(file_, "nothing can be written beside it: " + std::generic_category().message(errno)));
    const int error = ::posix_fallocate(fd, 0, needed_space);
    ::close(fd);
    ::unlink(path.c_str());
    if (error != 0)
        throw std::runtime_error(
            cant_open(file_, "there is less than " + std::to_string(needed_space >> 20) +
                                 " MiB left beside it: " + std::generic_category().message(error)));
}

void store::check_wal() {
    const auto wal = file_.string() + "-wal";
    const auto commits = commits_after_damage(wal);
    if (commits < 2) return;
    const auto aside = name_aside(wal);
    std::error_code error;
    std::filesystem::copy_file(wal, aside, error);
    notices_.push_back(wal + " is damaged: its last " + std::to_string(commits) +
                       " commits can't be read, and what was acknowledged in them is lost" +
                       (error ? std::string{} : "; a copy was put aside as " + aside));
}

std::map<std::string, std::uint64_t> store::replace_damaged_file(const std::string& why) {
    const std::lock_guard lock{mutex_};
    const auto before = waiting_;
    replace_file(why);
    std::map<std::string, std::uint64_t> lost;
    for (const auto& [sink, had] : before)
        if (const auto has = waiting_[sink].records; has < had.records)
            lost[sink] = static_cast<std::uint64_t>(had.records - has);
    return lost;
}

namespace {

std::uint64_t added_bytes(const epoch& what) {
    std::uint64_t bytes = 0;
    for (const auto& part : what.sinks)
        for (const auto& one : part.added)
            if (one.batch) bytes += one.batch->batch.count * sizeof(releve_record) + one.batch->batch.text_size;
    return bytes;
}

} // namespace

/// A page is written twice: into the WAL, and, unless the file has one to spare, at its end, which a checkpoint does
/// later. A quarter more is for indexes and what is left empty in pages.
void store::check_room(const epoch& what) {
    const auto bytes = added_bytes(what) * 5 / 4;
    struct statvfs disk {};
    if (bytes == 0 || ::statvfs(folder_.c_str(), &disk) != 0) return;
    const auto total = std::uint64_t{disk.f_blocks} * disk.f_frsize,
               left = std::uint64_t{disk.f_bavail} * disk.f_frsize;
    auto& free = prepared_->free_pages;
    const auto spare = free.step() ? static_cast<std::uint64_t>(free.integer(0)) * page_size : 0;
    free.reset();
    auto& pages = prepared_->pages;
    const auto size = pages.step() ? static_cast<std::uint64_t>(pages.integer(0)) * page_size : 0;
    pages.reset();
    struct stat file {};
    const auto has = ::stat(file_.c_str(), &file) == 0 ? static_cast<std::uint64_t>(file.st_size) : 0;
    const auto kept = std::clamp(total / 8, std::uint64_t{needed_space} * 5 / 4, kept_room);
    const auto needs = bytes + (bytes > spare ? bytes - spare : 0) + (size > has ? size - has : 0) + kept;
    is_tight_ = left < needs + 4 * kept_room;
    if (left < needs)
        throw sqlite_error(SQLITE_FULL, "the disk is full: what is left of it is kept for deleting what sinks have "
                                        "written");
}

bool store::is_in_place() {
    const auto same = [](const std::filesystem::path& file, place& known) {
        struct stat now {};
        if (::stat(file.c_str(), &now) != 0) return known.inode == 0;
        if (known.inode == 0) known = {now.st_dev, now.st_ino};
        return known.device == now.st_dev && known.inode == now.st_ino;
    };
    const bool main = same(file_, main_), wal = same(file_.string() + "-wal", wal_);
    return main && wal;
}

/// What is written into a file that nobody can open any more is lost with this process.
void store::check_place() {
    if (is_in_place()) return;
    struct stat now {};
    if (::stat(file_.c_str(), &now) == 0 && (now.st_ino != main_.inode || now.st_dev != main_.device))
        throw std::runtime_error(
            "another file was put in its place while releve was running: stop releve first if that "
            "one is to be used, or remove it to continue with what was here");
    put_in_place();
}

/// What the open file holds goes into a new one of its name: it is all still there.
void store::put_in_place() {
    std::filesystem::create_directories(folder_);
    const auto fresh = file_.string() + ".new";
    ::unlink(fresh.c_str());
    const int fd = ::open(fresh.c_str(), O_RDWR | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0640);
    if (fd < 0)
        throw std::runtime_error("it was removed, and can't be made again: " + std::generic_category().message(errno));
    try {
        statement copy{*db_, "VACUUM INTO ?"};
        copy.bind(fresh).run();
    } catch (const sqlite_error& e) {
        ::close(fd);
        ::unlink(fresh.c_str());
        throw std::runtime_error(std::string{"it was removed, and can't be made again: "} + e.what());
    }
    const bool synced = ::fsync(fd) == 0;
    ::close(fd);
    if (!synced) throw std::runtime_error("it was removed, and can't be made again: it can't be synced");
    struct stat locked {
    }, folder{};
    if (::fstat(lock_fd_, &locked) != 0 || ::stat(folder_.c_str(), &folder) != 0 || locked.st_ino != folder.st_ino ||
        locked.st_dev != folder.st_dev) { // it was removed as well
        if (lock_fd_ >= 0) ::close(lock_fd_);
        lock();
    }
    prepared_.reset();
    db_.reset();
    open_copy();
}

/// Also when an earlier call could not end.
void store::open_copy() {
    const auto fresh = file_.string() + ".new";
    if (std::filesystem::exists(fresh)) {
        for (const auto* beside : {"-wal", "-shm"}) ::unlink((file_.string() + beside).c_str());
        std::filesystem::rename(fresh, file_);
        ::fsync(lock_fd_);
    }
    open();
    replaced_ = true;
    notices_.push_back(file_.string() +
                       " was removed or renamed while it was in use: it was written anew with all that it "
                       "held");
}

void store::replace_file(const std::string& why) {
    prepared_.reset();
    db_.reset();
    if (aside_.empty()) {
        const auto aside = name_aside(file_.string());
        std::filesystem::rename(file_, aside);
        std::error_code none;
        std::filesystem::rename(file_.string() + "-wal", aside + "-wal", none); // its last commits
        std::filesystem::remove(file_.string() + "-shm", none);
        aside_ = aside;
        all_series_ = true;
        notices_.push_back(file_.string() + " is damaged (" + why + "): it was put aside as " + aside);
    }
    const auto sinks = sinks_;
    const auto ids = reserved_;
    open();
    auto& notice = notices_.back();
    try {
        salvage(aside_, *db_);
        for (const auto& [name, number] : sinks) { // the sinks of this run keep their numbers
            statement one{*db_, "INSERT INTO sink VALUES (?, ?, ?) ON CONFLICT DO UPDATE SET next_id = max(next_id, "
                                "excluded.next_id)"};
            const auto id = ids.find(name);
            one.bind(number).bind(name).bind(static_cast<std::int64_t>(id == ids.end() ? 1 : id->second)).run();
        }
        read_contents();
        std::int64_t records = 0;
        for (const auto& [sink, what] : waiting_) records += what.records;
        notice += ", and what could be read of it was taken over, with " + std::to_string(records) +
                  " records that wait for sinks; the rest is lost";
    } catch (const sqlite_error& e) {
        notice += std::string{", and nothing could be taken over ("} + e.what() +
                  "): what waited in it is not written; `sqlite3 " + aside_.string() + " .recover` may get it back";
    }
    aside_.clear();
}

store::~store() {
    prepared_.reset();
    db_.reset();
    if (lock_fd_ >= 0) ::close(lock_fd_);
}

/// Locks the folder itself: the lock ends with the process, however that ends, and leaves nothing to clean up.
void store::lock() {
    lock_fd_ = ::open(folder_.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (lock_fd_ >= 0 && ::flock(lock_fd_, LOCK_EX | LOCK_NB) == 0) return;
    const int code = errno;
    if (lock_fd_ >= 0) ::close(lock_fd_);
    lock_fd_ = -1;
    if (code == EWOULDBLOCK)
        throw std::runtime_error("another releve runs on the state directory " + folder_.string() +
                                 ": stop it first, or give this site its own 'state' in [site]");
    throw std::runtime_error(folder_.string() + ": can't be used as the state directory: " +
                             std::generic_category().message(code) + " (key state of [site] names another)");
}

void store::open() {
    db_ = std::make_unique<database>(file_, database::access::write);
    db_->run("PRAGMA auto_vacuum = INCREMENTAL"); // of a new file only
    db_->run("PRAGMA journal_mode = WAL");
    db_->run("PRAGMA synchronous = FULL");   // a commit is on the disk when it returns
    db_->run("PRAGMA secure_delete = FAST"); // else each page that is freed is written once more: on a full disk, too
    db_->run("PRAGMA journal_size_limit = 1048576");
    migrate(*db_, file_.string());
    prepared_ = std::make_unique<statements>(*db_);
    main_ = wal_ = {};
    read_contents();
    is_in_place(); // from now on it is to be this one
}

void store::read_contents() {
    statement all{*db_, "SELECT number, name, next_id FROM sink"};
    while (all.step()) {
        sinks_[std::string{all.text(1)}] = all.integer(0);
        reserved_[std::string{all.text(1)}] = static_cast<std::uint64_t>(all.integer(2));
    }
    waiting_ = count_backlogs();
}

database& store::open_file() const {
    if (!db_) throw std::runtime_error(file_.string() + " was damaged, and could not be replaced yet");
    return *db_;
}

void store::restore(series_table& into) {
    statement all{*db_, "SELECT number, kind, name, quantity, unit, help, resolution, modulus, max_rate FROM series "
                        "ORDER BY number"};
    statement labels{*db_, "SELECT key, value FROM label WHERE series = ?"};
    while (all.step()) {
        std::vector<std::pair<std::string, std::string>> owned;
        labels.bind(all.integer(0));
        while (labels.step()) owned.emplace_back(labels.text(0), labels.text(1));
        std::vector<releve_label> c;
        c.reserve(owned.size());
        for (const auto& [key, value] : owned) c.push_back({to_c(key), to_c(value)});
        releve_series series{};
        series.size = sizeof series;
        series.kind = static_cast<std::uint32_t>(all.integer(1));
        series.name = to_c(all.text(2));
        series.quantity = to_c(all.text(3));
        series.unit = to_c(all.text(4));
        series.help = to_c(all.text(5));
        series.labels = c.data();
        series.label_count = static_cast<std::uint32_t>(c.size());
        series.resolution = all.number(6);
        series.modulus = all.number(7);
        series.max_rate = all.number(8);
        into.restore(static_cast<std::uint32_t>(all.integer(0)), series);
    }
    into.take_described(unsaved_); // what came from the file is in it already
    unsaved_.clear();
    all_series_ = false;
}

std::unordered_map<std::uint32_t, counter_state> store::counters() const {
    std::unordered_map<std::uint32_t, counter_state> made;
    statement all{*db_, "SELECT series, value, time, candidate, candidate_time, agreeing FROM counter"};
    while (all.step()) {
        const auto run = static_cast<std::uint32_t>(all.integer(5));
        made[static_cast<std::uint32_t>(all.integer(0))] = {.value = all.number(1),
                                                            .time = all.integer(2),
                                                            .candidate = all.number(3),
                                                            .candidate_time = all.integer(4),
                                                            .agreeing = run & ~counter_is_held,
                                                            .known = all.integer(2) != no_counter_time,
                                                            .held = (run & counter_is_held) != 0};
    }
    return made;
}

std::map<std::string, std::string, std::less<>> store::state_of(std::string_view node) const {
    const std::lock_guard lock{mutex_};
    std::map<std::string, std::string, std::less<>> made;
    statement all{open_file(), "SELECT key, value FROM state WHERE node = ?"};
    all.bind(node);
    while (all.step()) made.emplace(all.text(0), as_text(all.blob(1)));
    return made;
}

std::string store::cursor_of(std::string_view node) const {
    const std::lock_guard lock{mutex_};
    statement one{open_file(), "SELECT cursor FROM cursor WHERE node = ?"};
    one.bind(node);
    return one.step() ? std::string{as_text(one.blob(0))} : std::string{};
}

std::uint64_t store::next_id_of(std::string_view sink) const {
    const std::lock_guard lock{mutex_};
    const auto at = reserved_.find(std::string{sink});
    return at == reserved_.end() ? 1 : at->second;
}

std::map<std::string, backlog> store::backlogs() const {
    const std::lock_guard lock{mutex_};
    return count_backlogs();
}

std::map<std::string, std::int64_t> store::dead_letters() const {
    const std::lock_guard lock{mutex_};
    std::map<std::string, std::int64_t> made;
    statement all{open_file(), "SELECT sink, count(*) FROM dead_letter GROUP BY sink"};
    while (all.step()) made[std::string{all.text(0)}] = all.integer(1);
    return made;
}

std::uint64_t store::last_letter_id() const {
    const std::lock_guard lock{mutex_};
    statement last{open_file(), "SELECT max(batch) FROM dead_letter"};
    const auto id = last.step() ? static_cast<std::uint64_t>(last.integer(0)) : 0;
    last.reset();
    return std::max(id, first_letter_id);
}

std::map<std::string, backlog> store::count_backlogs() const {
    std::map<std::string, backlog> made;
    statement all{open_file(),
                  "SELECT name, count(*), sum(count), sum(bytes), min(spooled) FROM batch JOIN sink ON number = sink "
                  "GROUP BY sink"};
    while (all.step())
        made[std::string{all.text(0)}] = {all.integer(1), all.integer(2), all.integer(3), all.integer(4)};
    return made;
}

std::int64_t store::sink_number(const std::string& sink) {
    const auto known = sinks_.find(sink);
    if (known != sinks_.end()) return known->second;
    statement add{
        *db_, "INSERT INTO sink (name, next_id) VALUES (?, 1) ON CONFLICT DO UPDATE SET name = name RETURNING number"};
    add.bind(sink);
    add.step();
    const auto number = add.integer(0);
    add.reset();
    return number;
}

void store::write_series(series_table& series) {
    series.take_described(unsaved_);
    if (std::exchange(all_series_, false)) {
        unsaved_.clear();
        for (std::uint32_t i = 1; i <= series.size(); ++i) unsaved_.push_back(i);
    }
    for (const auto number : unsaved_) {
        const auto& one = *series.find(number);
        prepared_->series.bind(std::int64_t{number})
            .bind(std::int64_t{one.kind})
            .bind(view(one.name))
            .bind(view(one.quantity))
            .bind(view(one.unit))
            .bind(view(one.help))
            .bind(one.resolution)
            .bind(one.modulus)
            .bind(one.max_rate)
            .run();
        prepared_->unlabel.bind(std::int64_t{number}).run();
        for (std::uint32_t i = 0; i < one.label_count; ++i)
            prepared_->label.bind(std::int64_t{number})
                .bind(view(one.labels[i].key))
                .bind(view(one.labels[i].value))
                .run();
    }
}

void store::add(const epoch::sink_part& part, std::int64_t sink, std::int64_t now, backlog& at) {
    for (const auto& [id, batch] : part.added) {
        if (!batch) continue;
        const auto& b = *batch;
        const auto records = b.count * sizeof(releve_record);
        const auto bytes = static_cast<std::int64_t>(records + b.text_size);
        prepared_->add.bind(sink)
            .bind(static_cast<std::int64_t>(id))
            .bind(now)
            .bind(std::int64_t{b.count})
            .bind(bytes)
            .bind(bytes_of(b.records, records))
            .bind(bytes_of(b.text, b.text_size))
            .bind(checksum_of_batch(static_cast<std::int64_t>(id), bytes_of(b.records, records),
                                    bytes_of(b.text, b.text_size)))
            .run();
        at.batches += 1;
        at.records += b.count;
        at.bytes += bytes;
    }
    for (const auto id : part.gone) {
        auto& remove = prepared_->remove.bind(sink).bind(static_cast<std::int64_t>(id));
        if (!remove.step()) continue;
        at.batches -= 1;
        at.records -= remove.integer(0);
        at.bytes -= remove.integer(1);
        remove.reset();
    }
}

store::dropped store::apply_limits(const epoch::sink_part& part, std::int64_t sink, std::int64_t now, backlog& at) {
    dropped made{0, part.in_hand, 0};
    while (part.limit_bytes != 0 || part.limit_age != 0) {
        auto& oldest = prepared_->oldest.bind(sink).bind(static_cast<std::int64_t>(part.in_hand));
        if (!oldest.step()) break;
        const auto id = oldest.integer(0), spooled = oldest.integer(1), count = oldest.integer(2),
                   bytes = oldest.integer(3);
        oldest.reset();
        const bool too_many = part.limit_bytes != 0 && at.bytes > part.limit_bytes;
        if (!too_many && !(part.limit_age != 0 && spooled < now - part.limit_age)) break;
        auto& remove = prepared_->remove.bind(sink).bind(id);
        remove.step();
        remove.reset();
        at.batches -= 1;
        at.records -= count;
        at.bytes -= bytes;
        made.records += static_cast<std::uint64_t>(count);
        made.last = static_cast<std::uint64_t>(id);
    }
    return made;
}

std::map<std::string, store::dropped> store::commit(const epoch& what, series_table& series) {
    std::map<std::string, dropped> dropped_of;
    std::int64_t dropped_letters = 0;
    const std::lock_guard lock{mutex_};
    if (!aside_.empty())
        replace_file({});
    else if (!db_)
        open_copy();
    check_place();
    check_room(what);
    auto waiting = waiting_;
    auto reserved = reserved_;
    auto sinks = sinks_;
    prepared_->begin.run();
    try {
        write_series(series);
        for (const auto& part : what.sinks) {
            const auto number = sinks[part.sink] = sink_number(part.sink);
            auto& at = waiting[part.sink];
            add(part, number, what.time, at);
            if (const auto its = apply_limits(part, number, what.time, at); its.records != 0)
                dropped_of[part.sink] = its;
            auto& first = prepared_->first.bind(number);
            at.oldest = first.step() ? first.integer(0) : 0;
            if (at.oldest != 0) first.reset();
            if (part.next_id + id_block / 2 < reserved[part.sink]) continue;
            reserved[part.sink] = part.next_id + id_block;
            prepared_->reserve.bind(static_cast<std::int64_t>(reserved[part.sink])).bind(number).run();
        }
        for (const auto& one : what.nodes) {
            if (one.cursor)
                prepared_->cursor.bind(one.node).bind(bytes_of(one.cursor->data(), one.cursor->size())).run();
            for (const auto& [key, value] : one.state)
                if (value)
                    prepared_->state.bind(one.node).bind(key).bind(bytes_of(value->data(), value->size())).run();
                else
                    prepared_->forget.bind(one.node).bind(key).run();
        }
        for (const auto& [number, c] : what.counters)
            prepared_->counter.bind(std::int64_t{number})
                .bind(c.value)
                .bind(c.known ? c.time : no_counter_time)
                .bind(c.candidate)
                .bind(c.candidate_time)
                .bind(std::int64_t{c.agreeing | (c.held ? counter_is_held : 0)})
                .run();
        for (const auto& one : what.dead) {
            auto& dead = prepared_->dead.bind(one.time)
                             .bind(one.sink)
                             .bind(static_cast<std::int64_t>(one.batch))
                             .bind(std::int64_t{one.index})
                             .bind(std::int64_t{one.record.series})
                             .bind(one.record.time);
            if (one.record.type == RELEVE_VALUE_TEXT)
                dead.bind(one.text);
            else if (one.record.quality == RELEVE_QUALITY_ABSENT)
                dead.bind_null();
            else
                dead.bind(one.record.value.number);
            dead.bind(std::int64_t{one.record.quality}).bind(one.reason).run();
        }
        if (!what.dead.empty()) {
            prepared_->bound.bind(max_dead_letters);
            while (prepared_->bound.step()) ++dropped_letters;
            prepared_->bound.reset();
        }
        prepared_->commit.run();
    } catch (...) {
        try {
            prepared_->rollback.run();
        } catch (const sqlite_error&) { // SQLite had rolled back by itself
        }
        throw;
    }
    if (!is_in_place()) throw std::runtime_error("it was removed or exchanged while it was written");
    unsaved_.clear();
    waiting_ = std::move(waiting);
    reserved_ = std::move(reserved);
    sinks_ = std::move(sinks);
    dropped_letters_ += dropped_letters;
    if (is_tight_) shrink_file();
    return dropped_of;
}

bool store::shrink() {
    const std::lock_guard lock{mutex_};
    return db_ != nullptr && aside_.empty() && is_in_place() && shrink_file();
}

/// Once more of the file is free than is used by what waits; on a disk that is nearly full, at once. A failure is
/// ignored: what was committed is on disk. A page that is moved is written into the WAL: there is little room for it
/// then.
bool store::shrink_file() {
    std::uint64_t used = 0;
    for (const auto& [sink, what] : waiting_) used += static_cast<std::uint64_t>(std::max<std::int64_t>(what.bytes, 0));
    const auto kept = kept_free_pages + (is_tight_ ? 0 : used / page_size);
    const auto step = is_tight_ ? shrink_step / 8 : shrink_step;
    try {
        auto& free = prepared_->free_pages;
        const auto has = free.step() ? static_cast<std::uint64_t>(free.integer(0)) : 0;
        free.reset();
        if (has <= kept) return false;
        db_->run(("PRAGMA incremental_vacuum(" + std::to_string(std::min(step, has - kept)) + ")").c_str());
        if (is_tight_) db_->run("PRAGMA wal_checkpoint(PASSIVE)"); // only then the disk gets it
        return has - kept > step;
    } catch (const sqlite_error&) {
        return false;
    }
}

} // namespace releve::core
