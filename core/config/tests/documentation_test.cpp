// SPDX-License-Identifier: Apache-2.0
// Every example of docs/ that is fenced as "toml check" is a good pipeline file, for the plugins of this tree.
#include "config/pipeline_file.hpp"

#include <releve/testing/catch.hpp>

#include <array>
#include <cstdlib>
#include <fstream>
#include <iostream>
#include <sstream>

namespace fs = std::filesystem;

namespace {

struct example {
    std::string where, text;
};

std::vector<example> examples_in(const fs::path& document) {
    std::vector<example> found;
    std::ifstream in(document);
    bool inside = false;
    std::size_t number = 0;
    for (std::string line; std::getline(in, line);) {
        ++number;
        if (inside && line == "```")
            inside = false;
        else if (inside)
            found.back().text += line + "\n";
        else if (line == "```toml check")
            inside = true, found.push_back({document.filename().string() + ":" + std::to_string(number), {}});
    }
    return found;
}

} // namespace

TEST_CASE("the examples of the documents are good") {
    const char* documents = std::getenv("RELEVE_DOCUMENTS");
    const char* built = std::getenv("RELEVE_BUILT_PLUGINS");
    REQUIRE(documents != nullptr);
    REQUIRE(built != nullptr);
    for (const auto* plugin : {"teleinfo.so", "wes.so", "sql.so", "print.so"})
        if (!fs::exists(fs::path(built) / plugin)) {
            std::cout << "skipped: the examples of the documents, as " << plugin << " is not built\n";
            return;
        }
    ::setenv("WES_A12", "a password", 1);
    releve::core::catalogue plugins({built});
    std::size_t count = 0;
    for (const auto& entry : fs::directory_iterator(documents)) {
        if (entry.path().extension() != ".md") continue;
        for (const auto& [where, text] : examples_in(entry.path())) {
            std::ostringstream printed;
            const auto result = releve::core::read_pipeline_text(text, "example.toml", plugins);
            releve::core::print(printed, result, false);
            INFO(where << "\n" << printed.str());
            CHECK(result.diagnostics.empty());
            ++count;
        }
    }
    CHECK(count > 0);
}
