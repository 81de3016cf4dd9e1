// SPDX-License-Identifier: Apache-2.0
#include "mysql/dialect.hpp"

#include "mysql/api.hpp"
#include "mysql/errors.hpp"
#include "mysql/schema.hpp"
#include "mysql/writer.hpp"

#include <releve/failure.hpp>

#include <sys/socket.h>

#include <mutex>

namespace releve::sql {
namespace {

/// The description of a series, with each byte escaped, must fit into a packet.
constexpr long long least_packet = 16'384;

/// Methods of logging in that never send the password, however the server asks (mysql_clear_password and dialog send it
/// in clear, sha256_password to whoever has a key).
constexpr auto methods = "mysql_native_password,client_ed25519";

/// Of the connection that this thread uses.
thread_local server_guard* guard_of_thread = nullptr;
thread_local const mysql_api* api_of_thread = nullptr;

/// Called by the client library with each block that it has read (mode 0) or is to write (1).
void on_bytes(int mode, MYSQL* connection, const unsigned char*, std::size_t size) {
    if (guard_of_thread == nullptr) return;
    if (mode != 0)
        guard_of_thread->proceeds();
    else if (!guard_of_thread->received(size) && api_of_thread != nullptr)
        ::shutdown(static_cast<int>(api_of_thread->mysql_get_socket(connection)), SHUT_RDWR);
}

void count_bytes(const mysql_api& api) {
    // In the library, but in none of its public headers (ma_pvio.c).
    using register_callback = void(my_bool, void (*)(int, MYSQL*, const unsigned char*, std::size_t));
    static std::once_flag once; // for all connections
    std::call_once(once, [&api] {
        const my_bool yes = 1;
        api.library.function<register_callback>("ma_pvio_register_callback")(yes, on_bytes);
    });
}

} // namespace

mysql_dialect::mysql_dialect(server_settings settings)
    : settings_{std::move(settings)}
    , guard_{settings_.timeout, settings_.stopping} {}

mysql_dialect::~mysql_dialect() = default;

std::span<const migration> mysql_dialect::migrations() const { return mysql_migrations(); }

void mysql_dialect::probe() {
    const auto session = open();
    try {
        refuse_newer(*this, schema_version(*this, *session));
    } catch (const soci::soci_error& e) {
        explain(*session, e);
    }
}

void mysql_dialect::working(bool is) {
    guard_.working(is);
    guard_of_thread = is ? &guard_ : nullptr;
    api_of_thread = api_.get();
}

std::string mysql_dialect::words() const {
    const auto& at = settings_.at;
    // What SOCI has no words for goes in Connector/C's own connection string, which it takes in the place of a host.
    std::string host = "restricted-auth=";
    (host += methods) += ';';
    if (!at.host.empty()) ((host += "host=") += at.host) += ';';
    if (settings_.tls) ((host += "ssl-enforce=1;ssl-verify-server-cert=1;ssl-ca=") += settings_.ca) += ';';
    std::string words = connection_word("dbname", at.database);
    words += connection_word("user", at.user);
    words += connection_word("password", settings_.password);
    words += connection_word("host", host);
    if (at.port != 0) words += connection_word("port", std::to_string(at.port));
    words += connection_word("unix_socket", at.socket);
    for (const auto* timeout : {"connect_timeout", "read_timeout", "write_timeout"})
        words += connection_word(timeout, seconds(settings_.patience()));
    return words += connection_word("charset", "utf8mb4");
}

std::unique_ptr<soci::session> mysql_dialect::open() {
    std::unique_ptr<soci::session> session;
    try {
        session = std::make_unique<soci::session>("mysql", words());
    } catch (const soci::soci_error& e) {
        throw_if_ended(guard_, where());
        const auto error = in_one_line(e.get_error_message());
        if (error.find("shared library") != error.npos)
            throw permanent_error("SOCI's MariaDB backend is not installed (Debian: libsoci-mysql4.0): " + error);
        if (error.find("server does not support it") != error.npos)
            throw permanent_error(where() +
                                  " offers no TLS, and the password was not sent: set up TLS on the server, or "
                                  "write tls = \"off\" to send everything in clear");
        if (error.find("TLS/SSL error") != error.npos && error.find("certificate") != error.npos)
            throw permanent_error(where() + ": its certificate is not trusted (option ca): " + error);
        if (error.find("restricted_auth") != error.npos)
            throw permanent_error(where() +
                                  " asks for the password by a method that shows it, or is unknown here: let its "
                                  "user log in by mysql_native_password or ed25519 (" +
                                  error + ")");
        throw transient_error(where() + " can't be reached: " + error);
    }
    if (!api_) api_ = std::make_unique<const mysql_api>();
    api_of_thread = api_.get();
    count_bytes(*api_);
    guard_.watch(static_cast<int>(api_->mysql_get_socket(mysql_handle(*session))));
    const unsigned no = 0; // a server may not ask for this machine's files
    api_->mysql_options(mysql_handle(*session), MYSQL_OPT_LOCAL_INFILE, &no);
    try {
        set_up(*session);
    } catch (const soci::soci_error& e) {
        explain(*session, e);
    }
    return session;
}

void mysql_dialect::set_up(soci::session& in) {
    // The character set that was asked for at the login is not always taken (skip-character-set-client-handshake,
    // init_connect).
    in << "SET NAMES utf8mb4";
    // A value that does not fit is an error; a connection that is idle for a day is not; COMMIT only commits.
    in << "SET SESSION sql_mode = 'STRICT_ALL_TABLES,NO_ENGINE_SUBSTITUTION', wait_timeout = 31536000, "
          "completion_type = 'NO_CHAIN', autocommit = 1, innodb_lock_wait_timeout = " +
              seconds(settings_.lock_wait) + ", lock_wait_timeout = " + seconds(settings_.lock_wait);
    std::string sets;
    long long packet = 0;
    in << "SELECT CONCAT_WS(' ', @@character_set_client, @@character_set_connection, @@character_set_results), "
          "@@max_allowed_packet",
        soci::into(sets), soci::into(packet);
    if (sets != "utf8mb4 utf8mb4 utf8mb4")
        throw permanent_error(where() + " uses the character sets '" + in_one_line(sets) +
                              "' for this session, though utf8mb4 was asked for: texts would be damaged");
    if (packet < least_packet)
        throw permanent_error(where() + " has a max_allowed_packet of " + std::to_string(packet) +
                              " bytes, and at least " + std::to_string(least_packet) +
                              " are needed: set it to 1 MiB or more");
    max_packet_ = static_cast<std::size_t>(packet);
}

void mysql_dialect::change_id(soci::session& in, std::int64_t id) {
    long long next = 0;
    in << "SELECT GREATEST((SELECT MAX(series) FROM readings), (SELECT MAX(id) FROM series)) + 1", soci::into(next);
    in << "UPDATE series SET id = :next WHERE id = :id", soci::use(next), soci::use(id);
}

bool mysql_dialect::has_table(soci::session& in, const std::string& name) const {
    int count = 0;
    in << "SELECT COUNT(*) FROM information_schema.tables WHERE table_schema = DATABASE() AND table_name = :name",
        soci::use(name), soci::into(count);
    return count != 0;
}

std::unique_ptr<bulk_writer> mysql_dialect::writer(soci::session& in) {
    return std::make_unique<mysql_writer>(in, *api_, max_packet_);
}

unsigned mysql_dialect::number_of(soci::session& in, const soci::soci_error& error) const {
    const auto* of_writer = dynamic_cast<const mysql_failure*>(&error);
    return of_writer != nullptr ? of_writer->error : api_->mysql_errno(mysql_handle(in));
}

std::optional<std::string> mysql_dialect::content_refusal(soci::session& in, const soci::soci_error& error) const {
    const auto* of_writer = dynamic_cast<const mysql_failure*>(&error);
    const std::string sqlstate = of_writer != nullptr ? of_writer->sqlstate : api_->mysql_sqlstate(mysql_handle(in));
    if (!mysql_error_is_due_to_row(number_of(in, error), sqlstate)) return std::nullopt;
    return in_one_line(error.get_error_message());
}

void mysql_dialect::explain(soci::session& in, const soci::soci_error& error) const {
    throw_if_ended(guard_, where());
    const auto why = in_one_line(error.get_error_message());
    switch (number_of(in, error)) {
    case 1053: // the server ends
    case 1317: // query interrupted
    case 1927: // connection was killed
    case CR_SERVER_GONE_ERROR:
    case CR_SERVER_LOST:
        throw transient_error(where() + ": the connection is lost: " + why);
    case 1205:
    case 1213: // deadlock
        throw transient_error(where() + " is locked by another program");
    case 1021:
    case 1114:
        throw transient_error(where() + ": the disk is full");
    case 1290: // --read-only
    case 1792:
    case 1836:
        throw transient_error(where() + " can't be written: the server is read-only");
    case 1044:
    case 1142:
    case 1143:
    case 1227:
        throw transient_error(where() + ": this user does not have the rights: " + why);
    case 1054: // unknown column
    case 1136:
    case 1146: // no such table
    case 1364: // field without a default
        throw permanent_error(where() + " does not have releve's tables as they should be: " + why);
    default:
        throw transient_error(where() + ": " + why);
    }
}

} // namespace releve::sql
