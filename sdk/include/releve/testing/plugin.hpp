// SPDX-License-Identifier: Apache-2.0
#ifndef RELEVE_TESTING_PLUGIN_HPP
#define RELEVE_TESTING_PLUGIN_HPP
#include <releve/abi.h>
#include <releve/testing/seen.hpp>

#include <filesystem>
#include <initializer_list>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace releve::testing {

/// A plugin to test. Cheap to copy. Its file stays loaded until the process ends, as in the host.
class plugin {
public:
    /// The file that RELEVE_PLUGIN_FILE names (releve_add_plugin_test sets it). Throws std::runtime_error when it is
    /// not set or can't be loaded.
    plugin();
    explicit plugin(const std::filesystem::path& file);
    /// One that is linked into the test: `extern "C" const releve_plugin_descriptor releve_plugin;`.
    explicit plugin(const releve_plugin_descriptor& linked);
    /// Components without a plugin: `plugin{releve::component<relay>("relay")}`.
    plugin(std::initializer_list<releve_component> components);

    std::string name() const;
    std::vector<std::string> components() const;
    /// Throws std::runtime_error, which lists the plugin's components, when it has none of that name.
    const releve_component& component(std::string_view name) const;
    /// Mistakes in a component's description of its options: each refusal, or a failure. Calls describe, once.
    std::vector<std::string> description_mistakes(std::string_view component) const;

    struct state;
    const std::shared_ptr<state>& shared() const { return state_; }

private:
    std::shared_ptr<state> state_;
};

} // namespace releve::testing
#endif
