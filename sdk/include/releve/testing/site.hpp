// SPDX-License-Identifier: Apache-2.0
#ifndef RELEVE_TESTING_SITE_HPP
#define RELEVE_TESTING_SITE_HPP
#include <releve/testing/plugin.hpp>
#include <releve/time.hpp>

#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace releve::testing {

struct setup {
    std::string site = "testing";
    std::string timezone = "Europe/Paris";
    time_point start = time_point{std::chrono::sys_days{std::chrono::year{2026} / 1 / 1}};
    std::filesystem::path folder = "."; // where relative `path` options start
    std::uint32_t max_series = 10'000;  // a node
    /// Real time that a wait gives to the peers behind its descriptors before the virtual clock moves on. Not given: a
    /// minute in a function that the test called (collect, write, start: the peer is a real one), and none in a
    /// streaming node's run, where the peer is the test itself, which feeds it in lockstep. Set a short one for a
    /// test of a silent peer.
    std::optional<duration> peer_timeout;
    /// True: the peers have sent all that they will send for now. Called every few milliseconds of real time while a
    /// wait gives time to peers; once it is true and no descriptor is ready, the virtual clock moves on at once. So a
    /// test of one silent peer beside others needs no short time limits. It must not call functions that drive the
    /// node.
    std::function<bool()> peers_silent = {};
    /// Lets the peers behind the nodes' descriptors do all that they can do at this time of the virtual clock (since
    /// the start); what they write is readable when it returns. Called whenever all nodes wait, before time moves: a
    /// wait then depends on no real time, and `peer_timeout` is not used. For emulated devices without their own
    /// thread.
    std::function<void(duration steady)> peers = {};
    /// Real time without any progress after which a test fails with `stuck`.
    duration watchdog = std::chrono::minutes{1};
};

/// What the nodes of a test share: the clock, the connections, the series and the durable state. A test with one node
/// needs no site: the node makes one.
class site {
public:
    /// `connections` is TOML with [connection.NAME] sections; they are created at once. Throws bad_options.
    explicit site(const plugin& of, std::string_view connections = {}, setup with = {});

    time_point now() const;
    /// Sets the wall clock; steady time, and so the waits, are not affected.
    void set_clock(time_point to);
    /// Moves time on, from one due event to the next: waits of running nodes end, ticks set with wake_at are called.
    void advance(duration by);
    /// advance(), until `done` (called whenever all nodes are quiet); false when `within` is over before.
    bool run_until(const std::function<bool()>& done, duration within = std::chrono::minutes{1});
    /// Stops and destroys the connections created so far, as after the last node: for tests of their end. All nodes
    /// must be destroyed.
    outcome close();
    /// Rules of the contract that a connection broke: see node::misbehaviour().
    std::vector<std::string> misbehaviour() const;
    std::vector<log_line> logs() const;

    struct world;
    const std::shared_ptr<world>& shared() const { return world_; }

private:
    std::shared_ptr<world> world_;
};

} // namespace releve::testing
#endif
