// SPDX-License-Identifier: Apache-2.0
// releve-conformance PLUGIN.so [--sample sample.toml] [--component NAME] [--check NAME] [--json]
#include "process.hpp"

#include <elf/sanitizer.hpp>

#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <filesystem>
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

/// A plugin that was built with a sanitizer needs its runtime in this process before all else: once more, with it.
/// Returns where there is nothing to do, or nothing more that can be done.
void start_with_runtime_of(const std::string& plugin, char** words) {
    constexpr const char* mark = "RELEVE_CONFORMANCE_PRELOADED";
    const auto missing = releve::elf::missing_sanitizer(std::filesystem::absolute(plugin));
    if (!missing || missing->library.empty() || std::getenv(mark) != nullptr) return; // NOLINT(concurrency-mt-unsafe)
    const char* others = std::getenv("LD_PRELOAD");                                   // NOLINT(concurrency-mt-unsafe)
    const auto all = missing->library + (others == nullptr || *others == '\0' ? "" : ":" + std::string{others});
    ::setenv("LD_PRELOAD", all.c_str(), 1); // NOLINT(concurrency-mt-unsafe): no other thread
    ::setenv(mark, "1", 1);                 // NOLINT(concurrency-mt-unsafe)
    ::execv("/proc/self/exe", words);
}

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
    start_with_runtime_of(given.plugin, words);
    return releve::conformance::check_all(given);
}
