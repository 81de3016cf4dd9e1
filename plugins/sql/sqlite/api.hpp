// SPDX-License-Identifier: Apache-2.0
// SQLite's own functions, as SOCI's header declares them (in a namespace: so <sqlite3.h> itself is not included beside
// it).
#pragma once
#include <soci/soci.h>
#include <soci/sqlite3/soci-sqlite3.h>

namespace releve::sql {

namespace sqlite = sqlite_api;

/// The native handle of a session whose backend is SQLite's. A static_cast, because SOCI does not export the type's
/// typeinfo.
inline sqlite::sqlite3* handle(soci::session& of) {
    return static_cast<soci::sqlite3_session_backend*>(of.get_backend())->conn_;
}

} // namespace releve::sql
