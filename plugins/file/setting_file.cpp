// SPDX-License-Identifier: Apache-2.0
// A file that a manager edits, as settings: a line whose value has changed is a record.
#include "setting_lines.hpp"

#include <releve/record_text.hpp>
#include <releve/source.hpp>

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <memory>

using namespace releve::literals;

namespace {

constexpr std::size_t largest = std::size_t{256} * 1024; // bytes: its settings fit into the state of a node
constexpr std::size_t most_said = 5;

std::string content_of(const std::string& path) {
    const std::unique_ptr<std::FILE, int (*)(std::FILE*)> file{std::fopen(path.c_str(), "re"), &std::fclose};
    if (!file) throw releve::transient_error(path + ": " + std::strerror(errno));
    std::string text(largest + 1, '\0');
    text.resize(std::fread(text.data(), 1, text.size(), file.get()));
    if (std::ferror(file.get()) != 0) throw releve::transient_error(path + ": can't be read");
    if (text.size() > largest) throw releve::transient_error(path + ": it has more than 256 KiB");
    return text;
}

} // namespace

class setting_file final : public releve::source {
    releve::context& host_;
    std::string path_, site_;
    char separator_;
    std::string seen_; // the content that was looked at last

public:
    static constexpr auto summary = "Settings from a CSV file that somebody edits";
    static void describe(releve::option_list& o) {
        o.path("path", "File of setting,device,channel,value lines").required().example("\"les-tilleuls.csv\"");
        o.text("site", "Site that the settings are for, their label `site`; not given: this one")
            .example("\"les-tilleuls\"");
        o.choice("separator", {",", ";"}, "What stands between two fields").fallback(",");
        o.interval(10s).at_least(1s);
    }
    explicit setting_file(releve::context& host)
        : host_{host}
        , path_{host.options().path("path")}
        , site_{host.options().given("site") ? host.options().text("site") : std::string{host.site()}}
        , separator_{host.options().choice("separator").front()} {}

    void collect(releve::output& out) override {
        auto text = content_of(path_);
        if (text == seen_) return;
        auto found = read_settings(text, separator_);
        for (const auto& one : found.good) {
            try {
                emit(one, out);
            } catch (const releve::permanent_error& e) { // the host takes no such series, or no more state
                found.bad.push_back({one.number, e.what()});
            }
        }
        say(found.bad);
        seen_ = std::move(text);
    }

private:
    /// What was emitted last is durable: a restart emits nothing anew, and what changed meanwhile is emitted.
    void emit(const setting_line& one, releve::output& out) {
        const auto key = one.setting + '\n' + one.device + '\n' + one.channel;
        const auto value = one.text ? '"' + *one.text + '"' : releve::shortest(one.value);
        if (host_.state(key) == value) return;
        std::vector<releve::label> labels{{"site", site_}};
        if (!one.device.empty()) labels.push_back({"device", one.device});
        if (!one.channel.empty()) labels.push_back({"channel", one.channel});
        const auto series = host_.declare({.is = releve::kind::setting,
                                           .name = one.setting,
                                           .help = "As somebody wrote it into the file of settings",
                                           .labels = std::move(labels)});
        host_.set_state(key, value);
        if (one.text)
            out.add(series, *one.text);
        else
            out.add(series, one.value);
    }

    void say(const std::vector<bad_line>& bad) const {
        if (bad.empty()) return;
        std::string text = path_ + ": passed over ";
        for (std::size_t i = 0; i < bad.size() && i < most_said; ++i)
            text += (i == 0 ? "line " : "; line ") + std::to_string(bad[i].number) + ": " + bad[i].why;
        if (bad.size() > most_said) text += "; and " + std::to_string(bad.size() - most_said) + " more";
        host_.log(releve::level::warning, "bad_lines", text);
    }
};

RELEVE_PLUGIN("setting-file", "1.0.0", releve::component<setting_file>("setting_file"))
