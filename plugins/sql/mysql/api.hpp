// SPDX-License-Identifier: Apache-2.0
// MariaDB's own functions, found at run time, and the native handle of a session.
#pragma once
#include "store/client_library.hpp"

#include <soci/mysql/soci-mysql.h>
#include <soci/soci.h>

namespace releve::sql {

struct mysql_api {
    client_library library{"mysql"};
    decltype(::mysql_errno)* mysql_errno = library.function<decltype(::mysql_errno)>("mysql_errno");
    decltype(::mysql_error)* mysql_error = library.function<decltype(::mysql_error)>("mysql_error");
    decltype(::mysql_get_socket)* mysql_get_socket = library.function<decltype(::mysql_get_socket)>("mysql_get_socket");
    decltype(::mysql_sqlstate)* mysql_sqlstate = library.function<decltype(::mysql_sqlstate)>("mysql_sqlstate");
    decltype(::mysql_options)* mysql_options = library.function<decltype(::mysql_options)>("mysql_options");
    decltype(::mysql_stmt_attr_set)* mysql_stmt_attr_set =
        library.function<decltype(::mysql_stmt_attr_set)>("mysql_stmt_attr_set");
    decltype(::mysql_stmt_bind_param)* mysql_stmt_bind_param =
        library.function<decltype(::mysql_stmt_bind_param)>("mysql_stmt_bind_param");
    decltype(::mysql_stmt_close)* mysql_stmt_close = library.function<decltype(::mysql_stmt_close)>("mysql_stmt_close");
    decltype(::mysql_stmt_errno)* mysql_stmt_errno = library.function<decltype(::mysql_stmt_errno)>("mysql_stmt_errno");
    decltype(::mysql_stmt_error)* mysql_stmt_error = library.function<decltype(::mysql_stmt_error)>("mysql_stmt_error");
    decltype(::mysql_stmt_execute)* mysql_stmt_execute =
        library.function<decltype(::mysql_stmt_execute)>("mysql_stmt_execute");
    decltype(::mysql_stmt_init)* mysql_stmt_init = library.function<decltype(::mysql_stmt_init)>("mysql_stmt_init");
    decltype(::mysql_stmt_prepare)* mysql_stmt_prepare =
        library.function<decltype(::mysql_stmt_prepare)>("mysql_stmt_prepare");
    decltype(::mysql_stmt_sqlstate)* mysql_stmt_sqlstate =
        library.function<decltype(::mysql_stmt_sqlstate)>("mysql_stmt_sqlstate");
};

/// A static_cast, because SOCI does not export the type's typeinfo.
inline MYSQL* mysql_handle(soci::session& of) {
    return static_cast<soci::mysql_session_backend*>(of.get_backend())->conn_;
}

} // namespace releve::sql
