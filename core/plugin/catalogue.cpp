// SPDX-License-Identifier: Apache-2.0
#include "catalogue.hpp"

#include "card.hpp"
#include "describe.hpp"
#include "descriptor.hpp"
#include "load.hpp"
#include "ownership.hpp"

#include <unistd.h>

#include <elf/sanitizer.hpp>

#include <algorithm>
#include <functional>
#include <map>

namespace releve::core {
namespace fs = std::filesystem;

struct catalogue::state {
    // A plugin whose code has been checked, or why it can't be used: determined once.
    struct mapped {
        const releve_plugin_descriptor* descriptor = nullptr;
        std::string why;
    };
    std::vector<fs::path> folders;
    std::vector<plugin_card> plugins;
    std::vector<refused_file> refused;
    std::map<fs::path, mapped> mapped_files;
    std::map<std::string, std::unique_ptr<component>, std::less<>> loaded;

    void scan(const fs::path& folder);
    void read(const fs::path& file);
    const plugin_card* holder(std::string_view component) const;
    const releve_plugin_descriptor& descriptor_of(const plugin_card& card);
    void check_unique(const plugin_card& card) const;
};

namespace {

const component_card* find_in(const std::vector<component_card>& components, std::string_view name) {
    const auto at = std::find_if(components.begin(), components.end(), [&](const auto& c) { return c.name == name; });
    return at == components.end() ? nullptr : &*at;
}

template <class Paths>
std::string joined(const Paths& paths) {
    std::string result;
    for (const auto& path : paths) result += (result.empty() ? "" : ", ") + path.string();
    return result.empty() ? "no folder" : result;
}

} // namespace

void catalogue::state::scan(const fs::path& folder) {
    std::error_code error;
    if (!fs::exists(folder, error)) return;
    if (auto why = why_not_trusted(folder, geteuid()); !why.empty()) {
        refused.push_back({folder, std::move(why), {}});
        return;
    }
    std::vector<fs::path> files;
    for (fs::directory_iterator entry(folder, error), end; !error && entry != end; entry.increment(error))
        if (entry->path().extension() == ".so") files.push_back(entry->path());
    if (error) {
        refused.push_back({folder,
                           folder.string() + ": can't be searched for plugins: " + error.message() +
                               ": let the user that runs the host read it",
                           {}});
        return;
    }
    std::sort(files.begin(), files.end()); // so that the same folder gives the same catalogue everywhere
    for (const auto& file : files) read(file);
}

void catalogue::state::read(const fs::path& file) {
    plugin_card card;
    try {
        if (auto why = why_not_trusted(file, geteuid()); !why.empty()) throw load_error(why);
        card = read_card(file);
        check_version(card);
        if (const auto missing = elf::missing_sanitizer(file))
            throw load_error(file.string() + ": " + missing->sentence("this host"));
        check_unique(card);
        plugins.push_back(std::move(card));
    } catch (const load_error& error) {
        refused.push_back({file, error.what(), {}});
        for (const auto& c : card.components) refused.back().components.push_back(c.name);
    }
}

void catalogue::state::check_unique(const plugin_card& card) const {
    for (const auto& c : card.components)
        if (const auto* other = holder(c.name))
            throw load_error(card.file.string() + ": has the component '" + c.name +
                             "', which this host already has from " + other->file.string() +
                             ": remove one of the two files");
}

const plugin_card* catalogue::state::holder(std::string_view component) const {
    for (const auto& card : plugins)
        if (find_in(card.components, component)) return &card;
    return nullptr;
}

const releve_plugin_descriptor& catalogue::state::descriptor_of(const plugin_card& card) {
    auto [entry, is_new] = mapped_files.try_emplace(card.file);
    auto& plugin = entry->second;
    if (is_new) {
        try {
            const auto& descriptor = map_plugin(card.file);
            const auto code = card_of(descriptor, card.file);
            if (!is_replaced(card.file)) check_same(card, code); // else the note is another one's: a reload says so
            plugin.descriptor = &descriptor;
        } catch (const load_error& error) {
            plugin.why = error.what();
        }
    }
    if (!plugin.descriptor) throw load_error(plugin.why);
    return *plugin.descriptor;
}

catalogue::catalogue(const std::vector<fs::path>& folders)
    : state_(std::make_unique<state>()) {
    for (const auto& folder : folders) {
        std::error_code error;
        auto path = fs::weakly_canonical(folder, error); // dlopen searches other folders for relative paths
        if (error) path = fs::absolute(folder);
        auto& known = state_->folders;
        if (std::find(known.begin(), known.end(), path) == known.end()) known.push_back(path);
    }
    for (const auto& folder : state_->folders) state_->scan(folder);
}

catalogue::~catalogue() = default;

const std::vector<fs::path>& catalogue::folders() const { return state_->folders; }
const std::vector<plugin_card>& catalogue::plugins() const { return state_->plugins; }
const std::vector<refused_file>& catalogue::refused() const { return state_->refused; }

const component_card* catalogue::find(std::string_view component) const {
    const auto* card = state_->holder(component);
    return card ? find_in(card->components, component) : nullptr;
}

const refused_file* catalogue::refused_for(std::string_view component) const {
    for (const auto& file : state_->refused)
        if (std::find(file.components.begin(), file.components.end(), component) != file.components.end()) return &file;
    return nullptr;
}

std::vector<std::string> catalogue::component_names() const {
    std::vector<std::string> names;
    for (const auto& card : state_->plugins)
        for (const auto& c : card.components) names.push_back(c.name);
    std::sort(names.begin(), names.end());
    return names;
}

const component& catalogue::load(std::string_view name) {
    if (const auto found = state_->loaded.find(name); found != state_->loaded.end()) return *found->second;
    const auto* card = state_->holder(name);
    if (!card) {
        if (const auto* file = refused_for(name)) throw load_error(file->why);
        throw load_error("no plugin has a component '" + std::string(name) + "': this host looked in " +
                         joined(state_->folders) + "; install its plugin there, or name its folder in RELEVE_PLUGINS");
    }
    const auto& plugin = state_->descriptor_of(*card);
    for (std::uint32_t i = 0; i < plugin.component_count; ++i) {
        const auto& abi = *plugin.components[i];
        if (text_of(abi.name) != name) continue;
        auto made = std::make_unique<component>(component{&abi, *card, describe(abi, *card)});
        return *state_->loaded.emplace(name, std::move(made)).first->second;
    }
    if (is_replaced(card->file))
        throw load_error(card->file.string() + ": was replaced while the program ran, and component '" +
                         std::string(name) + "' is in the new file alone: restart the site to use it");
    throw load_error(card->file.string() + ": lost its component '" + std::string(name) +
                     "'"); // check_same excludes it
}

void catalogue::add(const releve_plugin_descriptor& plugin) {
    auto card = card_of(plugin, "the program");
    card.file = "plugin " + card.name + " of the program";
    state_->check_unique(card);
    state_->mapped_files[card.file].descriptor = &plugin;
    state_->plugins.push_back(std::move(card));
}

} // namespace releve::core
