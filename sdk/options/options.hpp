// SPDX-License-Identifier: Apache-2.0
// Options described by a component, and their values read from TOML: one reader for the host and for releve::testing.
#pragma once
#include <releve/abi.h>

#include <toml++/toml.h>

#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace releve::options {

/// One option: a deep copy of the component's description.
struct description {
    std::uint32_t type = RELEVE_OPTION_TEXT;
    std::uint32_t flags = 0;
    std::uint32_t item_type = RELEVE_OPTION_TEXT;
    std::string key, help, unit, connection;
    std::optional<std::string> fallback, minimum, maximum, example;
    std::vector<std::string> choices;
    std::vector<description> fields;

    bool required() const { return (flags & RELEVE_OPTION_REQUIRED) != 0; }
};
using descriptions = std::vector<description>;

/// Why the struct of the option, or of a field, is too small (or null) to be read, as one sentence; empty: it is not.
std::string size_problem(const releve_option* option);
/// Requires an option without a size_problem.
description copy_of(const releve_option& option);
/// Maximum nesting of tables; copy_of cuts off deeper descriptions, and refusal() refuses them.
inline constexpr int deepest_table = 4;
/// Why a description is refused (a key that belongs to the host, no help, a fallback that is not a value of the type, a
/// repeated key among `before`, tables nested too deep, ...), as one sentence; empty when it is accepted.
std::string refusal(const description& option, const descriptions& before);

/// "string", "duration", "list of tables", ... as shown to people.
std::string type_name(const description& option);

/// Keys of a node's section that belong to the host; no component may describe one (except `interval`, by its own
/// type).
const std::vector<std::string_view>& host_keys();

/// A position in a TOML file. line and column count from 1; length is that of the underlined text.
struct position {
    std::uint32_t line = 0, column = 0, length = 1;
};

/// A mistake in a file, at the wrong key or value.
struct problem {
    position where;
    std::string what; // one sentence: what is wrong and why
    std::string help; // what to do: the nearest valid name, the bounds, an example; may be empty
};

/// "10s", "1h30m", "500ms", "2d" to ns; nothing: `text` is not a duration. No blanks, no sign.
std::optional<std::int64_t> parse_duration(std::string_view text);
/// ns to the shortest text that parse_duration accepts: 90 s is "1m30s".
std::string format_duration(std::int64_t ns);
/// "4096", "64KiB", "10MB" to bytes.
std::optional<std::int64_t> parse_size(std::string_view text);
std::string format_size(std::int64_t bytes);
/// The nearest of `names` (edit distance) if `word` may be a misspelling of it, else empty.
std::string nearest(std::string_view word, const std::vector<std::string>& names);

/// What a section is read with.
struct read_settings {
    std::filesystem::path folder; // relative `path` values start here
    /// Whether there is a [connection.name] of `component`; when not, sets `why` and `help` of the problem. Empty:
    /// every name is accepted.
    std::function<bool(std::string_view name, std::string_view component, std::string& why, std::string& help)>
        has_connection;
    std::string owner; // of the options, for messages: "component 'wes_http'"; may be empty
    /// Keys that are ignored although they are not described.
    enum class undescribed { host_keys, none, all } ignored_keys = undescribed::host_keys;
};

/// A section's values, in the contract's form. Owns everything that root() points to.
class values {
public:
    values();
    ~values();
    values(values&&) noexcept;
    values& operator=(values&&) noexcept;

    const releve_value& root() const;
    /// Position of the value at a path such as "servers[1].host" in the file; of the nearest given parent when it is
    /// not given itself; nothing when the section is not in the file.
    std::optional<position> where(std::string_view path) const;
    /// Parts of the file that must not be shown: secrets in plain text.
    const std::vector<position>& hidden() const;
    /// Where values begin that can't be secrets, by what their options are: a text that shows the file shows no other.
    const std::vector<position>& shown() const;
    /// Names of all connections that the values refer to; connect() sets their objects once they are created.
    std::vector<std::string> connections() const;
    void connect(const std::function<void*(std::string_view name)>& object_of);
    /// The same keys are given, with the same values (secrets as they were read). Connections are compared by name.
    bool operator==(const values& other) const;

    struct storage;

private:
    friend values read(const toml::table&, const descriptions&, const read_settings&, std::vector<problem>&);
    std::unique_ptr<storage> storage_;
};

/// Reads a section by its descriptions; keys of host_keys() are ignored, except `interval` where it is described: that
/// is read as a duration and is a value of type RELEVE_OPTION_INTERVAL. Every mistake at every level is added to
/// `problems`: unknown key, wrong type, out of bounds, missing, bad duration, no such choice, unreadable secret, ... A
/// described table that is not given is read as an empty one, unless it has required fields: then it has no items.
values read(const toml::table& section, const descriptions& described, const read_settings& settings,
            std::vector<problem>& problems);

/// Checks one value of the host's own keys, with the same messages; the value, or nothing with a problem added.
std::optional<std::int64_t> read_duration(const toml::node& value, position key, std::string_view name,
                                          std::vector<problem>& problems);
std::optional<std::int64_t> read_size(const toml::node& value, position key, std::string_view name,
                                      std::vector<problem>& problems);

} // namespace releve::options
