// SPDX-License-Identifier: Apache-2.0
#include "mysql/dialect.hpp"

#include "mysql/api.hpp"
#include "mysql/schema.hpp"
#include "mysql/writer.hpp"

#include <releve/failure.hpp>

namespace releve::sql {

mysql_dialect::mysql_dialect(server_settings settings)
    : settings_{std::move(settings)} {}

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

std::unique_ptr<soci::session> mysql_dialect::open() {
    const auto& at = settings_.at;
    std::string words = connection_word("dbname", at.database);
    words += connection_word("user", at.user);
    words += connection_word("password", settings_.password);
    words += connection_word("host", at.host);
    if (at.port != 0) words += connection_word("port", std::to_string(at.port));
    words += connection_word("unix_socket", at.socket);
    for (const auto* timeout : {"connect_timeout", "read_timeout", "write_timeout"})
        words += connection_word(timeout, seconds(settings_.timeout));
    words += connection_word("charset", "utf8mb4");
    std::unique_ptr<soci::session> session;
    try {
        session = std::make_unique<soci::session>("mysql", words);
    } catch (const soci::soci_error& e) {
        const auto error = in_one_line(e.what());
        if (error.find("shared library") != error.npos)
            throw permanent_error("SOCI's MariaDB backend is not installed (Debian: libsoci-mysql4.0): " + error);
        throw transient_error(where() + " can't be reached: " + error);
    }
    if (!api_) api_ = std::make_unique<const mysql_api>();
    const unsigned no = 0; // a server may not ask for this machine's files
    api_->mysql_options(mysql_handle(*session), MYSQL_OPT_LOCAL_INFILE, &no);
    try {
        // A value that does not fit is an error; a connection that is idle for a day is not.
        *session << "SET SESSION sql_mode = 'STRICT_ALL_TABLES,NO_ENGINE_SUBSTITUTION', wait_timeout = 31536000, "
                    "innodb_lock_wait_timeout = " +
                        seconds(settings_.lock_wait) + ", lock_wait_timeout = " + seconds(settings_.lock_wait);
    } catch (const soci::soci_error& e) {
        explain(*session, e);
    }
    return session;
}

bool mysql_dialect::has_table(soci::session& in, const std::string& name) const {
    int count = 0;
    in << "SELECT COUNT(*) FROM information_schema.tables WHERE table_schema = DATABASE() AND table_name = :name",
        soci::use(name), soci::into(count);
    return count != 0;
}

std::unique_ptr<bulk_writer> mysql_dialect::writer(soci::session& in) {
    return std::make_unique<mysql_writer>(in, *api_);
}

void mysql_dialect::explain(soci::session& in, const soci::soci_error& error) const {
    const auto why = in_one_line(error.what());
    const auto* of_writer = dynamic_cast<const mysql_failure*>(&error);
    switch (of_writer != nullptr ? of_writer->error : api_->mysql_errno(mysql_handle(in))) {
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
