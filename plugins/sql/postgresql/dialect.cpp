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

/// Called by libpq with each answer of the server.
int on_event(PGEventId event, void*, void* timeout) {
    if (event == PGEVT_RESULTCREATE) static_cast<answer_timeout*>(timeout)->answered();
    return 1;
}

} // namespace

postgresql_dialect::postgresql_dialect(server_settings settings)
    : settings_{std::move(settings)}
    , answers_{settings_.timeout} {}

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

std::unique_ptr<soci::session> postgresql_dialect::open() {
    const auto& at = settings_.at;
    std::string words = connection_word("dbname", at.database);
    words += connection_word("user", at.user);
    words += connection_word("password", settings_.password);
    words += connection_word("host", at.host.empty() ? at.socket : at.host);
    if (at.port != 0) words += connection_word("port", std::to_string(at.port));
    words += connection_word("connect_timeout", seconds(settings_.timeout));
    words += connection_word("tcp_user_timeout", milliseconds(settings_.timeout));
    words += connection_word("client_encoding", "UTF8");
    words += connection_word("application_name", "releve");
    words += connection_word("options", "-c lock_timeout=" + milliseconds(settings_.lock_wait));
    std::unique_ptr<soci::session> session;
    try {
        session = std::make_unique<soci::session>("postgresql", words);
    } catch (const soci::soci_error& e) {
        const auto error = in_one_line(e.what());
        if (error.find("shared library") != error.npos)
            throw permanent_error("SOCI's PostgreSQL backend is not installed (Debian: libsoci-postgresql4.0): " +
                                  error);
        throw transient_error(where() + " can't be reached: " + error);
    }
    if (!api_) api_ = std::make_unique<const postgresql_api>();
    auto* connection = postgresql_handle(*session);
    api_->PQsetNoticeProcessor(
        connection, [](void*, const char*) {}, nullptr); // libpq would write to the terminal
    answers_.watch(api_->PQsocket(connection));
    if (api_->PQregisterEventProc(connection, on_event, "releve", &answers_) == 0) throw std::bad_alloc();
    try {
        std::string encoding;
        *session << "SHOW server_encoding", soci::into(encoding);
        if (encoding != "UTF8")
            throw permanent_error(
                where() + " has the encoding " + encoding +
                ", which can't hold every text: name a database that was created with ENCODING 'UTF8'");
    } catch (const soci::soci_error& e) {
        explain(*session, e);
    }
    return session;
}

bool postgresql_dialect::has_table(soci::session& in, const std::string& name) const {
    int count = 0;
    in << "SELECT COUNT(to_regclass(:name))", soci::use(name), soci::into(count);
    return count != 0;
}

std::unique_ptr<bulk_writer> postgresql_dialect::writer(soci::session& in) {
    return std::make_unique<postgresql_writer>(in, *api_);
}

void postgresql_dialect::explain(soci::session& in, const soci::soci_error& error) const {
    const auto why = in_one_line(error.what());
    if (answers_.expired()) throw transient_error(where() + " does not answer: the connection was ended after timeout");
    if (api_->PQstatus(postgresql_handle(in)) != CONNECTION_OK)
        throw transient_error(where() + ": the connection is lost: " + why);
    switch (error.get_error_category()) {
    case soci::soci_error::no_privilege:
        throw transient_error(where() + ": this user does not have the rights: " + why);
    case soci::soci_error::invalid_statement:
        throw permanent_error(where() + " does not have releve's tables as they should be: " + why);
    default:
        throw transient_error(where() + ": " + why);
    }
}

} // namespace releve::sql
