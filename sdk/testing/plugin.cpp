// SPDX-License-Identifier: Apache-2.0
#include "host/world.hpp"

#include <elf/sanitizer.hpp>
#include <releve/struct_size.hpp>
#include <releve/testing/plugin.hpp>

#include <dlfcn.h>

#include <algorithm>
#include <cstdlib>
#include <stdexcept>

namespace releve::testing {

namespace {

const releve_plugin_descriptor& load(const std::filesystem::path& file) {
    if (const auto missing = elf::missing_sanitizer(std::filesystem::absolute(file)))
        throw std::runtime_error("plugin " + file.string() + " " + missing->sentence("this program"));
    ::dlerror();
    void* const mapped = ::dlopen(std::filesystem::absolute(file).c_str(), RTLD_NOW | RTLD_LOCAL);
    if (mapped == nullptr) throw std::runtime_error("plugin " + file.string() + " can't be loaded: " + ::dlerror());
    const auto* found = static_cast<const releve_plugin_descriptor*>(::dlsym(mapped, RELEVE_PLUGIN_SYMBOL));
    if (found == nullptr)
        throw std::runtime_error(file.string() + " is not a plugin: it does not export " RELEVE_PLUGIN_SYMBOL);
    return *found;
}

void check(const releve_plugin_descriptor& of) {
    if (of.magic != RELEVE_MAGIC) throw std::runtime_error("the plugin's descriptor has the wrong magic number");
    if (of.abi_major == RELEVE_ABI_MAJOR && !is_whole(&of)) throw std::runtime_error(why_not_whole(&of));
    const std::string name{view(of.name)};
    if (of.abi_major != RELEVE_ABI_MAJOR || of.abi_minor > RELEVE_ABI_MINOR)
        throw std::runtime_error("plugin '" + name + "' needs contract " + std::to_string(of.abi_major) + "." +
                                 std::to_string(of.abi_minor) + " and these tests have " RELEVE_ABI_VERSION);
    for (std::uint32_t i = 0; i < of.component_count; ++i) {
        if (!is_whole(of.components[i]))
            throw std::runtime_error("plugin '" + name + "': " + why_not_whole(of.components[i]));
        const auto& one = *of.components[i];
        const std::string which = "component '" + std::string{view(one.name)} + "' of plugin '" + name + "'";
        if (one.create == nullptr || one.destroy == nullptr)
            throw std::runtime_error(which + " has no create or no destroy");
    }
}

const char* file_of_environment() {
    const char* file = std::getenv("RELEVE_PLUGIN_FILE"); // NOLINT(concurrency-mt-unsafe): tests set no environment
    if (file == nullptr || *file == '\0')
        throw std::runtime_error(
            "RELEVE_PLUGIN_FILE is not set: it names the plugin file to test (releve_add_plugin_test "
            "sets it; by hand: RELEVE_PLUGIN_FILE=build/plugins/NAME.so)");
    return file;
}

} // namespace

plugin::plugin()
    : plugin{std::filesystem::path{file_of_environment()}} {}
plugin::plugin(const std::filesystem::path& file)
    : plugin{load(file)} {}
plugin::plugin(const releve_plugin_descriptor& linked)
    : state_{std::make_shared<state>()} {
    check(linked);
    state_->descriptor = &linked;
}
plugin::plugin(std::initializer_list<releve_component> components)
    : state_{std::make_shared<state>()} {
    state_->own_components = components;
    for (const auto& one : state_->own_components) state_->own_pointers.push_back(&one);
    state_->own = {sizeof state_->own,
                   RELEVE_MAGIC,
                   RELEVE_ABI_MAJOR,
                   RELEVE_TARGET_MINOR,
                   to_c("test"),
                   to_c("0"),
                   to_c("Apache-2.0"),
                   state_->own_pointers.data(),
                   static_cast<std::uint32_t>(state_->own_pointers.size()),
                   0};
    check(state_->own);
    state_->descriptor = &state_->own;
}

std::string plugin::name() const { return std::string{view(state_->descriptor->name)}; }

std::vector<std::string> plugin::components() const {
    std::vector<std::string> names;
    for (std::uint32_t i = 0; i < state_->descriptor->component_count; ++i)
        names.emplace_back(view(state_->descriptor->components[i]->name));
    return names;
}

const releve_component& plugin::component(std::string_view name) const {
    std::string known;
    for (std::uint32_t i = 0; i < state_->descriptor->component_count; ++i) {
        const auto& one = *state_->descriptor->components[i];
        if (view(one.name) == name) return one;
        known += (known.empty() ? "'" : ", '") + std::string{view(one.name)} + "'";
    }
    throw std::runtime_error("plugin '" + this->name() + "' has no component '" + std::string{name} + "': it has " +
                             known);
}

} // namespace releve::testing
