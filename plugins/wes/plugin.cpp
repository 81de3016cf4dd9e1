// SPDX-License-Identifier: Apache-2.0
#include "components/connection.hpp"
#include "components/control.hpp"
#include "components/files.hpp"
#include "components/http.hpp"
#include "components/m2m.hpp"

RELEVE_PLUGIN("wes", "1.0.0", releve::component<releve::wes::wes_connection>("wes"),
              releve::component<releve::wes::wes_http>("wes_http"), releve::component<releve::wes::wes_m2m>("wes_m2m"),
              releve::component<releve::wes::wes_control>("wes_control"),
              releve::component<releve::wes::wes_files>("wes_files"))
