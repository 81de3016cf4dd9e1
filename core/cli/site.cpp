// SPDX-License-Identifier: Apache-2.0
#include "site.hpp"

#include "console.hpp"
#include "file_modes.hpp"
#include "plugin/load.hpp"

#include <releve/kit/text/printable.hpp>

#include <unistd.h>

#include <sstream>

namespace releve::core {

site::site(const std::filesystem::path& path, const std::string& log_level, runtime::settings settings, bool open_state)
    : log{make_console_log(clock, log_level)}
    , plugins{default_plugin_folders()}
    , file{read_pipeline(path, plugins)} {
    if (!good()) return;
    use_console_zone(file.pipeline.site.timezone);
    settings.clock = &clock;
    settings.log = log.get();
    if (open_state) make_private(file.pipeline.site.state);
    if (open_state) store = std::make_unique<core::store>(file.pipeline.site.state);
    settings.store = store.get();
    pipeline = std::make_unique<runtime>(file.pipeline, std::move(settings));
    for (const auto& one : pipeline->construct())
        file.diagnostics.push_back(locate(file, *one.section, one.path, one.why));
}

std::string site::reload(reloaded& outcome) {
    struct loaded { // each file has its own catalogue: plugins may be new, and the nodes of the old file keep theirs
        catalogue plugins{default_plugin_folders()};
        checked_file file;
    };
    const auto next = std::make_shared<loaded>();
    next->file = read_pipeline(file.pipeline.path, next->plugins);
    auto& wrong = next->file.diagnostics;
    if (wrong.empty()) {
        outcome = pipeline->reload({next, &next->file.pipeline});
        for (const auto& one : replaced_plugins())
            log->write(log_level::warning, {}, "replaced: " + one.string(),
                       outcome.old_code.emplace_back(one.string() +
                                                     (std::filesystem::exists(one) ? " was replaced" : " was removed") +
                                                     " while the program ran: the old code still runs, in nodes that "
                                                     "restarted, too; restart the site (systemctl restart) to use the "
                                                     "new one"));
        for (const auto& one : outcome.refused) wrong.push_back(locate(next->file, *one.section, one.path, one.why));
        if (!outcome.site_key.empty())
            wrong.push_back({file.pipeline.path,
                             {{},
                              "'" + outcome.site_key + "' of [site] can't change while the site runs",
                              "restart it (systemctl restart), or leave [site] as it was"}});
    }
    if (wrong.empty()) return {};
    std::ostringstream text;
    print(text, next->file, false);
    text << kit::printable(file.pipeline.path.string()) << ": " << mistakes_of(next->file)
         << (mistakes_of(next->file) == 1 ? " mistake" : " mistakes") << ", nothing was changed\n";
    return text.str();
}

void site::print_mistakes(std::ostream& out, bool json) const {
    if (json) return print_json(out, file);
    print(out, file, wants_colour(STDERR_FILENO));
    const auto count = mistakes_of(file);
    out << kit::printable(file.pipeline.path.string()) << ": " << count << (count == 1 ? " mistake" : " mistakes")
        << ", nothing was started\n";
}

} // namespace releve::core
