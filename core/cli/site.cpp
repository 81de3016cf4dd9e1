// SPDX-License-Identifier: Apache-2.0
#include "site.hpp"

#include "console.hpp"

#include <unistd.h>

namespace releve::core {

site::site(const std::filesystem::path& path, const std::string& log_level, runtime::setup how, bool open_state)
    : said{make_console_log(time, log_level)}
    , plugins{default_plugin_folders()}
    , file{read_pipeline(path, plugins)} {
    if (!good()) return;
    how.time = &time;
    how.said = said.get();
    if (open_state) kept = std::make_unique<store>(file.pipeline.site.state);
    how.kept = kept.get();
    pipeline = std::make_unique<runtime>(file.pipeline, std::move(how));
    for (const auto& one : pipeline->construct())
        file.diagnostics.push_back(locate(file, *one.section, one.path, one.why));
}

void site::print_mistakes(std::ostream& out, bool json) const {
    if (json) return print_json(out, file);
    print(out, file, wants_colour(STDERR_FILENO));
    const auto count = file.diagnostics.size();
    out << file.pipeline.path.string() << ": " << count << (count == 1 ? " mistake" : " mistakes")
        << ", nothing was started\n";
}

} // namespace releve::core
