// SPDX-License-Identifier: Apache-2.0
// MariaDB's own functions, found at run time, and the native handle of a session.
#pragma once
#include "client_library.hpp"

#include <soci/mysql/soci-mysql.h>
#include <soci/soci.h>

namespace releve::sql {

struct mysql_api {
    client_library library{"mysql"};
#define RELEVE_SQL_FUNCTION(name) decltype(::name)* name = library.function<decltype(::name)>(#name)
    RELEVE_SQL_FUNCTION(mysql_errno);
    RELEVE_SQL_FUNCTION(mysql_options);
    RELEVE_SQL_FUNCTION(mysql_stmt_attr_set);
    RELEVE_SQL_FUNCTION(mysql_stmt_bind_param);
    RELEVE_SQL_FUNCTION(mysql_stmt_close);
    RELEVE_SQL_FUNCTION(mysql_stmt_errno);
    RELEVE_SQL_FUNCTION(mysql_stmt_error);
    RELEVE_SQL_FUNCTION(mysql_stmt_execute);
    RELEVE_SQL_FUNCTION(mysql_stmt_init);
    RELEVE_SQL_FUNCTION(mysql_stmt_prepare);
    RELEVE_SQL_FUNCTION(mysql_stmt_sqlstate);
#undef RELEVE_SQL_FUNCTION
};

/// A static_cast, because SOCI does not export the type's typeinfo.
inline MYSQL* mysql_handle(soci::session& of) {
    return static_cast<soci::mysql_session_backend*>(of.get_backend())->conn_;
}

} // namespace releve::sql
