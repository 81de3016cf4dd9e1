// SPDX-License-Identifier: Apache-2.0
#include "site.hpp"

#include "described.hpp"
#include "host_values.hpp"
#include "words.hpp"

#include <unistd.h>

#include <array>
#include <cstdlib>
#include <optional>
#include <stdexcept>

namespace releve::core {

namespace {

options::descriptions site_options() {
    auto series = described(RELEVE_OPTION_INTEGER, "max_series", "Series that one node may declare");
    series.fallback = "10000";
    series.minimum = "1";
    series.maximum = "1000000";
    auto grace = described(RELEVE_OPTION_DURATION, "grace", "How long a stop may take in total");
    grace.fallback = "10s";
    grace.minimum = "100ms";
    grace.maximum = "1h";
    auto commit = described(RELEVE_OPTION_DURATION, "commit", "Time between two commits to the state file");
    commit.fallback = "1s";
    commit.minimum = "10ms";
    commit.maximum = "1h";
    auto first = described(RELEVE_OPTION_CHOICE, "first_reading", "Quality of a counter's first reading, ever");
    first.choices = {"suspect", "good"};
    first.fallback = "suspect";
    return {described(RELEVE_OPTION_TEXT, "name", "Name of the site; the label 'site' of each series"),
            described(RELEVE_OPTION_TEXT, "timezone", "Where days and months begin, such as Europe/Paris"),
            described(RELEVE_OPTION_PATH, "state", "Folder for what must survive a restart"),
            series,
            grace,
            commit,
            first,
            described(RELEVE_OPTION_PATH, "control", "Socket of 'releve status' and 'releve tap'"),
            described(RELEVE_OPTION_TEXT, "listen", "Address and port for Prometheus, such as 127.0.0.1:9464")};
}

std::string host_name() {
    std::array<char, 256> name{};
    if (::gethostname(name.data(), name.size() - 1) != 0 || name[0] == '\0') return "site";
    return name.data();
}

std::filesystem::path default_state(const std::filesystem::path& folder) {
    // systemd separates several folders by ':'.
    if (const char* given = std::getenv("STATE_DIRECTORY"); given != nullptr && *given != '\0')
        return std::string(given).substr(0, std::string_view(given).find(':'));
    return folder / "releve-state";
}

/// "127.0.0.1:9464", "[::1]:9464", or with port 0, which lets the system choose one.
std::optional<kit::host_port> listen_address(std::string_view text) {
    constexpr std::string_view any_port = ":0";
    try {
        auto made = text.ends_with(any_port) ? kit::host_port_in(text.substr(0, text.size() - any_port.size()), 0)
                                             : kit::host_port_in(text);
        if (kit::is_address(made.host)) return made;
    } catch (const std::invalid_argument&) { // reported with an example
    }
    return std::nullopt;
}

} // namespace

const std::vector<std::string>& site_keys() {
    static const std::vector<std::string> keys = [] {
        std::vector<std::string> made;
        for (const auto& option : site_options()) made.push_back(option.key);
        return made;
    }();
    return keys;
}

site_section read_site(const toml::table* section, const std::filesystem::path& folder, problems& found) {
    options::read_settings settings{folder, {}, "[site]"};
    settings.ignored_keys = options::read_settings::undescribed::none;
    const auto read = options::read(section != nullptr ? *section : toml::table{}, site_options(), settings, found);
    const host_values values{read.root()};

    site_section made;
    made.name = values.given_text("name").value_or(host_name());
    made.timezone = values.given_text("timezone").value_or(system_time_zone());
    made.state = values.given_text("state").value_or(default_state(folder).string());
    made.max_series = values.integer("max_series");
    made.grace = values.integer("grace");
    made.commit_interval = values.integer("commit");
    made.believes_first = values.text("first_reading") == "good";
    made.control = values.given_text("control").value_or((made.state / "control").string());
    if (values.has_text("listen")) {
        if (auto address = listen_address(values.text("listen")))
            made.listen = std::move(*address);
        else
            found.push_back(
                {*read.where("listen"), "'listen' must be an IP address and a port", "write \"127.0.0.1:9464\""});
    }
    if (values.has_text("name"))
        if (auto wrong = name_problem(made.name); !wrong.empty())
            found.push_back({*read.where("name"), std::move(wrong), {}});
    if (values.has_text("timezone")) check_time_zone(made.timezone, *read.where("timezone"), found);
    return made;
}

} // namespace releve::core
