// SPDX-License-Identifier: Apache-2.0
// The options of the databases, and the dialect that they choose.
#pragma once
#include "store/dialect.hpp"

#include <releve/context.hpp>
#include <releve/option_list.hpp>

namespace releve::sql {

void describe_databases(option_list& o);

/// Throws bad_option.
std::unique_ptr<dialect> make_dialect(context& host);

} // namespace releve::sql
