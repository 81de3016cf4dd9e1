// SPDX-License-Identifier: Apache-2.0
#include "site.hpp"

#include "console.hpp"

#include <unistd.h>

#include <sstream>

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

std::string site::reload(reloaded& told) {
    struct loaded { // of its own: a plugin may have come since, and nodes of another file keep theirs
        catalogue plugins{default_plugin_folders()};
        reading file;
    };
    const auto next = std::make_shared<loaded>();
    next->file = read_pipeline(file.pipeline.path, next->plugins);
    auto& wrong = next->file.diagnostics;
    if (wrong.empty()) {
        told = pipeline->reload({next, &next->file.pipeline});
        for (const auto& one : told.refused) wrong.push_back(locate(next->file, *one.section, one.path, one.why));
        if (!told.site_key.empty())
            wrong.push_back({file.pipeline.path,
                             {{},
                              "'" + told.site_key + "' of [site] can't change while the site runs",
                              "restart it (systemctl restart), or leave [site] as it was"}});
    }
    if (wrong.empty()) return {};
    std::ostringstream text;
    print(text, next->file, false);
    text << file.pipeline.path.string() << ": " << wrong.size() << (wrong.size() == 1 ? " mistake" : " mistakes")
         << ", nothing was changed\n";
    return text.str();
}

void site::print_mistakes(std::ostream& out, bool json) const {
    if (json) return print_json(out, file);
    print(out, file, wants_colour(STDERR_FILENO));
    const auto count = file.diagnostics.size();
    out << file.pipeline.path.string() << ": " << count << (count == 1 ? " mistake" : " mistakes")
        << ", nothing was started\n";
}

} // namespace releve::core
