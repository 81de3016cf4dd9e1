// SPDX-License-Identifier: Apache-2.0
// Each golden/NAME.toml is read, and what print() says of it is compared with golden/NAME.expected.
#include "config/pipeline_file.hpp"
#include "test_components.hpp"

#include <releve/testing/catch.hpp>

#include <algorithm>
#include <cstdlib>
#include <fstream>
#include <sstream>

namespace fs = std::filesystem;

namespace {

std::string contents(const fs::path& file) {
    std::ifstream in(file, std::ios::binary);
    std::ostringstream text;
    text << in.rdbuf();
    return std::move(text).str();
}

std::vector<std::string> lines(const std::string& text) {
    std::vector<std::string> made;
    std::istringstream in(text);
    for (std::string line; std::getline(in, line);) made.push_back(line);
    return made;
}

/// The lines from the first to the last that differ.
std::string difference(const std::string& expected, const std::string& got) {
    auto old_lines = lines(expected), new_lines = lines(got);
    const auto first = std::mismatch(old_lines.begin(), old_lines.end(), new_lines.begin(), new_lines.end());
    old_lines.erase(old_lines.begin(), first.first);
    new_lines.erase(new_lines.begin(), first.second);
    while (!old_lines.empty() && !new_lines.empty() && old_lines.back() == new_lines.back()) {
        old_lines.pop_back();
        new_lines.pop_back();
    }
    std::string text = "\n";
    for (const auto& line : old_lines) text += "- " + line + "\n";
    for (const auto& line : new_lines) text += "+ " + line + "\n";
    return text;
}

std::string printed_for(const fs::path& file) {
    // Files named refused_* are read where there is a plugin file that can't be used.
    const bool refused = file.string().starts_with("refused_");
    releve::core::catalogue plugins(refused ? std::vector<fs::path>{"refused_plugins"} : std::vector<fs::path>{});
    plugins.add(test_components());
    std::ostringstream printed;
    releve::core::print(printed, releve::core::read_pipeline(file, plugins), false);
    auto text = std::move(printed).str();
    const auto here = fs::current_path().string() + "/"; // the catalogue names whole paths
    for (auto at = text.find(here); at != std::string::npos; at = text.find(here)) text.erase(at, here.size());
    return text;
}

} // namespace

TEST_CASE("what is printed for each mistake in a pipeline file") {
    const char* folder = std::getenv("RELEVE_GOLDEN");
    REQUIRE(folder != nullptr);
    fs::current_path(folder); // so that the texts name no folder of this machine
    ::setenv("BUS_PASSWORD", "hunter2", 1);
    ::unsetenv("BUS_PASSWORD_UNSET");
    const bool update = std::getenv("RELEVE_UPDATE_GOLDEN") != nullptr;

    std::vector<fs::path> cases;
    for (const auto& entry : fs::directory_iterator("."))
        if (entry.path().extension() == ".toml") cases.push_back(entry.path().filename());
    std::sort(cases.begin(), cases.end());
    REQUIRE(cases.size() > 40);
    for (const auto& file : cases) {
        DYNAMIC_SECTION(file.stem().string()) {
            auto golden = file;
            golden.replace_extension(".expected");
            const auto printed = printed_for(file);
            if (update) std::ofstream(golden, std::ios::binary) << printed;
            const auto expected = contents(golden);
            INFO(difference(expected, printed));
            CHECK(fs::exists(golden));
            CHECK((expected == printed));
            CHECK(printed.find("hunter2") == std::string::npos);
        }
    }
}
