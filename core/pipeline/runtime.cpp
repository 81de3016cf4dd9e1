// SPDX-License-Identifier: Apache-2.0
#include "runtime.hpp"

#include "worker.hpp"

#include <sys/eventfd.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <functional>
#include <system_error>

namespace releve::core {

namespace {

using steady_time = std::chrono::steady_clock::time_point;

/// What is left of the grace for a sink that does not come back when told to.
constexpr std::chrono::milliseconds last_moment{500};

} // namespace

runtime::runtime(pipeline_file& pipeline, setup how)
    : pipeline_{pipeline}
    , how_{std::move(how)}
    , router_{*this}
    , end_fd_{eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC)} {
    if (end_fd_ < 0) throw std::system_error(errno, std::generic_category(), "eventfd");
    if (how_.kept == nullptr) return;
    how_.kept->restore(series_);
    counters_ = how_.kept->counters();
}

runtime::~runtime() {
    if (started_ && !ending_) stop();
    const auto runs_on = [](const auto& one) { return one->how == node_state::abandoned && !one->done; };
    if (std::any_of(nodes_.begin(), nodes_.end(), runs_on) || questions_.any() ||
        std::any_of(abandoned_.begin(), abandoned_.end(), runs_on)) // a thread still runs a plugin's code: all is left
        for (const auto* some : {&nodes_, &connections_, &left_, &abandoned_})
            static_cast<void>(std::make_unique<node_list>(*some).release()); // deliberately
    else
        for (const bool connections : {false, true}) // after those that use them
            for (const auto* some : {&nodes_, &left_, &abandoned_, &connections_})
                for (const auto& one : *some)
                    if (one->is_connection() == connections) one->destroy();
    close(end_fd_);
}

std::vector<refusal> runtime::construct() {
    auto to = make(pipeline_, nullptr);
    if (!to.refused.empty()) return std::move(to.refused);
    if (how_.kept != nullptr) epochs_ = std::make_unique<epochs>(*this, *how_.kept, pipeline_.site.commit_interval);
    recall(to.made, true);
    open_spools(to.made);
    adopt(to);
    recall(to.made, false);
    if (how_.kept != nullptr) say_what_waits();
    return {};
}

std::map<std::string, backlog> runtime::orphan_spools() const {
    if (how_.kept == nullptr) return {};
    auto left = how_.kept->backlogs();
    for (const auto& one : nodes())
        if (one->owed.spooled() != nullptr) left.erase(one->name());
    return left;
}

std::map<std::string, std::int64_t> runtime::dead_letters() const {
    return how_.kept == nullptr ? std::map<std::string, std::int64_t>{} : how_.kept->dead_letters();
}

/// What an earlier run left in the state directory.
void runtime::say_what_waits() const {
    for (const auto& one : nodes_)
        if (const auto* its = one->owed.spooled(); its != nullptr && its->waiting_records() != 0)
            how_.said->write(log_level::info, one->name(), "backlog",
                             std::to_string(its->waiting_records()) + " records wait in its spool");
    for (const auto& [sink, what] : orphan_spools())
        how_.said->write(
            log_level::warning, sink, "orphan_spool",
            std::to_string(what.records) +
                " records wait for this sink, which the pipeline file no longer has with a spool: they are kept");
    for (const auto& text : how_.kept->notices()) how_.said->write(log_level::error, {}, "state_file", text);
}

counter_state runtime::remembered_counter(std::uint32_t series) const {
    const std::lock_guard lock{counters_mutex_};
    const auto at = counters_.find(series);
    return at == counters_.end() ? counter_state{} : at->second;
}

node_list runtime::nodes() const {
    const std::lock_guard lock{mutex_};
    return nodes_;
}

bool runtime::feeds(const node& maker, const node& taker) const {
    const std::lock_guard lock{mutex_};
    return std::find(maker.downstream.begin(), maker.downstream.end(), &taker) != maker.downstream.end();
}

std::vector<runtime::probed> runtime::probe() {
    std::vector<probed> all;
    for (auto& one : nodes_) {
        probed result{one.get(), one->abi().probe != nullptr, {}};
        if (result.probes) {
            result.why = start_connections(*one);
            if (result.why.empty() && one->enter([&](void* self) { return one->abi().probe(self); }) != RELEVE_OK)
                result.why = one->failure();
        }
        all.push_back(std::move(result));
    }
    return all;
}

