// SPDX-License-Identifier: Apache-2.0
// The client library of a server (libmariadb, libpq), with which the plugin is not linked. SOCI loads its backend at
// run time, the backend loads the library, and the functions that the bulk writers need are looked up in it. So a site
// that writes SQLite maps neither, and the functions are always of the library that made SOCI's connection.
#pragma once
#include <string>

namespace releve::sql {

class client_library {
public:
    /// After SOCI has opened a session with this backend ("mysql", "postgresql"). Throws permanent_error.
    explicit client_library(const std::string& backend);
    client_library(const client_library&) = delete;
    client_library& operator=(const client_library&) = delete;
    ~client_library() = default; // the library stays loaded, as SOCI's backend does

    /// `F`: decltype of the function in the library's header.
    template <class F>
    F* function(const char* name) const {
        return reinterpret_cast<F*>(find(name));
    }

private:
    void* find(const char* name) const;
    void* handle_;
};

} // namespace releve::sql
