// SPDX-License-Identifier: Apache-2.0
#include "site.hpp"

#include "described.hpp"
#include "words.hpp"

#include <arpa/inet.h>
#include <unistd.h>

#include <array>
#include <charconv>
#include <cstdlib>
#include <optional>

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
    return {described(RELEVE_OPTION_TEXT, "name", "Name of the site; the label 'site' of each series"),
            described(RELEVE_OPTION_TEXT, "timezone", "Where days and months begin, such as Europe/Paris"),
            described(RELEVE_OPTION_PATH, "state", "Folder for what must outlive a restart"),
            series,
            grace,
            commit,
            described(RELEVE_OPTION_PATH, "control", "Socket of 'releve status' and 'releve tap'"),
            described(RELEVE_OPTION_TEXT, "listen", "Address and port for Prometheus, such as 127.0.0.1:9464")};
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

/// "127.0.0.1:9464" or "[::1]:9464"; nothing when it is neither.
std::optional<listen_address> read_address(std::string_view text) {
    const auto colon = text.rfind(':');
    if (colon == std::string_view::npos) return {};
    listen_address made{std::string{text.substr(0, colon)}, 0};
    const auto digits = text.substr(colon + 1);
    const auto* end = digits.data() + digits.size();
    if (const auto [to, error] = std::from_chars(digits.data(), end, made.port); error != std::errc{} || to != end)
        return {};
    in6_addr unused{};
    if (inet_pton(AF_INET, made.host.c_str(), &unused) == 1) return made;
    if (made.host.size() < 3 || made.host.front() != '[' || made.host.back() != ']') return {};
    made.host = made.host.substr(1, made.host.size() - 2);
    if (inet_pton(AF_INET6, made.host.c_str(), &unused) != 1) return {};
    return made;
}

} // namespace

site_section read_site(const toml::table* section, const std::filesystem::path& folder, problems& found) {
    options::read_settings settings{folder, {}, "[site]"};
    settings.passed_over = options::read_settings::undescribed::none;
    const auto values = options::read(section != nullptr ? *section : toml::table{}, site_options(), settings, found);
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
    const auto& control = *root.items[6];
    const auto& listen = *root.items[7];
    made.control = control.given != 0 ? std::filesystem::path(options::view(control.text)) : made.state / "control";
    if (const auto address = read_address(options::view(listen.text)); address)
        made.listen = *address;
    else if (listen.given != 0 && listen.text.data != nullptr)
        found.push_back({*values.where("listen"), "'listen' is an IP address and a port", "write \"127.0.0.1:9464\""});
    if (name.text.data != nullptr)
        if (auto fault = fault_of_name(made.name); !fault.empty()) found.push_back({*values.where("name"), fault, {}});
    if (timezone.text.data != nullptr) check_time_zone(made.timezone, *values.where("timezone"), found);
    return made;
}

} // namespace releve::core