std::string runtime::start_connections(node& who) {
    const std::lock_guard lock{starting_connections_};
    for (auto* used : who.connections) {
        if (used->connected) continue;
        if (used->abi().start != nullptr &&
            used->enter([&](void* self) { return used->abi().start(self); }) != RELEVE_OK)
            return "connection '" + used->name() + "': " + used->failure();
        used->connected = true;
        used->how = node_state::running;
    }
    return {};
}

/// Those that were started. False: one is still being asked something, and may be used.
bool runtime::stop_connections(const node_list& some, steady_time limit) {
    const std::lock_guard lock{starting_connections_};
    node_list started;
    std::copy_if(some.begin(), some.end(), std::back_inserter(started),
                 [](const auto& one) { return one->connected.load(); });
    if (!questions_.end(started, limit)) {
        how_.said->write(log_level::error, {}, "asked", "a connection that is being asked something does not end");
        return false;
    }
    for (const auto& one : started)
        if (one->abi().stop != nullptr) one->enter([&](void* self) { return one->abi().stop(self); });
    return true;
}

answered runtime::ask(std::string_view component, const questions::words& with) {
    node_list all;
    {
        const std::lock_guard lock{mutex_};
        all = connections_;
    }
    return questions_.ask(all, component, with);
}

/// A transform has no thread: it starts before anything comes.
void runtime::start_transforms(const node_list& some) {
    for (const auto& one : some) {
        if (!one->is_transform()) continue;
        if (one->abi().start != nullptr && one->enter([&](void* self) { return one->abi().start(self); }) != RELEVE_OK)
            node_is_fatal(*one, one->failure());
        one->how = node_state::running;
    }
}

void runtime::launch(const node_list& some, bool takers) {
    for (const auto& one : some) {
        if (one->is_transform() || one->takes() != takers || one->done) continue;
        one->rest.enrol();
        one->runs = std::thread{[who = one.get()] { worker{*who}.run(); }};
    }
}

/// Sources come once each sink has opened, or failed to; one that takes longer than the grace is not waited for.
void runtime::wait_until_tried(const node_list& some) {
    std::unique_lock lock{mutex_};
    ended_.wait_for(lock, std::chrono::nanoseconds{pipeline_.site.grace}, [&] {
        return std::all_of(some.begin(), some.end(), [](const auto& one) {
            return one->is_transform() || !one->takes() || one->tried_start || one->done;
        });
    });
}

void runtime::start() {
    started_ = true;
    for (const auto& one : nodes_)
        if (how_.once && one->takes() && !one->is_transform()) one->done = true;
    start_transforms(nodes_);
    launch(nodes_, true);
    if (epochs_ != nullptr) epochs_->start();
    router_.start();
    wait_until_tried(nodes_);
    launch(nodes_, false);
}

void runtime::node_tried_start(node& who) {
    const std::lock_guard lock{mutex_};
    who.tried_start = true;
    ended_.notify_all();
}

void runtime::node_ended(node& who) {
    const std::lock_guard lock{mutex_};
    who.done = true;
    ended_.notify_all();
    if (!who.leaving && at_end()) eventfd_write(end_fd_, 1);
}

void runtime::node_is_fatal(const node& who, const std::string& why) {
    const std::lock_guard lock{mutex_};
    if (fatal_.empty()) fatal_ = "node '" + who.name() + "' can't start: " + why + " (its startup is \"fail\")";
    ended_.notify_all();
    eventfd_write(end_fd_, 1);
}

std::string runtime::fatal() const {
    const std::lock_guard lock{mutex_};
    return fatal_;
}

bool runtime::wait_for_end(std::chrono::nanoseconds limit) {
    std::unique_lock lock{mutex_};
    return ended_.wait_for(lock, limit, [&] { return at_end(); });
}

bool runtime::at_end() const {
    return !fatal_.empty() || (!reloading_ && std::all_of(nodes_.begin(), nodes_.end(),
                                                          [](const auto& one) { return one->takes() || one->done; }));
}

