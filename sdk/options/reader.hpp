// SPDX-License-Identifier: Apache-2.0
// Reads a section: finds, checks and stores each described option.
#pragma once
#include "storage.hpp"

#include <set>
#include <string>
#include <vector>

namespace releve::options {

/// A value's position in the file and its path in the section, "servers[1].host".
struct spot {
    position where;
    std::string path;
};

class reader {
public:
    /// With `rehearsing`, secrets and connections are not resolved and no position is stored: for values from a
    /// component's description instead of the file.
    reader(const read_settings& settings, values::storage& into, std::vector<problem>& problems,
           bool rehearsing = false)
        : settings_(settings)
        , into_(into)
        , problems_(problems)
        , rehearsing_(rehearsing) {}

    /// `given`: nullptr when the table is not in the file; then nothing can be missing from it.
    void read_table(releve_value& value, const toml::table* given, const spot& at, const descriptions& described);
    /// False, with a problem added, when `given` is not a value of the option.
    bool read_value(releve_value& value, const description& option, const toml::node& given, const spot& at);

private:
    void report_unknown(const toml::table& given, const spot& at, const descriptions& described,
                        std::set<std::string>& meant);
    void read_absent(releve_value& value, const description& option, const spot& at, bool may_be_missing);
    bool read_list(releve_value& value, const description& option, const toml::node& given, const spot& at);
    bool read_item(releve_value& value, const description& option, std::uint32_t type, const toml::node& given,
                   const spot& at);
    bool read_scalar(releve_value& value, const description& option, std::uint32_t type, const toml::node& given,
                     const spot& at);
    bool read_words(releve_value& value, const description& option, std::uint32_t type, const toml::node& given,
                    const spot& at);
    bool read_connection(releve_value& value, const description& option, const std::string& name, const spot& at);
    bool read_secret(releve_value& value, const toml::node& given, const spot& at);
    bool within_bounds(const description& option, std::uint32_t type, const releve_value& value, const spot& at);
    void hide(const toml::node& value);
    /// A value that can't be a secret; in a list, each.
    void show(const toml::node& value);
    /// Adds the problem and returns false.
    bool refuse(const spot& at, std::string what, std::string help = {});
    std::string whose(const spot& table) const;

    const read_settings& settings_;
    values::storage& into_;
    std::vector<problem>& problems_;
    bool rehearsing_;
};

/// The node of a fallback, which is in TOML notation without quotes; in a table under the key "value".
/// Throws toml::parse_error.
toml::table as_written(const description& option, const std::string& fallback);

/// A bound in the notation of its option. A number for RELEVE_OPTION_NUMBER, else an integer.
struct bound {
    std::int64_t integer = 0;
    double number = 0;
};
std::optional<bound> parse_bound(std::uint32_t type, const std::string& text);

/// "must be a path, not an integer", and what to write instead.
problem wrong_type(const description& option, std::uint32_t type, const toml::node& given, const spot& at);

} // namespace releve::options
