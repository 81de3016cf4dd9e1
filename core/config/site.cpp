// SPDX-License-Identifier: Apache-2.0
#include "site.hpp"

#include "described.hpp"
#include "words.hpp"

#include <unistd.h>

#include <array>
#include <cstdlib>

namespace releve::core {

namespace {

options::descriptions site_options() {
    auto series = described(RELEVE_OPTION_INTEGER, "max_series", "Series that one node may declare");
    series.fallback = "10000";
    series.minimum = "1";
    series.maximum = "1000000";
    auto grace = described(RELEVE_OPTION_DURATION, "grace", "How long stopping may take, all in all");
    grace.fallback = "10s";
    grace.minimum = "100ms";
    grace.maximum = "1h";
    auto commit = described(RELEVE_OPTION_DURATION, "commit", "Time between two commits to the state file");
    commit.fallback = "1s";
    commit.minimum = "10ms";
    commit.maximum = "1h";
    return {described(RELEVE_OPTION_STRING, "name", "Name of the site; the label 'site' of each series"),
            described(RELEVE_OPTION_STRING, "timezone", "Where days and months begin, such as Europe/Paris"),
            described(RELEVE_OPTION_PATH, "state", "Folder for what must outlive a restart"),
            series,
            grace,
            commit};
}

std::string host_name() {
    std::array<char, 256> name{};
    if (::gethostname(name.data(), name.size() - 1) != 0 || name[0] == '\0') return "site";
    return name.data();
}

std::filesystem::path default_state(const std::filesystem::path& folder) {
    // systemd lists several with ':' between them.
    if (const char* given = std::getenv("STATE_DIRECTORY"); given != nullptr && *given != '\0')
        return std::string(given).substr(0, std::string_view(given).find(':'));
    return folder / "releve-state";
}

} // namespace

site_section read_site(const toml::table* section, const std::filesystem::path& folder, problems& found) {
    options::surroundings around{folder, {}, "[site]"};
    around.passed_over = options::surroundings::undescribed::none;
    const auto values = options::read(section != nullptr ? *section : toml::table{}, site_options(), around, found);
    const auto& root = values.root();
    const auto& name = *root.items[0];
    const auto& timezone = *root.items[1];
    const auto& state = *root.items[2];

    site_section made;
    made.name = name.given != 0 ? std::string(options::view(name.text)) : host_name();
    made.timezone = timezone.given != 0 ? std::string(options::view(timezone.text)) : system_time_zone();
    made.state = state.given != 0 ? std::filesystem::path(options::view(state.text)) : default_state(folder);
    made.max_series = root.items[3]->integer;
    made.grace = root.items[4]->integer;
    made.commit_interval = root.items[5]->integer;
    if (name.text.data != nullptr)
        if (auto fault = fault_of_name(made.name); !fault.empty()) found.push_back({*values.where("name"), fault, {}});
    if (timezone.text.data != nullptr) check_time_zone(made.timezone, *values.where("timezone"), found);
    return made;
}

} // namespace releve::core
