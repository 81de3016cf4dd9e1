// SPDX-License-Identifier: Apache-2.0
// releve-conformance PLUGIN.so [--sample sample.toml] [--component NAME] [--check NAME] [--json]
#include "process.hpp"

#include <cstdio>
#include <cstring>
#include <iostream>
#include <string>

namespace {

constexpr const char* usage =
    "releve-conformance PLUGIN.so [--sample FILE] [--component NAME] [--check NAME] [--json]\n"
    "\n"
    "Runs the checks of the contract on each component of a built plugin, each check in its own process and "
    "without\n"
    "network where the system permits that, and prints ok, FAILED or skipped for each.\n"
    "\n"
    "  --sample FILE     a pipeline file with a section for each component, with good options\n"
    "  --component NAME  only this component\n"
    "  --check NAME      only this check\n"
    "  --json            one JSON object per line: component, check, verdict, sentence\n"
    "\n"
    "Exits with 0 when nothing failed, 1 when something did, 2 when the plugin can't be checked at all.\n";

} // namespace

int main(int count, char** words) {
    releve::conformance::order given;
    for (int i = 1; i < count; ++i) {
        const std::string word = words[i];
        const bool has_value = i + 1 < count;
        if (word == "--help" || word == "-h") {
            std::cout << usage;
            return 0;
        }
        if (word == "--json") {
            given.json = true;
        } else if (word == "--sample" && has_value) {
            given.sample = words[++i];
        } else if (word == "--component" && has_value) {
            given.component = words[++i];
        } else if (word == "--check" && has_value) {
            given.check = words[++i];
        } else if (!word.starts_with("-") && given.plugin.empty()) {
            given.plugin = word;
        } else {
            std::cerr << "releve-conformance: '" << word << "' is not an argument of this program\n\n" << usage;
            return 2;
        }
    }
    if (given.plugin.empty()) {
        std::cerr << usage;
        return 2;
    }
    return releve::conformance::check_all(given);
}
