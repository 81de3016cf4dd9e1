// SPDX-License-Identifier: Apache-2.0
// The life cycle of a node.
#pragma once
#include "telemetry/log.hpp"

#include <atomic>
#include <string_view>

namespace releve::core {

enum class node_state {
    made,      // constructed; no thread has entered it
    starting,  // in its first try to start
    running,   // its last call went well
    failing,   // its last call failed: it is tried again
    hanging,   // it has not come back from a function for too long
    draining,  // the pipeline ends, and more may still come: it tries again without a pause, and gives up what fails
    closing,   // the pipeline ends, and nothing more comes: it writes what it has
    leaving,   // the same for a reload: what it does not write is left to its successor
    stopping,  // told to return now
    finished,  // ended by itself
    stopped,   // ended because it was told to
    abandoned, // told to return, did not within the grace; `stopped` once it does
};
std::string_view spell(node_state state);
constexpr unsigned as_bit(node_state state) { return 1u << static_cast<unsigned>(state); }

/// The state of one node. Each transition names who may cause it. One that comes too late, since another thread was
/// faster, changes nothing; one that can never be right is refused and logged as "life_cycle": a mistake in the host.
class life {
public:
    life(core::log& log, std::string_view node)
        : log_{log}
        , node_{node} {}

    /// [any]
    node_state state() const { return state_.load(std::memory_order_acquire); }
    bool is(node_state one) const { return state() == one; }
    /// Its thread has ended, or it never had one.
    bool ended() const { return is_one_of(state(), over); }
    /// It must return now.
    bool must_stop() const { return is_one_of(state(), told_to_stop); }
    /// Nothing more comes in: it ends when what it has is written.
    bool closes() const { return is_one_of(state(), closing); }
    /// The end does not wait for a device that is away.
    bool hurries() const { return is_one_of(state(), closing | as_bit(node_state::draining)); }
    /// Its first try to start is over, well or not.
    bool tried_to_start() const { return tried_ || !is_one_of(state(), not_tried); }

    /// [entering thread] Before the first of its tries to start.
    void starts() { go(node_state::starting, as_bit(node_state::made) | at_work, asked); }
    /// [entering thread] Its last call went well, or failed.
    void goes_well() { has_tried(node_state::running); }
    void fails() { has_tried(node_state::failing); }
    /// [monitor] It is too long in a function. [monitor, entering thread] It has come back from it.
    void hangs() { go(node_state::hanging, at_work, asked | over); }
    void returns() { go(node_state::running, as_bit(node_state::hanging), ~as_bit(node_state::hanging)); }

    /// [the thread that ends the pipeline, or reloads it]
    void drain() { go(node_state::draining, not_asked, asked | over); }
    void close() { go(node_state::closing, not_asked | as_bit(node_state::draining), asked | over); }
    void leave() { go(node_state::leaving, not_asked, asked | over); }
    /// Also by its own thread.
    void stop() { go(node_state::stopping, not_asked | closing | as_bit(node_state::draining), told_to_stop | over); }
    /// It did not return within the grace. False: it has ended meanwhile.
    bool abandon() { return go(node_state::abandoned, asked, over); }

    /// [its thread, as the last it does; of a transform: the router]
    void ends() {
        const bool told = is_one_of(state(), told_to_stop | closing);
        go(told ? node_state::stopped : node_state::finished, not_asked | asked, 0);
    }
    /// [the thread that starts the pipeline] It is not used in this run.
    void sits_out() { go(node_state::finished, as_bit(node_state::made), 0); }

private:
    using set = unsigned;
    void has_tried(node_state next) {
        go(next, at_work, asked);
        if (!tried_) tried_ = true;
    }
    static constexpr bool is_one_of(node_state one, set some) { return (as_bit(one) & some) != 0; }
    static constexpr set at_work = as_bit(node_state::starting) | as_bit(node_state::running) |
                                   as_bit(node_state::failing) | as_bit(node_state::hanging);
    static constexpr set not_tried =
        as_bit(node_state::made) | as_bit(node_state::starting) | as_bit(node_state::hanging);
    static constexpr set not_asked = at_work | as_bit(node_state::made);
    static constexpr set closing = as_bit(node_state::closing) | as_bit(node_state::leaving);
    static constexpr set told_to_stop = as_bit(node_state::stopping) | as_bit(node_state::abandoned);
    static constexpr set asked = closing | told_to_stop | as_bit(node_state::draining);
    static constexpr set over = as_bit(node_state::finished) | as_bit(node_state::stopped);

    /// To `next` from a state of `from`; a state of `settled` stays. True when it has changed.
    bool go(node_state next, set from, set settled);

    core::log& log_;
    const std::string_view node_;
    std::atomic<node_state> state_{node_state::made};
    std::atomic<bool> tried_{false};
};

} // namespace releve::core