void runtime::ask_to_stop(node& who) {
    who.stopping = true;
    eventfd_write(who.stop_fd, 1);
    who.rest.wake();
}

void runtime::enough(node& who) { ask_to_stop(who); }

bool runtime::wait_done(const std::vector<node*>& all, steady_time limit) {
    std::unique_lock lock{mutex_};
    return ended_.wait_until(
        lock, limit, [&] { return std::all_of(all.begin(), all.end(), [](auto* one) { return one->done.load(); }); });
}

void runtime::count_what_is_left() {
    for (const auto& one : committing_) {
        auto lost = one->owed.clear();
        while (const auto left = one->made.pop()) lost += left.batch->batch.count;
        if (lost == 0) continue;
        one->figures.dropped.fetch_add(lost, std::memory_order_relaxed);
        how_.said->write(log_level::error, one->name(), "left_at_end",
                         std::to_string(lost) + " records were still on their way at the end and are lost");
    }
}

bool runtime::stop() {
    ending_ = true;
    const auto limit = std::chrono::steady_clock::now() + std::chrono::nanoseconds{pipeline_.site.grace};
    std::vector<node*> sources, takers;
    for (auto& one : nodes_) {
        if (one->is_transform()) continue;
        (one->takes() ? takers : sources).push_back(one.get());
    }
    for (auto* one : sources) ask_to_stop(*one);
    for (auto* one : takers) one->rest.wake(); // one that waits to try again tries a last time
    wait_done(sources, limit);
    router_.drain(limit);
    // A sink that makes feeds others: it ends, and is routed, before they do.
    const auto feeds = [](const node* one, const node* other) {
        return std::find(one->fills.begin(), one->fills.end(), other) != one->fills.end();
    };
    while (!takers.empty()) {
        std::vector<node*> first, rest;
        for (auto* one : takers) {
            const bool fed = std::any_of(takers.begin(), takers.end(), [&](auto* other) { return feeds(other, one); });
            (fed ? rest : first).push_back(one);
        }
        if (std::any_of(first.begin(), first.end(), [](const auto* one) { return one->owed.comes_first(); }))
            epochs_->flush(limit);
        for (auto* one : first) {
            one->closing = true;
            one->rest.wake();
        }
        if (!wait_done(first, limit)) {
            for (auto* one : first) ask_to_stop(*one);
            wait_done(first, std::max(limit, std::chrono::steady_clock::now()) + last_moment);
        }
        router_.drain(limit);
        takers = std::move(rest);
    }
    for (auto* one : sources) one->made.close(); // whoever still waits for room gets none
    wait_done(sources, std::max(limit, std::chrono::steady_clock::now()) + last_moment);
    router_.stop();
    if (epochs_ != nullptr && !epochs_->stop(std::max(limit, std::chrono::steady_clock::now() + last_moment)))
        how_.said->write(log_level::error, {}, "not_committed",
                         "what was read since the last commit could not be written to the state file before the end: "
                         "sources that can read again will");
    count_what_is_left();

    const auto runs_on = [](const auto& one) { return one->how == node_state::abandoned; };
    leave_behind(nodes_);
    for (const auto& one : nodes_)
        if (one->is_transform()) {
            if (one->abi().stop != nullptr) one->enter([&](void* self) { return one->abi().stop(self); });
            one->how = node_state::stopped;
        }
    if (std::any_of(nodes_.begin(), nodes_.end(), runs_on)) return false; // it may still use its connection
    if (!stop_connections(connections_, std::max(limit, std::chrono::steady_clock::now()) + last_moment)) return false;
    return std::all_of(abandoned_.begin(), abandoned_.end(),
                       [](const auto& one) { return one->is_connection() || one->done; });
}

/// The threads of nodes that were told to end.
void runtime::leave_behind(const node_list& some) {
    for (const auto& one : some) {
        if (!one->runs.joinable()) continue;
        if (one->done) {
            one->runs.join();
            continue;
        }
        one->runs.detach();
        one->how = node_state::abandoned;
        how_.said->write(log_level::error, one->name(), "abandoned",
                         "it does not end (grace " + spell_duration(pipeline_.site.grace) + "): it is left behind");
    }
}

} // namespace releve::core
