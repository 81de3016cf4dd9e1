// SPDX-License-Identifier: Apache-2.0
#include "wes_connection.hpp"
#include "wes_control.hpp"
#include "wes_files.hpp"
#include "wes_http.hpp"
#include "wes_m2m.hpp"

RELEVE_PLUGIN("wes", "1.0.0", releve::component<releve::wes::wes_connection>("wes"),
              releve::component<releve::wes::wes_http>("wes_http"), releve::component<releve::wes::wes_m2m>("wes_m2m"),
              releve::component<releve::wes::wes_control>("wes_control"),
              releve::component<releve::wes::wes_files>("wes_files"))
