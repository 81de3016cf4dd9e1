// SPDX-License-Identifier: Apache-2.0
#include "components/sql_sink.hpp"

RELEVE_PLUGIN("sql", "1.0.0", releve::component<releve::sql::sql_sink>("sql"))
