// SPDX-License-Identifier: Apache-2.0
// What is checked: a component of a plugin, with options known to be good if there are any.
#pragma once
#include <releve/testing/testing.hpp>

#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace releve::conformance {

/// A component's sections in a sample.
struct sample_section {
    std::string connections; // [connection.*] sections as TOML
    std::string options;     // the component's own, as TOML without a header
};

/// The first section of the component in the sample file; nothing when it has none. Throws std::runtime_error when the
/// file can't be read.
std::optional<sample_section> read_sample(const std::filesystem::path& file, std::string_view component);

struct subject {
    std::filesystem::path file;
    std::optional<std::filesystem::path> sample;
    std::string component;

    testing::plugin plugin;
    const releve_component* abi = nullptr;
    std::optional<sample_section> good; // from the sample, or from the examples in the component's description

    subject(std::filesystem::path plugin_file, std::optional<std::filesystem::path> sample_file, std::string_view name);
    bool is_connection() const { return (abi->roles & RELEVE_CONNECTION) != 0; }
    bool takes() const { return (abi->roles & RELEVE_TAKES) != 0; }
    bool makes() const { return (abi->roles & RELEVE_MAKES) != 0; }
};

/// What happened while a component worked.
struct work {
    std::vector<std::string> misbehaviour;
    std::string start; // "ok", or how start failed
    std::size_t records = 0;
};

/// A setup whose waits for peers end soon, since there are no peers.
testing::setup alone();
/// Starts it, calls the functions of its roles several times, and stops it.
void put_to_work(const subject& of, testing::site& at, testing::node& n, work& into);
/// One batch with a record of each kind and quality.
testing::records something_of_everything(const testing::upstream& from, testing::site& at);

} // namespace releve::conformance
