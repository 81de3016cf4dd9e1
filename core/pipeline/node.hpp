// SPDX-License-Identifier: Apache-2.0
// A configured instance of a component, host side: what the contract calls its context.
#pragma once
#include "clock.hpp"
#include "config/pipeline_file.hpp"
#include "queues.hpp"
#include "records/batch_pool.hpp"
#include "records/counter_check.hpp"

#include <releve/abi.h>

#include <atomic>
#include <cstdint>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <thread>
#include <utility>
#include <vector>

struct releve_context {}; // the contract's opaque type: each one is a releve::core::node

namespace releve::core {

class runtime;

/// A value that create refused.
struct refused_option {
    std::string path, why;
};

/// How a node has done; read from any thread.
struct node_figures {
    std::atomic<std::uint64_t> records{0}, batches{0};   // emitted
    std::atomic<std::uint64_t> taken{0};                 // records delivered to it
    std::atomic<std::uint64_t> written{0}, rejected{0};  // sink: answered
    std::atomic<std::uint64_t> dropped{0};               // sink: thrown away for want of room or at the end
    std::atomic<std::uint64_t> failures{0}, overruns{0}; // entries that failed; collects that were skipped
    std::atomic<std::uint64_t> misbehaved{0};            // against the contract
    std::atomic<std::int64_t> last_time{never};          // of the last record that it made or was given; never: none

    void note_time(const releve_batch& batch) {
        if (batch.count != 0) last_time.store(batch.records[batch.count - 1].time, std::memory_order_relaxed);
    }
};

enum class node_state { made, starting, running, failing, hanging, finished, stopped, abandoned };
std::string_view spell(node_state state);

class node final : public releve_context, public std::enable_shared_from_this<node> {
public:
    /// `file`: keeps the section alive as long as the node.
    node(runtime& of, node_section& section, std::shared_ptr<const void> file);
    ~node();
    node(const node&) = delete;
    node& operator=(const node&) = delete;

    /// Calls the component's create. RELEVE_OK, or why not in failure() and refused_options().
    releve_status create();
    void destroy();

    const std::string& name() const { return section.name; }
    bool is_connection() const { return section.component->connection(); }
    bool makes() const { return section.component->makes(); }
    bool takes() const { return section.component->takes(); }
    const releve_component& abi() const { return *section.component->abi; }
    bool is_transform() const { return abi().process != nullptr; }

    /// Checks a batch against the contract before anyone sees it: a record that breaks it is taken out, counted and
    /// said once; counters are marked. The number of records left.
    std::uint32_t check(batch_block& batch);

    /// [entering thread] Enters the component; a status other than OK has a reason in failure().
    template <class F>
    releve_status enter(F&& call) {
        failure_.clear();
        refused_.clear();
        releve_status status = RELEVE_OK;
        try {
            status = call(self);
        } catch (...) { // the contract has no exceptions: a component that was not made with the SDK
            failure_ = "it threw an exception out of a function of the contract";
            misbehaves("throws", failure_);
            return RELEVE_TRANSIENT;
        }
        if (status == RELEVE_OK) return status;
        if (failure_.empty())
            misses_reason(status);
        else if (status < RELEVE_OK || status > RELEVE_STOPPED)
            misbehaves("bad_status", "it answered with the status " + std::to_string(status) + ", which is none");
        return status;
    }
    void misbehaves(std::string_view event, const std::string& what);

    runtime& owner;
    const std::shared_ptr<const void> file;
    node_section& section;
    releve_identity identity{};
    void* self = nullptr;

    // Of the router, which alone changes the first two; runtime::feeds() for others.
    std::vector<node*> downstream;  // who takes what it makes
    std::vector<node*> fills;       // the sinks that a batch of its may reach, through transforms
    std::vector<node*> connections; // those that its options name

