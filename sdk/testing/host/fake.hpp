// SPDX-License-Identifier: Apache-2.0
// The fake host's data of one node, connection or description: what a releve_context points to.
#pragma once
#include "durable.hpp"
#include "entry.hpp"
#include "memory.hpp"
#include "series_table.hpp"

#include <releve/string.hpp>
#include <releve/testing/site.hpp>

#include <atomic>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <unordered_map>
#include <utility>
#include <vector>

namespace releve::options {
class values; // its header includes all of toml++
}

namespace releve::testing {

struct described;

/// A descriptor that is readable once it is set.
class flag_fd {
public:
    flag_fd();
    flag_fd(const flag_fd&) = delete;
    flag_fd& operator=(const flag_fd&) = delete;
    ~flag_fd();
    int fd() const { return fd_; }
    void set() const;
    void clear() const;

private:
    int fd_;
};

struct fake_metric {
    std::string name, labels;
    std::uint32_t kind = RELEVE_METRIC_COUNTER;
    double value = 0;
};

struct fake {
    enum class part : std::uint8_t { node, connection, description };
    fake(site::world& in, part what, std::string name_of, const releve_component& of);

    releve_context* context() { return reinterpret_cast<releve_context*>(this); }
    static fake& of(releve_context* c) { return *reinterpret_cast<fake*>(c); }
    bool transform() const { return component.process != nullptr; }

    // -- fixed after creation
    site::world& world;
    const part is;
    const std::string name;
    const std::string component_name;
    const releve_component& component;
    std::shared_ptr<options::values> values; // of a node or connection
    const releve_value* options = nullptr;
    std::vector<std::string> connections; // names that the options refer to
    releve_identity identity{};

    // -- everything below: under world.mutex
    void* self = nullptr;
    bool alive = false;   // created and not destroyed
    bool started = false; // stop must be called
    bool stopping = false;
    bool acknowledgement = false; // came since the last wait
    flag_fd stop_fd;
    described* listening = nullptr; // receives the description

    // of the function in progress
    std::optional<std::string> failure;
    std::vector<std::pair<std::string, std::string>> refused_options; // path, why
    std::optional<outcome> run_ended;

    // batches
    std::unordered_map<void*, std::unique_ptr<room>> rooms; // open writers
    std::unordered_map<const releve_batch*, std::shared_ptr<received_batch>> received;
    std::set<std::uint32_t> received_series;
    std::map<const releve_delivery*, std::vector<std::string>> deliveries; // of the write in progress: reasons
    std::uint64_t emits = 0;
    durable_state durable;
    std::optional<std::int64_t> tick_due; // set by wake_at, UTC ns

    // what a test reads
    std::vector<emitted_record> emitted;
    std::vector<log_line> logs;
    std::vector<health_change> health;
    std::map<std::string, bool, std::less<>> up;
    std::vector<fake_metric> metrics;
    std::vector<std::string> misbehaviour;

    /// Adds it once.
    void misbehaves(std::string what);
    /// The outcome of a function that returned `status`; notes what is wrong with it.
    outcome finish(phase p, releve_status status);

private:
    std::string site_, timezone_;
};

/// The table of host functions. Its functions may be called from any thread.
const releve_host& host_table();

} // namespace releve::testing
