// SPDX-License-Identifier: Apache-2.0
#include "print_sink.hpp"

RELEVE_PLUGIN("print", "1.0.0", releve::component<releve::print::print_sink>("print"))