    std::mutex emitting;     // one emit at a time: order within a series
    std::uint64_t emits = 0; // under `emitting`
    made_queue made;
    owed_queue owed;
    waiter rest;                                    // where its thread sleeps
    std::thread runs;                               // transforms have none
    std::atomic<std::thread::id> thread;            // its own, once it runs
    int stop_fd = -1;                               // readable once it is to end
    std::atomic<bool> stopping{false};              // it is to end now
    std::atomic<bool> closing{false};               // nothing more comes in: end when all is written
    std::atomic<bool> leaving{false};               // a reload ends it, and others go on
    std::atomic<std::int64_t> writing_since{never}; // steady ns, that it has been in write without a wait
    std::atomic<bool> hangs{false};                 // for too long: said
    std::atomic<bool> tried_start{false};           // its first start went well, or not
    std::atomic<bool> done{false};                  // its thread has ended
    std::atomic<std::int64_t> wake_time{never};     // transform

    // What is remembered over restarts: read before the node starts, committed with what it emits.
    std::map<std::string, std::string, std::less<>> state; // [node]
    void change_state(std::string_view key, std::optional<std::string> value);
    bool has_state_changes() const { return state_changed_; }
    state_changes take_state_changes();
    void remembers(std::map<std::string, std::string, std::less<>> its_state, std::string its_cursor);
    /// A record of it that can never be written goes to the dead letters.
    void bury(const releve_delivery& delivery, std::uint32_t index, std::string_view why);
    /// [committing thread]
    void is_acknowledged(std::uint64_t sequence, std::optional<std::string> cursor);
    /// [any] From the first call on, each acknowledgement wakes the node.
    std::uint64_t acknowledged();
    /// [node] Since the last call, something was, and the node listens.
    bool heard_acknowledgement();
    /// [node] The last committed one; valid until the next call.
    const std::string& cursor();

    bool on_trial = true;               // until the pipeline that it is of was made whole
    bool spool_passed_on = false;       // [router] another node has its spool now
    std::atomic<bool> connected{false}; // connection: it was started

    node_figures figures;
    std::atomic<node_state> how{node_state::made};

    /// [entering thread] Why the last entry failed.
    std::string failure() const { return failure_; }
    /// [any] The last failure that was counted, and when it was (UTC ns); empty: none.
    std::string last_error() const { return last_error_and_time().first; }
    std::pair<std::string, std::int64_t> last_error_and_time() const {
        const std::lock_guard lock{error_mutex_};
        return last_error_;
    }
    void note_error(const std::string& why, std::int64_t time) {
        const std::lock_guard lock{error_mutex_};
        last_error_ = {why, time};
    }
    const std::vector<refused_option>& refused_options() const { return refused_; }
    void fail(std::string_view why) { failure_ = why; }
    void refuse_option(std::string_view path, std::string_view why) {
        refused_.push_back({std::string{path}, std::string{why}});
    }
    /// Under `emitting`: the node may emit the series from now on.
    void know_series(std::uint32_t number, const releve_series& series);
    /// Under `emitting`: series and counters as the pipeline now has them.
    void look_again_at_series();
    void known_counters(std::vector<std::pair<std::uint32_t, counter_state>>& into) const;
    std::size_t series_count() const { return own_.size(); }
    /// Under `emitting`: what is remembered of its counters, and has changed since it was last asked for.
    void counters(std::vector<std::pair<std::uint32_t, counter_state>>& into);

private:
    void misses_reason(releve_status status);
    struct own_series {
        const releve_series* series = nullptr;
        counter_state state;
        std::uint32_t number = 0;
        std::int64_t committed = 0; // the state's time when it was last asked for
    };
    std::atomic<bool> state_changed_{false};
    mutable std::mutex memory_mutex_; // of what follows
    state_changes changes_;
    std::string committed_cursor_;
    std::string told_cursor_; // [node]
    std::atomic<std::uint64_t> acknowledged_{0};
    std::uint64_t heard_ = 0; // [node]
    std::atomic<bool> listens_{false};

    std::string failure_;
    mutable std::mutex error_mutex_;
    std::pair<std::string, std::int64_t> last_error_;
    std::vector<refused_option> refused_;
    std::vector<std::uint32_t> slots_; // by series number: place in own_ from 1, 0: not its own
    std::vector<own_series> own_;
};

/// The host's functions as the contract has them; each context is a core::node.
extern const releve_host host_table;

} // namespace releve::core
