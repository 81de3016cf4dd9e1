// SPDX-License-Identifier: Apache-2.0
#include "sqlite/dialect.hpp"

#include "sqlite/api.hpp"
#include "sqlite/schema.hpp"
#include "sqlite/writer.hpp"

#include <releve/output.hpp>

#include <releve/kit/io/descriptor.hpp>
#include <releve/kit/text/printable.hpp>

#include <fcntl.h>
#include <poll.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <filesystem>
#include <optional>

namespace releve::sql {
namespace {

using namespace releve::literals;

/// A log of this size is said to be large: it is 4 MB after each group, when nobody is in the way.
constexpr std::uintmax_t large_log = 64 << 20;
constexpr duration lock_poll = 10ms;
/// How long a node that is asked to stop still waits for a lock: the host's time to drain is short.
constexpr duration lock_wait_at_stop = 500ms;

/// The schema version in the file alone, without its log; nothing when that can't be read. An ordinary connection, even
/// one that only reads, would leave -wal and -shm files of this user behind, and the sink's user could not write them.
std::optional<int> version_in_file(const std::string& file) {
    std::string uri = "file:";
    for (const char c : file) uri += c == '%' ? "%25" : c == '?' ? "%3f" : c == '#' ? "%23" : std::string{c};
    uri += "?immutable=1";
    sqlite::sqlite3* db = nullptr;
    sqlite::sqlite3_stmt* query = nullptr;
    std::optional<int> version;
    int status = sqlite::sqlite3_open_v2(uri.c_str(), &db, SQLITE_OPEN_READONLY | SQLITE_OPEN_URI, nullptr);
    if (status == SQLITE_OK)
        status = sqlite::sqlite3_prepare_v2(db, "SELECT MAX(version) FROM schema_version", -1, &query, nullptr);
    if (status == SQLITE_OK && sqlite::sqlite3_step(query) == SQLITE_ROW)
        version = sqlite::sqlite3_column_int(query, 0);
    sqlite::sqlite3_finalize(query);
    sqlite::sqlite3_close(db);
    if (status == SQLITE_NOTADB)
        throw permanent_error("SQLite file " + file + " is not a SQLite database (or is encrypted): name another file");
    return version;
}

} // namespace

std::span<const migration> sqlite_dialect::migrations() const { return sqlite_migrations(); }

void sqlite_dialect::probe() {
    const auto folder = std::filesystem::path{settings_.file}.parent_path().string();
    if (::access(settings_.file.c_str(), F_OK) == 0) {
        if (const auto version = version_in_file(settings_.file)) refuse_newer(*this, *version);
        if (::access(settings_.file.c_str(), W_OK) != 0)
            throw transient_error(where() + " may not be written by this user");
    } else if (::access(folder.c_str(), W_OK | X_OK) != 0) {
        throw transient_error(where() +
                              " can't be created: the folder does not exist, or may not be written by this user");
    }
}

void sqlite_dialect::create() const {
    constexpr mode_t rights = 0640;
    // Not where a file is: closing it would release the locks of another sink of this process.
    const kit::descriptor made{::open(settings_.file.c_str(), O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, rights)};
    if (made) ::fchmod(made.get(), rights); // else SQLite says why it can't be opened
}

std::unique_ptr<soci::session> sqlite_dialect::connect() const {
    // SQLite would open it for reading, and leave a read-only log, also when the file is writable again.
    if (::access(settings_.file.c_str(), F_OK) == 0 && ::access(settings_.file.c_str(), W_OK) != 0)
        throw transient_error(where() + " can't be written: the file is read-only for this user");
    create();
    try {
        return std::make_unique<soci::session>("sqlite3", "dbname=\"" + settings_.file + "\"");
    } catch (const soci::soci_error& e) {
        const auto error = kit::printable(e.get_error_message());
        if (error.find("shared library") != error.npos)
            throw permanent_error("SOCI's SQLite backend is not installed (Debian: libsoci-sqlite3-4.0): " + error);
        throw transient_error(where() + " can't be opened: " + error);
    }
}

std::unique_ptr<soci::session> sqlite_dialect::open() {
    auto session = connect();
    auto* db = handle(*session);
    const auto again = [](void* self, int tries) {
        return static_cast<sqlite_dialect*>(self)->wait_for_lock(tries) ? 1 : 0;
    };
    sqlite::sqlite3_busy_handler(db, again, this);
    try {
        // One file that others can read while it is written; after a large group the log is cut back.
        *session << "PRAGMA journal_mode = WAL";
        *session << "PRAGMA journal_size_limit = 16777216";
        *session << "PRAGMA synchronous = " + settings_.synchronous;
        *session << "PRAGMA cache_size = -" + std::to_string(settings_.cache_bytes / 1024);
    } catch (const soci::soci_error& e) {
        explain(*session, e);
    }
    return session;
}

bool sqlite_dialect::has_table(soci::session& in, const std::string& name) const {
    int count = 0;
    in << "SELECT COUNT(*) FROM sqlite_schema WHERE type = 'table' AND name = :name", soci::use(name),
        soci::into(count);
    return count != 0;
}

void sqlite_dialect::begin(soci::session& in) {
    int moved = 0;
    if (sqlite::sqlite3_file_control(handle(in), "main", SQLITE_FCNTL_HAS_MOVED, &moved) == SQLITE_OK && moved != 0)
        throw transient_error(where() + " was moved or deleted while it was open: it is opened again");
    in << "BEGIN IMMEDIATE"; // SOCI's begin() would take the lock only at the first write, and then not wait for it
}

std::optional<std::uint64_t> sqlite_dialect::generation(soci::session& in) {
    long long version = 0;
    in << "PRAGMA data_version", soci::into(version);
    return static_cast<std::uint64_t>(version);
}

void sqlite_dialect::committed(soci::session& in) {
    std::error_code missing;
    const auto log = settings_.file + "-wal";
    auto bytes = std::filesystem::file_size(log, missing);
    if (missing || (bytes < large_log && !log_is_large_)) return;
    if (bytes >= large_log) { // of a large group, or does somebody read what it held before?
        int pages = 0, copied = 0;
        sqlite::sqlite3_wal_checkpoint_v2(handle(in), "main", SQLITE_CHECKPOINT_PASSIVE, &pages, &copied);
        if (pages == copied) return; // the next group begins at its start, and cuts it back
    }
    const auto megabytes = std::to_string(bytes >> 20) + " MiB";
    if (bytes >= large_log && !log_is_large_)
        host_.log(level::warning, "log_grows",
                  log + " has " + megabytes + " and grows: another program keeps a transaction open on " + where() +
                      "; end it, or the disk fills");
    else if (bytes < large_log)
        host_.log(level::info, "log_shrinks", log + " has " + megabytes + " again: nobody keeps a transaction open");
    log_is_large_ = bytes >= large_log;
}

std::unique_ptr<bulk_writer> sqlite_dialect::writer(soci::session& in) { return std::make_unique<sqlite_writer>(in); }

std::optional<std::string> sqlite_dialect::content_refusal(soci::session& in, const soci::soci_error& e) const {
    if (!sqlite_error_is_due_to_row(sqlite::sqlite3_extended_errcode(handle(in)))) return std::nullopt;
    return kit::printable(e.get_error_message());
}

void sqlite_dialect::explain(soci::session& in, const soci::soci_error& e) const {
    const auto error = kit::printable(e.get_error_message()); // without the statement and its parameters
    const int code = sqlite::sqlite3_extended_errcode(handle(in));
    switch (code & 0xff) {
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
        throw transient_error(where() + " is locked by another program");
    case SQLITE_FULL:
        throw transient_error(where() + ": the disk is full");
    case SQLITE_READONLY:
        throw transient_error(where() + " can't be written: the file or its folder is read-only");
    case SQLITE_CANTOPEN:
        throw transient_error(where() + " can't be opened: does the folder exist, and may this user write in it?");
    case SQLITE_NOTADB:
        throw permanent_error(where() + " is not a SQLite database (or is encrypted): name another file");
    case SQLITE_CORRUPT:
        throw permanent_error(where() + " is damaged (" + error +
                              "): restore a copy, or move it away, and a new one is created");
    case SQLITE_ERROR: // a table or a column that is not as releve's migrations made it
        throw permanent_error(where() + " does not have releve's tables as they should be: " + error);
    default:
        throw transient_error(where() + ": " + error);
    }
}

bool sqlite_dialect::wait_for_lock(int tries) {
    if (tries == 0) waiting_since_ = host_.steady();
    const auto waited = host_.steady() - waiting_since_;
    const bool stopping = host_.stopping();
    if (waited >= (stopping ? std::min(lock_wait_at_stop, settings_.busy_timeout) : settings_.busy_timeout))
        return false;
    if (stopping || host_.wait(lock_poll) == wake::stopped)
        ::poll(nullptr, 0, 10); // the host's wait returns at once then
    return true;
}

} // namespace releve::sql
