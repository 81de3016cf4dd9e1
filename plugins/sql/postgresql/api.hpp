// SPDX-License-Identifier: Apache-2.0
// PostgreSQL's own functions, found at run time, and the native handle of a session.
#pragma once
#include "store/client_library.hpp"

#include <soci/postgresql/soci-postgresql.h>
#include <soci/soci.h>

#include <libpq-events.h>

namespace releve::sql {

struct postgresql_api {
    client_library library{"postgresql"};
    decltype(::PQclear)* PQclear = library.function<decltype(::PQclear)>("PQclear");
    decltype(::PQerrorMessage)* PQerrorMessage = library.function<decltype(::PQerrorMessage)>("PQerrorMessage");
    decltype(::PQexecParams)* PQexecParams = library.function<decltype(::PQexecParams)>("PQexecParams");
    decltype(::PQprepare)* PQprepare = library.function<decltype(::PQprepare)>("PQprepare");
    decltype(::PQregisterEventProc)* PQregisterEventProc =
        library.function<decltype(::PQregisterEventProc)>("PQregisterEventProc");
    decltype(::PQresultErrorField)* PQresultErrorField =
        library.function<decltype(::PQresultErrorField)>("PQresultErrorField");
    decltype(::PQresultStatus)* PQresultStatus = library.function<decltype(::PQresultStatus)>("PQresultStatus");
    decltype(::PQsetNoticeProcessor)* PQsetNoticeProcessor =
        library.function<decltype(::PQsetNoticeProcessor)>("PQsetNoticeProcessor");
    decltype(::PQsocket)* PQsocket = library.function<decltype(::PQsocket)>("PQsocket");
    decltype(::PQstatus)* PQstatus = library.function<decltype(::PQstatus)>("PQstatus");
};

/// A static_cast, because SOCI does not export the type's typeinfo.
inline PGconn* postgresql_handle(soci::session& of) {
    return static_cast<soci::postgresql_session_backend*>(of.get_backend())->conn_;
}

} // namespace releve::sql
