// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "sections.hpp"

#include <filesystem>

namespace releve::core {

/// [site]; `section`: nullptr when the file has none.
site_section read_site(const toml::table* section, const std::filesystem::path& folder, problems& found);

/// The keys of [site].
const std::vector<std::string>& site_keys();
/// The system's own time zone; "UTC" when it has none.
std::string system_time_zone();
/// Adds a zone that the system's database does not have to the problems.
void check_time_zone(const std::string& zone, const options::position& at, problems& found);

} // namespace releve::core
