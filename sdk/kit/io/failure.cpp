// SPDX-License-Identifier: Apache-2.0
#include <releve/kit/io/failure.hpp>

#include <system_error>

namespace releve::kit {

std::string error_text(int error) { return std::generic_category().message(error); }

} // namespace releve::kit
