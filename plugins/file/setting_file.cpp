// SPDX-License-Identifier: Apache-2.0
#include "setting_file.hpp"

#include <releve/record_text.hpp>

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <memory>
#include <utility>

namespace releve::file {
namespace {

using namespace releve::literals;

constexpr std::size_t max_bytes = std::size_t{256} * 1024; // of a file: its settings fit into the state of a node
constexpr std::size_t max_reported = 5;                    // bad lines

std::string content_of(const std::string& path) {
    const std::unique_ptr<std::FILE, int (*)(std::FILE*)> file{std::fopen(path.c_str(), "re"), &std::fclose};
    if (!file) throw transient_error(path + ": " + std::strerror(errno));
    std::string text(max_bytes + 1, '\0');
    text.resize(std::fread(text.data(), 1, text.size(), file.get()));
    if (std::ferror(file.get()) != 0) throw transient_error(path + ": can't be read");
    if (text.size() > max_bytes) throw transient_error(path + ": it has more than 256 KiB");
    return text;
}

} // namespace

void setting_file::describe(option_list& o) {
    o.path("path", "File of setting,device,channel,value lines").required().example("\"les-tilleuls.csv\"");
    o.text("site", "Site that the settings are for, their label `site`; not given: this one")
        .example("\"les-tilleuls\"");
    o.choice("separator", {",", ";"}, "What stands between two fields").fallback(",");
    o.interval(10s).at_least(1s);
}

setting_file::setting_file(context& host)
    : host_{host}
    , path_{host.options().path("path")}
    , site_{host.options().given("site") ? host.options().text("site") : std::string{host.site()}}
    , separator_{host.options().choice("separator").front()} {}

void setting_file::collect(output& out) {
    auto text = content_of(path_);
    if (text == last_content_) return;
    auto found = read_settings(text, separator_);
    for (const auto& one : found.good) {
        try {
            emit(one, out);
        } catch (const permanent_error& e) { // the host takes no such series, or no more state
            found.bad.push_back({one.number, e.what()});
        }
    }
    report(found.bad);
    last_content_ = std::move(text);
}

/// The last emitted value is durable: after a restart only the settings that have changed meanwhile are emitted.
void setting_file::emit(const setting_line& one, output& out) {
    const auto key = one.setting + '\n' + one.device + '\n' + one.channel;
    const auto value = one.text ? '"' + *one.text + '"' : shortest(one.value);
    if (host_.state(key) == value) return;
    std::vector<label> labels{{"site", site_}};
    if (!one.device.empty()) labels.push_back({"device", one.device});
    if (!one.channel.empty()) labels.push_back({"channel", one.channel});
    const auto series = host_.declare({.is = kind::setting,
                                       .name = one.setting,
                                       .help = "As written in the file of settings",
                                       .labels = std::move(labels)});
    host_.set_state(key, value);
    if (one.text)
        out.add(series, *one.text);
    else
        out.add(series, one.value);
}

void setting_file::report(const std::vector<bad_line>& bad) const {
    if (bad.empty()) return;
    std::string text = path_ + ": ignored ";
    for (std::size_t i = 0; i < bad.size() && i < max_reported; ++i)
        text += (i == 0 ? "line " : "; line ") + std::to_string(bad[i].number) + ": " + bad[i].why;
    if (bad.size() > max_reported) text += "; and " + std::to_string(bad.size() - max_reported) + " more";
    host_.log(level::warning, "bad_lines", text);
}

} // namespace releve::file
