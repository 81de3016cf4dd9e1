// SPDX-License-Identifier: Apache-2.0
#include "postgresql/dialect.hpp"

#include "postgresql/api.hpp"
#include "postgresql/schema.hpp"
#include "postgresql/writer.hpp"

#include <releve/failure.hpp>

#include <algorithm>
#include <chrono>

namespace releve::sql {
namespace {

std::string milliseconds(duration of) {
    return std::to_string(std::max<std::int64_t>(1, std::chrono::ceil<std::chrono::milliseconds>(of).count()));
}

} // namespace

/// Called by libpq with each answer of the server.
int postgresql_dialect::on_event(PGEventId event, void* of, void* self) {
    if (event != PGEVT_RESULTCREATE) return 1;
    auto& me = *static_cast<postgresql_dialect*>(self);
    me.guard_.proceeds();
    me.last_ = {};
    const auto* result = static_cast<const PGEventResultCreate*>(of)->result;
    if (me.api_->PQresultStatus(result) != PGRES_FATAL_ERROR) return 1;
    const auto field = [&](int which) -> std::string {
        const char* found = me.api_->PQresultErrorField(result, which);
        return found == nullptr ? "" : found;
    };
    me.last_ = {field(PG_DIAG_SQLSTATE), in_one_line(field(PG_DIAG_MESSAGE_PRIMARY))};
    return 1;
}

postgresql_dialect::postgresql_dialect(server_settings settings)
    : settings_{std::move(settings)}
    , guard_{settings_.timeout, settings_.stopping} {}

postgresql_dialect::~postgresql_dialect() = default;

std::span<const migration> postgresql_dialect::migrations() const { return postgresql_migrations(); }

void postgresql_dialect::probe() {
    const auto session = open();
    try {
        refuse_newer(*this, schema_version(*this, *session));
    } catch (const soci::soci_error& e) {
        explain(*session, e);
    }
}

std::string postgresql_dialect::words() const {
    const auto& at = settings_.at;
    std::string words = connection_word("dbname", at.database);
    words += connection_word("user", at.user);
    words += connection_word("password", settings_.password);
    words += connection_word("host", at.host.empty() ? at.socket : at.host);
    if (at.port != 0) words += connection_word("port", std::to_string(at.port));
    words += connection_word("connect_timeout", seconds(settings_.patience()));
    words += connection_word("tcp_user_timeout", milliseconds(settings_.patience()));
    words += connection_word("gssencmode", "disable"); // it would come before TLS, without its check
    if (settings_.tls) {
        words += connection_word("sslmode", "verify-full");
        words += connection_word("sslrootcert", settings_.ca);
        words += connection_word("ssl_min_protocol_version", "TLSv1.2");
    } else {
        words += connection_word("sslmode", is_this_machine(at) ? "prefer" : "disable");
    }
    // Nothing else is set at the login: pgbouncer refuses `options`.
    words += connection_word("client_encoding", "UTF8");
    return words += connection_word("application_name", "releve");
}

std::unique_ptr<soci::session> postgresql_dialect::open() {
    constexpr int usual_port = 5432;
    if (!settings_.at.host.empty()) guard_.expect(settings_.at.port != 0 ? settings_.at.port : usual_port);
    std::unique_ptr<soci::session> session;
    try {
        session = std::make_unique<soci::session>("postgresql", words());
    } catch (const soci::soci_error& e) {
        throw_if_ended(guard_, where());
        const auto error = in_one_line(e.get_error_message());
        if (error.find("shared library") != error.npos)
            throw permanent_error("SOCI's PostgreSQL backend is not installed (Debian: libsoci-postgresql4.0): " +
                                  error);
        if (error.find("does not support SSL") != error.npos)
            throw permanent_error(where() +
                                  " offers no TLS, and the password was not sent: set up TLS on the server, or "
                                  "write tls = \"off\" to send everything in clear");
        if (error.find("certificate") != error.npos)
            throw permanent_error(where() + ": its certificate is not trusted (option ca): " + error);
        throw transient_error(where() + " can't be reached: " + error);
    }
    if (!api_) api_ = std::make_unique<const postgresql_api>();
    auto* connection = postgresql_handle(*session);
    api_->PQsetNoticeProcessor(
        connection, [](void*, const char*) {}, nullptr); // libpq would write to the terminal
    guard_.watch(api_->PQsocket(connection));
    last_ = {};
    if (api_->PQregisterEventProc(connection, on_event, "releve", this) == 0) throw std::bad_alloc();
    try {
        std::string encoding, of_session;
        *session << "SELECT current_setting('server_encoding'), current_setting('client_encoding')",
            soci::into(encoding), soci::into(of_session);
        if (encoding != "UTF8")
            throw permanent_error(
                where() + " has the encoding " + in_one_line(encoding) +
                ", which can't hold every text: name a database that was created with ENCODING 'UTF8'");
        if (of_session != "UTF8")
            throw permanent_error(where() + " uses the encoding " + in_one_line(of_session) +
                                  " for this session, though UTF8 was asked for: texts would be damaged");
    } catch (const soci::soci_error& e) {
        explain(*session, e);
    }
    return session;
}

void postgresql_dialect::begin(soci::session& in) {
    // In the transaction: behind a pooler the next one may have another connection.
    in << "BEGIN; SET LOCAL lock_timeout = " + milliseconds(settings_.lock_wait);
}

void postgresql_dialect::change_id(soci::session& in, std::int64_t id) {
    in << "UPDATE series SET id = DEFAULT WHERE id = :id", soci::use(id); // the next of its sequence
}

bool postgresql_dialect::has_table(soci::session& in, const std::string& name) const {
    int count = 0;
    in << "SELECT COUNT(to_regclass(:name))", soci::use(name), soci::into(count);
    return count != 0;
}

std::unique_ptr<bulk_writer> postgresql_dialect::writer(soci::session& in) {
    return std::make_unique<postgresql_writer>(in, *api_);
}

std::optional<std::string> postgresql_dialect::content_refusal(soci::session&, const soci::soci_error&) const {
    if (!postgresql_error_is_due_to_row(last_.sqlstate)) return std::nullopt;
    return last_.message;
}

void postgresql_dialect::explain(soci::session& in, const soci::soci_error& error) const {
    throw_if_ended(guard_, where());
    // SOCI's own text shows the statement with its parameters.
    const auto why = !last_.message.empty() ? last_.message : in_one_line(error.get_error_message());
    if (why.find("statement pooling") != why.npos)
        throw permanent_error(where() + " is behind a pooler without transactions: set its pool_mode to transaction or "
                                        "session");
    if (api_->PQstatus(postgresql_handle(in)) != CONNECTION_OK)
        throw transient_error(where() + ": the connection is lost: " + why);
    const std::string_view state = last_.sqlstate;
    if (state == "25006")
        throw transient_error(where() +
                              " can't be written: it is read-only (a standby, or default_transaction_read_only)");
    if (state == "55P03" || state == "40P01") // lock_timeout; a deadlock
        throw transient_error(where() + " is locked by another program");
    if (state == "53100") throw transient_error(where() + ": the disk is full");
    if (state == "42501") throw transient_error(where() + ": this user does not have the rights: " + why);
    if (state.starts_with("42"))
        throw permanent_error(where() + " does not have releve's tables as they should be: " + why);
    throw transient_error(where() + ": " + why);
}

} // namespace releve::sql
