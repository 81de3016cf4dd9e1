// SPDX-License-Identifier: Apache-2.0
#include "store/client_library.hpp"

#include <releve/failure.hpp>

#include <dlfcn.h>
#include <soci/version.h>

namespace releve::sql {

client_library::client_library(const std::string& backend)
    : handle_{nullptr} {
    std::string name = "libsoci_" + backend;
    (name += ".so.") += std::to_string(SOCI_VERSION / 100000);
    (name += '.') += std::to_string(SOCI_VERSION / 100 % 1000);
    handle_ = ::dlopen(name.c_str(), RTLD_LAZY | RTLD_NOLOAD);
    if (handle_ == nullptr) throw permanent_error("SOCI has loaded a backend other than " + name);
}

void* client_library::find(const char* name) const {
    auto* found = ::dlsym(handle_, name); // in the backend's dependencies too
    if (found == nullptr) throw permanent_error(std::string{"the database's client library has no function "} + name);
    return found;
}

} // namespace releve::sql
