// SPDX-License-Identifier: Apache-2.0
// PostgreSQL's own functions, found at run time, and the native handle of a session.
#pragma once
#include "client_library.hpp"

#include <soci/postgresql/soci-postgresql.h>
#include <soci/soci.h>

#include <libpq-events.h>

namespace releve::sql {

struct postgresql_api {
    client_library library{"postgresql"};
#define RELEVE_SQL_FUNCTION(name) decltype(::name)* name = library.function<decltype(::name)>(#name)
    RELEVE_SQL_FUNCTION(PQclear);
    RELEVE_SQL_FUNCTION(PQerrorMessage);
    RELEVE_SQL_FUNCTION(PQexecPrepared);
    RELEVE_SQL_FUNCTION(PQprepare);
    RELEVE_SQL_FUNCTION(PQregisterEventProc);
    RELEVE_SQL_FUNCTION(PQresultErrorField);
    RELEVE_SQL_FUNCTION(PQresultStatus);
    RELEVE_SQL_FUNCTION(PQsetNoticeProcessor);
    RELEVE_SQL_FUNCTION(PQsocket);
    RELEVE_SQL_FUNCTION(PQstatus);
#undef RELEVE_SQL_FUNCTION
};

/// A static_cast, because SOCI does not export the type's typeinfo.
inline PGconn* postgresql_handle(soci::session& of) {
    return static_cast<soci::postgresql_session_backend*>(of.get_backend())->conn_;
}

} // namespace releve::sql
