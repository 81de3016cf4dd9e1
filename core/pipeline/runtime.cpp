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
    for (const auto& one : nodes_)
        if (one->how == node_state::abandoned) { // its thread still runs the plugin's code: nothing of it may go
            for (auto& keep : nodes_) static_cast<void>(keep.release());
            for (auto& keep : connections_) static_cast<void>(keep.release());
            break;
        }
    nodes_.clear(); // before the connections that they use
    close(end_fd_);
}

std::vector<refusal> runtime::construct() {
    std::vector<refusal> refused;
    const auto make = [&](node_section& section, std::vector<std::unique_ptr<node>>& into) {
        auto made = std::make_unique<node>(*this, section);
        section.values.connect([&](std::string_view name) -> void* {
            const auto same = [&](const auto& one) { return one->name() == name; };
            const auto at = std::find_if(connections_.begin(), connections_.end(), same);
            return at == connections_.end() ? nullptr : (*at)->self;
        });
        const auto status = made->create();
        for (const auto& one : made->refused_options()) refused.push_back({&section, one.path, one.why});
        if (status != RELEVE_OK && made->refused_options().empty()) refused.push_back({&section, {}, made->failure()});
        made->rest.retire(); // until its thread runs
        into.push_back(std::move(made));
    };
    for (auto& section : pipeline_.connections) make(section, connections_);
    if (!refused.empty()) return refused; // nodes would be made with connections that are none
    for (auto& section : pipeline_.nodes) make(section, nodes_);
    if (refused.empty()) wire();
    if (refused.empty() && how_.kept != nullptr) recall();
    return refused;
}

/// What an earlier run left in the state directory.
void runtime::recall() {
    auto& kept = *how_.kept;
    auto left = kept.backlogs();
    for (const auto& one : nodes_) {
        one->remembers(kept.state_of(one->name()), kept.cursor_of(one->name()));
        const auto& wanted = one->section.spool;
        if (!one->takes() || one->is_transform() || !wanted.on) continue;
        spools_.push_back(std::make_unique<spool>(kept, pool_, series_, one->name(),
                                                  spool::limits{wanted.size_bytes, wanted.age, wanted.blocks}));
        one->owed.use(*spools_.back());
        const auto waiting = left.find(one->name());
        if (waiting == left.end()) continue;
        how_.said->write(log_level::info, one->name(), "backlog",
                         std::to_string(waiting->second.records) + " records wait in its spool");
        left.erase(waiting);
    }
    for (const auto& [sink, what] : left)
        how_.said->write(
            log_level::warning, sink, "orphan_spool",
            std::to_string(what.records) +
                " records wait for this sink, which the pipeline file no longer has with a spool: they are kept");
    for (const auto& text : kept.notices()) how_.said->write(log_level::error, {}, "state_file", text);
    epochs_ = std::make_unique<epochs>(*this, kept, pipeline_.site.commit_interval);
}

counter_state runtime::remembered_counter(std::uint32_t series) const {
    const auto at = counters_.find(series);
    return at == counters_.end() ? counter_state{} : at->second;
}

void runtime::wire() {
    for (std::size_t i = 0; i < nodes_.size(); ++i) {
        for (const auto upstream : pipeline_.nodes[i].inputs) nodes_[upstream]->downstream.push_back(nodes_[i].get());
        for (const auto used : pipeline_.nodes[i].connections)
            nodes_[i]->connections.push_back(connections_[used].get());
    }
    connection_started_.resize(connections_.size());
    for (auto& one : nodes_) {
        std::vector<node*> todo{one->downstream};
        while (!todo.empty()) {
            auto* next = todo.back();
            todo.pop_back();
            auto& fills = one->fills;
            if (next->is_transform())
                todo.insert(todo.end(), next->downstream.begin(), next->downstream.end());
            else if (std::find(fills.begin(), fills.end(), next) == fills.end())
                fills.push_back(next);
        }
    }
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
        const auto at =
            std::find_if(connections_.begin(), connections_.end(), [&](const auto& one) { return one.get() == used; });
        const auto index = static_cast<std::size_t>(at - connections_.begin());
        if (connection_started_[index]) continue;
        if (used->abi().start != nullptr &&
            used->enter([&](void* self) { return used->abi().start(self); }) != RELEVE_OK)
            return "connection '" + used->name() + "': " + used->failure();
        connection_started_[index] = true;
        used->how = node_state::running;
    }
    return {};
}

void runtime::start() {
    started_ = true;
    threads_.resize(nodes_.size());
    std::vector<node*> makers, transforms;
    for (auto& one : nodes_) {
        if (one->is_transform())
            transforms.push_back(one.get());
        else if (one->makes())
            makers.push_back(one.get());
        if (how_.once && one->takes() && !one->is_transform()) one->done = true;
    }
    const auto launch = [&](bool takers) {
        for (std::size_t i = 0; i < nodes_.size(); ++i) {
            auto* one = nodes_[i].get();
            if (one->is_transform() || one->takes() != takers || one->done) continue;
            one->rest.enrol();
            threads_[i] = std::thread{[one] { worker{*one}.run(); }};
        }
    };
    for (auto* one : transforms) { // a transform has no thread: it starts before anything comes
        if (one->abi().start != nullptr && one->enter([&](void* self) { return one->abi().start(self); }) != RELEVE_OK)
            node_is_fatal(*one, one->failure());
        one->how = node_state::running;
    }
    launch(true);
    if (epochs_ != nullptr) epochs_->start();
    router_.start(makers, transforms);
    { // sources come once each sink has opened, or failed to; one that takes longer than the grace is not waited for
        std::unique_lock lock{mutex_};
        ended_.wait_for(lock, std::chrono::nanoseconds{pipeline_.site.grace}, [&] {
            return std::all_of(nodes_.begin(), nodes_.end(), [](const auto& one) {
                return one->is_transform() || !one->takes() || one->tried_start || one->done;
            });
        });
    }
    launch(false);
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
    if (at_end()) eventfd_write(end_fd_, 1);
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
    return !fatal_.empty() ||
           std::all_of(nodes_.begin(), nodes_.end(), [](const auto& one) { return one->takes() || one->done; });
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
    for (auto& one : nodes_) {
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

    bool all_ended = true;
    for (std::size_t i = 0; i < nodes_.size(); ++i) {
        auto& one = *nodes_[i];
        if (one.is_transform()) {
            if (one.abi().stop != nullptr) one.enter([&](void* self) { return one.abi().stop(self); });
            one.how = node_state::stopped;
        } else if (!threads_[i].joinable()) {
            continue;
        } else if (one.done) {
            threads_[i].join();
        } else {
            threads_[i].detach();
            one.how = node_state::abandoned;
            all_ended = false;
            how_.said->write(log_level::error, one.name(), "abandoned",
                             "it does not end (grace " + spell_duration(pipeline_.site.grace) + "): it is left behind");
        }
    }
    if (!all_ended) return false; // a node left behind may still use its connection
    for (std::size_t i = 0; i < connections_.size(); ++i) {
        auto& one = *connections_[i];
        if (connection_started_[i] && one.abi().stop != nullptr)
            one.enter([&](void* self) { return one.abi().stop(self); });
        connection_started_[i] = false;
    }
    return true;
}

} // namespace releve::core
