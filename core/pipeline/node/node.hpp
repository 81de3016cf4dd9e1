// SPDX-License-Identifier: Apache-2.0
// A configured instance of a component, host side: what the contract calls its context.
#pragma once
#include "call_watch.hpp"
#include "config/pipeline_file.hpp"
#include "figures.hpp"
#include "life.hpp"
#include "memory.hpp"
#include "own_series.hpp"
#include "pipeline/services.hpp"
#include "plugin/plugin_call.hpp"
#include "queues.hpp"

#include <releve/abi.h>

#include <atomic>
#include <cstdint>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <thread>
#include <utility>
#include <vector>

struct releve_context {}; // the contract's opaque type: each one is a releve::core::node

namespace releve::core {

class node;
using node_list = std::vector<std::shared_ptr<node>>;

/// A value that create refused.
struct refused_option {
    std::string path, why;
};

/// Whom a node feeds. [router, or before it runs]
struct wires {
    std::vector<node*> downstream; // those that take what it makes
    std::vector<node*> reaches;    // the sinks that a batch of it may reach, through transforms
};

class node final : public releve_context, public std::enable_shared_from_this<node> {
public:
    /// `file` keeps the section alive as long as the node.
    node(services& shared, node_section& section, std::shared_ptr<const void> file);
    ~node();
    node(const node&) = delete;
    node& operator=(const node&) = delete;

    // What it is.
    const std::string& name() const { return section_.name; }
    node_section& section() const { return section_; }
    const releve_component& abi() const { return *section_.component->abi; }
    bool is_connection() const { return section_.component->connection(); }
    bool is_transform() const { return abi().process != nullptr; }
    bool makes() const { return section_.component->makes(); }
    bool takes() const { return section_.component->takes(); }
    /// It has a thread and takes records; it may make some, too.
    bool is_sink() const { return takes() && !is_transform(); }

    // Its parts; each says who may touch what of it.
    core::life& life() { return life_; }
    const core::life& life() const { return life_; }
    core::figures& figures() { return figures_; }
    const core::figures& figures() const { return figures_; }
    core::memory& memory() { return memory_; }
    const core::memory& memory() const { return memory_; }
    made_queue& made() { return made_; }
    const made_queue& made() const { return made_; }
    owed_queue& owed() { return owed_; }
    const owed_queue& owed() const { return owed_; }
    call_watch& calls() { return calls_; }
    const call_watch& calls() const { return calls_; }
    core::wires& wires() { return wires_; }
    const core::wires& wires() const { return wires_; }
    /// Where its thread sleeps.
    core::waiter& waiter() { return waiter_; }
    /// [before it starts] The connections that its options name.
    std::vector<node*>& connections() { return connections_; }

    // The component's object.
    /// RELEVE_OK, or why not in failure() and refused_options().
    releve_status create();
    void destroy();
    void* object() const { return object_; }
    /// Whose code it is, for a call of it.
    plugin_part part() const;
    /// [entering thread] Enters `function` of the component, a literal; a status other than OK has a reason in
    /// failure().
    template <class F>
    releve_status enter(const char* function, F&& call) {
        failure_.clear();
        refused_.clear();
        releve_status status = RELEVE_OK;
        try {
            const entered mark{*this, function};
            status = call(object_);
        } catch (...) { // the contract has no exceptions: a component that was not made with the SDK
            failure_ = "it threw an exception out of a function of the contract";
            misbehaves("throws", failure_);
            return RELEVE_TRANSIENT;
        }
        if (status == RELEVE_OK) return status;
        if (failure_.empty())
            misses_reason(status);
        else if (status < RELEVE_OK || status > RELEVE_STOPPED)
            misbehaves("bad_status", "it answered with the unknown status " + std::to_string(status));
        return status;
    }
    /// [entering thread] The contract's start and stop, where the component has them.
    releve_status enter_start();
    releve_status enter_stop();
    /// [entering thread] Why the last call failed.
    const std::string& failure() const { return failure_; }
    const std::vector<refused_option>& refused_options() const { return refused_; }
    void fail(std::string_view why) { failure_ = why; }
    /// [any] It broke the contract: counted and logged.
    void misbehaves(std::string_view event, const std::string& what);

    /// [its thread, first] What it emits waits for room in waiter() from now on.
    void runs_on_this_thread() { thread_ = std::this_thread::get_id(); }
    /// [any] It is to return now: as life::stop, and its descriptor and its thread are woken.
    void stop();

    /// [router, or before it runs] It is part of the pipeline from now on, and no longer on trial.
    void join_pipeline();
    /// [any] What is known of its counters: all, or what has changed since the last call. Nothing, and false, while it
    /// emits.
    void known_counters(counter_list& into);
    bool changed_counters(counter_list& into);
    /// [sink] A record of it that can never be written goes to the dead letters. False: there is no room for it before
    /// the next commit, and it is still owed.
    bool bury(const releve_delivery& delivery, std::uint32_t index, std::string_view why);
    /// [sink] bury() has had no room since the last call.
    bool found_no_room_for_letters() { return std::exchange(no_room_for_letters_, false); }
    /// Its thread has ended, and all that it made was taken: what no cursor covers is left to the run that reads it
    /// again, and that is logged.
    void leave_what_has_no_cursor();

    // Transforms.
    /// [router] What was emitted since the last call, in order.
    std::vector<batch_ref> take_emitted();
    /// [router] When tick is due (UTC ns; never: not at all); it is taken care of.
    std::int64_t tick_time() const { return tick_time_; }
    void clear_tick_time() { tick_time_ = never; }

private:
    friend struct host_calls; // the functions that the component calls
    /// A function of the component is being run.
    struct entered {
        entered(node& of, const char* function)
            : who{of}
            , call{of.part(), function} {
            who.calls_.begin(function, who.shared_.clock.steady());
        }
        ~entered() {
            if (who.calls_.end()) who.has_come_back(call.function());
        }
        entered(const entered&) = delete;
        entered& operator=(const entered&) = delete;
        node& who;
        const plugin_call call;
    };
    void has_come_back(std::string_view from);
    void misses_reason(releve_status status);
    /// A commit may come after this emit: it gives a cursor, or nothing of the node is ever read again by one.
    bool ends_here(bool gives_cursor) const {
        return gives_cursor || takes() || !memory_.reads_again() || !shared_.inbox.is_open();
    }

    services& shared_;
    const std::shared_ptr<const void> file_;
    node_section& section_;
    const releve_identity identity_;
    const int stop_fd_; // readable once it is to return
    void* object_ = nullptr;

    core::life life_;
    core::figures figures_;
    core::memory memory_;
    made_queue made_;
    owed_queue owed_;
    call_watch calls_;
    core::wires wires_;
    core::waiter waiter_;
    std::vector<node*> connections_;
    bool no_room_for_letters_ = false; // [sink]
    std::atomic<std::thread::id> thread_;
    std::atomic<std::int64_t> tick_time_{never};

    std::mutex emitting_; // one emit at a time: order within a series. Of what follows:
    own_series series_;
    std::uint64_t emits_ = 0;
    bool on_trial_ = true;
    std::vector<batch_ref> emitted_;       // transform
    std::atomic<bool> has_emitted_{false}; // it is not empty

    std::string failure_; // [entering thread]
    std::vector<refused_option> refused_;
};

/// The host's functions as the contract has them; each context is a core::node.
extern const releve_host host_table;

} // namespace releve::core
