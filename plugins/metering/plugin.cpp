// SPDX-License-Identifier: Apache-2.0
#include "components/latest.hpp"
#include "components/threshold.hpp"

RELEVE_PLUGIN("metering", "1.0.0", releve::component<releve::metering::latest>("latest"),
              releve::component<releve::metering::threshold>("threshold"))
