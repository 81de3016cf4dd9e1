// SPDX-License-Identifier: Apache-2.0
// Which plugin files there are, which components they have, and loading those that a pipeline names.
#pragma once
#include "options.hpp"

#include <releve/abi.h>

#include <cstdint>
#include <filesystem>
#include <memory>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

namespace releve::core {

struct component_card {
    std::string name;
    std::uint32_t roles = 0; // RELEVE_MAKES, ...
};

/// What a plugin file says about itself in its ELF note: read without running any of its code.
struct plugin_card {
    std::filesystem::path file;
    std::uint32_t abi_major = 0, abi_minor = 0;
    std::string name, version, licence;
    std::vector<component_card> components;
};

/// A file that can't be used, and why in one sentence: which file, what it needs, what the host has, what to do.
struct refused_file {
    std::filesystem::path file;
    std::string why;                     // names the file
    std::vector<std::string> components; // from its note; empty when the note could not be read
};

class load_error : public std::runtime_error {
    using std::runtime_error::runtime_error;
};

/// Reads the card of one file, whichever contract it needs. Throws load_error.
plugin_card read_card(const std::filesystem::path& file);

/// A component of a loaded plugin. Lives as long as its catalogue; what `abi` points to lives for ever, as the mapping
/// does.
struct component {
    const releve_component* abi = nullptr;
    plugin_card plugin;
    options::descriptions options;
    bool makes() const { return (abi->roles & RELEVE_MAKES) != 0; }
    bool takes() const { return (abi->roles & RELEVE_TAKES) != 0; }
    bool connection() const { return (abi->roles & RELEVE_CONNECTION) != 0; }
};

/// For one thread at a time.
class catalogue {
public:
    /// Reads the card of each *.so in `folders` (a missing folder is ignored). Bad files are in refused(), as is the
    /// second of two files with the same component.
    explicit catalogue(const std::vector<std::filesystem::path>& folders);
    ~catalogue();
    catalogue(const catalogue&) = delete;
    catalogue& operator=(const catalogue&) = delete;

    const std::vector<std::filesystem::path>& folders() const;
    const std::vector<plugin_card>& plugins() const;
    const std::vector<refused_file>& refused() const;
    /// nullptr: no file has it.
    const component_card* find(std::string_view component) const;
    /// The refused file whose note names the component; nullptr: none.
    const refused_file* refused_for(std::string_view component) const;
    std::vector<std::string> component_names() const;

    /// Maps the file that has the component (once; it is never unmapped), checks it and lets the component describe its
    /// options. Throws load_error; for a component of a refused file, with the reason of that file.
    const component& load(std::string_view component);

    /// A component that is linked into the program (tests, benchmarks). Throws load_error as load does.
    void add(const releve_plugin_descriptor& plugin);

private:
    struct state;
    std::unique_ptr<state> state_;
};

/// RELEVE_PLUGINS of the environment (':' between folders), else `plugins` beside the program's own folder, else the
/// installed one.
std::vector<std::filesystem::path> default_plugin_folders();

} // namespace releve::core
