// SPDX-License-Identifier: Apache-2.0
// A pipeline file, read and checked as a whole: nothing starts while anything in it is wrong.
#pragma once
#include "options.hpp"
#include "plugin/catalogue.hpp"

#include <releve/kit/io/host_port.hpp>

#include <cstdint>
#include <filesystem>
#include <iosfwd>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

namespace releve::core {

/// [site]
struct site_section {
    std::string name;                    // default: the host name
    std::string timezone;                // default: the system's
    std::filesystem::path state;         // default: $STATE_DIRECTORY, else ./releve-state beside the pipeline file
    std::int64_t max_series = 10'000;    // per node
    std::int64_t grace = 10'000'000'000; // ns: how long a stop may take in total
    std::int64_t commit_interval = 1'000'000'000; // ns
    std::filesystem::path control;                // the control socket; default: `control` in the state directory
    kit::host_port listen;       // serves /metrics and /health; an IP address, port 0: any; no host: not served
    bool believes_first = false; // a counter's first reading needs no second one that agrees
    bool operator==(const site_section&) const = default;
};

enum class queue_policy { block, drop_oldest };

/// `spool = { size = "1GiB", age = "90d", full = "drop_oldest" }`, or `spool = false`
struct spool_section {
    bool on = true;
    std::int64_t size_bytes = 1 << 30;
    std::int64_t age = 0; // ns; 0: no limit
    bool blocks = false;  // when full, its sources wait
    bool first = false;   // its sink gets only what is committed
    bool operator==(const spool_section&) const = default;
};
enum class startup_policy { retry, fail };

/// Of a polled component that describes no interval.
inline constexpr std::int64_t default_interval = 60'000'000'000;

/// `at = ["06:00", "18:30"]`, `days = ["mon", "1", "last"]`: in the site's time zone
struct calendar_section {
    std::vector<std::int32_t> at; // s since midnight, ascending; empty: at each interval
    std::uint32_t weekdays = 0;   // bit 0: Monday, ... bit 6: Sunday
    std::uint32_t month_days = 0; // bit 1: the first, ... bit 31; bit 0: the last of the month
    bool operator==(const calendar_section&) const = default;
    bool any_day() const { return weekdays == 0 && month_days == 0; }
};

enum class section_kind { connection, source, transform, sink };
/// "source", "sink", ...
std::string_view word_of(section_kind kind);

/// What the file says about a node itself. A reload restarts a node exactly when these differ: a new key belongs here.
struct node_settings {
    section_kind kind = section_kind::source;
    std::string name;
    options::values values;             // the component's own options, with the secrets that were read
    std::int64_t interval = 0;          // ns; polled sources
    bool align = false;                 // collect at multiples of the interval since local midnight
    calendar_section calendar;          // collect at times of day; on which days, also with align
    std::int64_t jitter = 0;            // ns; with align or a calendar: the maximum delay
    std::int64_t queue_bytes = 4 << 20; // `queue = { size = "4MiB", policy = "block" }`
    queue_policy policy = queue_policy::block;
    spool_section spool; // sinks
    startup_policy startup = startup_policy::retry;
    bool operator==(const node_settings&) const = default;
};

/// A [source.NAME], [transform.NAME] or [sink.NAME], or a [connection.NAME] (which has only name, component, values).
struct node_section : node_settings {
    const core::component* component = nullptr;
    std::vector<std::size_t> inputs;      // indexes into pipeline_file::nodes: the upstream nodes, patterns resolved
    std::vector<std::size_t> connections; // indexes into pipeline_file::connections
    options::position where;              // the section's header
};

struct pipeline_file {
    std::filesystem::path path;
    site_section site;
    std::vector<node_section> connections;
    std::vector<node_section> nodes; // in the file's order
};

/// A mistake, and the file that it is in.
struct diagnostic {
    std::filesystem::path file;
    options::problem problem;
};

/// The file and everything wrong with it. `pipeline` is complete only when `diagnostics` is empty.
struct checked_file {
    pipeline_file pipeline;
    std::vector<diagnostic> diagnostics;
    std::string text;                      // of the file, for print()
    std::vector<options::position> hidden; // parts of the text that are or may be secrets: never to be shown
    std::size_t not_shown = 0;             // mistakes beyond max_shown
};

/// Mistakes of a file that are kept; others are counted.
inline constexpr std::size_t max_shown = 200;
/// Sections that a file may have, and names that `inputs` may have.
inline constexpr std::size_t max_sections = 2000, max_inputs = 10'000;

/// Reads and checks; loads the plugins that the file names. No I/O but the file, its secrets and the plugins.
/// Connection values have no object yet: the runtime sets them with options::values::connect once the connections
/// exist.
checked_file read_pipeline(const std::filesystem::path& file, catalogue& plugins);
checked_file read_pipeline_text(std::string text, const std::filesystem::path& name, catalogue& plugins);

/// A file that is no TOML: what() is what print() says of it.
struct not_toml : std::runtime_error {
    using std::runtime_error::runtime_error;
};

/// Only [site], for commands that ask a running host: the rest of the file may be wrong. Throws not_toml, or
/// std::runtime_error when the file can't be read.
site_section read_site_of(const std::filesystem::path& file);

/// Each mistake as
///   conf/site.toml:14:1: error: no option 'intervall' in component 'wes_http'
///      14 | intervall = "30s"
///         | ^^^^^^^^^
///         help: did you mean 'interval'?
/// with colours when `colour`. Secrets in a line are shown as "***".
void print(std::ostream& out, const checked_file& result, bool colour);
/// How many mistakes it has, with those that are not shown.
std::size_t mistakes_of(const checked_file& result);
/// The same for scripts: an array of {"file", "line", "column", "length", "message", "help"}; line 0: the whole file.
void print_json(std::ostream& out, const checked_file& result);

/// A component's own refusal, at its key: `path` and `why` as bad_option has them; an empty path means the whole
/// section.
diagnostic locate(const checked_file& of, const node_section& section, std::string_view path, std::string_view why);

} // namespace releve::core
