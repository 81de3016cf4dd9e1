// SPDX-License-Identifier: Apache-2.0
// The site of a test: its clock, what its nodes share, and the driver that lets time pass.
#pragma once
#include "fake.hpp"
#include "worker.hpp"

#include <condition_variable>
#include <cstddef>
#include <functional>
#include <limits>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

namespace releve::testing {

struct plugin::state {
    const releve_plugin_descriptor* descriptor = nullptr;
    // of a plugin that the test put together
    std::vector<releve_component> own_components;
    std::vector<const releve_component*> own_pointers;
    releve_plugin_descriptor own{};

    std::map<std::string, std::shared_ptr<const described>, std::less<>> descriptions; // by component
    /// Lets the component describe itself, the first time.
    const described& describe(const releve_component& of);
};

inline constexpr std::int64_t never = std::numeric_limits<std::int64_t>::max();

struct site::world : std::enable_shared_from_this<site::world> {
    world(plugin of, setup with);
    world(const world&) = delete;
    world& operator=(const world&) = delete;
    ~world();

    const testing::plugin of_plugin;
    const setup settings;

    mutable std::mutex mutex;
    std::condition_variable changed;
    std::uint64_t progress = 0; // counts every change that matters to the driver or the watchdog
    std::uint64_t wakes = 0;    // waits that ended because a descriptor was ready
    bool in_transit = true;     // bytes may be on their way to a descriptor of a running node
    bool at_once = false;       // but fed bytes arrive when they are written: see arrives_at_once
    std::int64_t steady = 0;    // ns since the start
    std::int64_t offset;        // of UTC to steady
    series_table series;
    std::vector<std::shared_ptr<worker>> workers; // of nodes
    std::vector<std::shared_ptr<fake>> connections;
    std::vector<std::shared_ptr<fake>> nodes; // alive
    std::map<std::string, int> names;
    std::shared_ptr<worker> common_worker; // for functions of no node

    std::int64_t utc() const { return offset + steady; } // under mutex
    void note_change() {                                 // under mutex
        ++progress;
        changed.notify_all();
    }

    /// Runs `f` as a function of `of` on `on`, lets time pass while it waits, and returns when `f` has returned.
    /// Throws stuck.
    outcome call(worker& on, fake& of, phase p, const std::function<releve_status()>& f);
    /// Only starts it.
    void begin(worker& on, fake& of, phase p, std::function<releve_status()> f);
    /// Returns when every worker is idle or waits and no descriptor is ready, or as soon as `done`.
    void quiet(std::unique_lock<std::mutex>& lock, const std::function<bool()>& done = {});
    /// Moves the clock to the next due event, not beyond `limit`, and runs it; false: nothing is due until then, and
    /// the clock is at `limit` (unless that is `never`).
    bool step(std::unique_lock<std::mutex>& lock, std::int64_t limit);
    void advance(std::int64_t by);
    bool run_until(const std::function<bool()>& done, std::int64_t within);
    void feed(int fd, std::string_view bytes);
    void settle();
    /// Throws stuck, with what the worker is doing.
    [[noreturn]] void give_up(const worker& on) const; // under mutex

    void add_connections(std::string_view toml);
    fake* connection(std::string_view name);
    std::string free_name(std::string_view like);
    outcome close();

private:
    /// The descriptor of a waiting node that reads what is written to `fd`, a pseudo-terminal's other end; -1: none.
    int terminal_reader(int fd) const; // under mutex
    /// Writes to a pseudo-terminal and awaits the arrival, which `at_once` then says; until then no node goes on. How
    /// much was written: 0 where that can't be told.
    std::size_t feed_terminal(int fd, std::string_view bytes); // under mutex
    /// poll(2) for `time` ns of real time, or until setup::peers_silent, or until `progress` is no longer `seen`.
    int poll_peers(std::vector<pollfd>& fds, std::int64_t time, std::uint64_t seen);
    std::string doing(const worker& on) const;
    void tick(std::unique_lock<std::mutex>& lock, fake& of);
};

} // namespace releve::testing
