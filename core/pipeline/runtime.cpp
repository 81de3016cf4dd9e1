// SPDX-License-Identifier: Apache-2.0
#include "runtime.hpp"

#include <algorithm>
#include <array>
#include <utility>

namespace releve::core {

namespace {

std::unordered_map<std::uint32_t, counter_state> counters_in(const store* kept) {
    return kept == nullptr ? std::unordered_map<std::uint32_t, counter_state>{} : kept->counters();
}

/// A thread that was left behind may still be in it.
bool runs_on(const std::shared_ptr<node>& one) { return one->life().is(node_state::abandoned); }

} // namespace

runtime::runtime(pipeline_file& file, settings with)
    : file_{file}
    , store_{with.store}
    , services_{*with.clock,
                *with.log,
                file.site,
                with.once,
                counter_memory{counters_in(with.store)},
                commit_inbox{with.store != nullptr, with.store == nullptr ? 0 : with.store->last_letter_id()}}
    , connections_{services_}
    , epochs_{store_ == nullptr ? nullptr : std::make_unique<epochs>(services_, graph_, *store_)}
    , router_{services_, graph_, taps_, epochs_.get(), std::move(with.observe)}
    , launcher_{services_, connections_, watch_, router_}
    , assembly_{services_, graph_, store_}
    , switchover_{services_, graph_, assembly_, launcher_, router_, connections_, watch_, epochs_.get()}
    , monitor_{services_, graph_, with.call_timeout} {
    services_.committer.retire(); // until its thread runs
    if (store_ != nullptr) store_->restore(services_.series);
}

runtime::~runtime() {
    if (started_ && !ending_) stop();
    const auto nodes = graph_.nodes(), used = graph_.connections();
    const std::array all{&nodes, &graph_.left(), &switchover_.abandoned(), &used};
    if (connections_.questions().any() || std::any_of(all.begin(), all.end(), [](const auto* some) {
            return std::any_of(some->begin(), some->end(), runs_on);
        })) {
        for (const auto* some :
             all) // deliberately: a thread may still use them. Without memory for it the program ends.
            // NOLINTNEXTLINE(clang-analyzer-cplusplus.NewDeleteLeaks, bugprone-unhandled-exception-at-new)
            static_cast<void>(new node_list{*some});
        return;
    }
    for (const bool connection : {false, true}) // after those that use them
        for (const auto* some : all)
            for (const auto& one : *some)
                if (one->is_connection() == connection) one->destroy();
}

std::vector<refusal> runtime::construct() {
    auto to = assembly_.make(file_, nullptr);
    if (!to.refused.empty()) return std::move(to.refused);
    assembly_.prepare_takers(to.made);
    assembly_.adopt(to);
    assembly_.recall_sources(to.made);
    watch_.expect(graph_.nodes());
    if (store_ != nullptr) report_backlogs();
    return {};
}

std::map<std::string, backlog> runtime::orphan_spools() const {
    if (store_ == nullptr) return {};
    auto left = store_->backlogs();
    for (const auto& one : nodes())
        if (one->owed().spooled() != nullptr) left.erase(one->name());
    return left;
}

std::map<std::string, std::int64_t> runtime::dead_letters() const {
    return store_ == nullptr ? std::map<std::string, std::int64_t>{} : store_->dead_letters();
}

/// What an earlier run left in the state directory.
void runtime::report_backlogs() const {
    auto& log = services_.log;
    for (const auto& one : nodes())
        if (const auto* its = one->owed().spooled(); its != nullptr && its->waiting_records() != 0)
            log.write(log_level::info, one->name(), "backlog",
                      std::to_string(its->waiting_records()) + " records wait in its spool");
    for (const auto& [sink, what] : orphan_spools())
        log.write(log_level::warning, sink, "orphan_spool",
                  std::to_string(what.records) +
                      " records wait for this sink, which the pipeline file no longer has with a spool: they are kept");
    for (const auto& text : store_->notices()) log.write(log_level::error, {}, "state_file", text);
}

std::vector<runtime::probed> runtime::probe() {
    std::vector<probed> all;
    for (const auto& one : nodes()) {
        probed result{one->name(), one->abi().probe != nullptr, {}};
        if (result.probes) {
            result.why = connections_.start_for(*one);
            if (result.why.empty() &&
                one->enter("probe", [&](void* self) { return one->abi().probe(self); }) != RELEVE_OK)
                result.why = one->failure();
        }
        all.push_back(std::move(result));
    }
    return all;
}

answered runtime::ask(std::string_view component, const questions::words& with) {
    return connections_.questions().ask(graph_.connections(), component, with);
}

void runtime::start() {
    started_ = true;
    monitor_.start();
    const auto all = nodes();
    launcher_.start_transforms(all);
    launcher_.start_sinks(all);
    if (epochs_ != nullptr) epochs_->start();
    router_.start();
    launcher_.wait_until_tried(all);
    launcher_.start_sources(all);
    watch_.hold(false);
}

void runtime::count_what_is_left() {
    for (const auto& one : graph_.committing()) {
        auto lost = one->owed().clear();
        while (const auto left = one->made().pop()) lost += left.batch->batch.count;
        for (const auto& left : one->take_emitted()) lost += left->batch.count;
        one->leave_what_has_no_cursor();
        if (lost == 0) continue;
        figures::add(one->figures().dropped, lost);
        services_.log.write(log_level::error, one->name(), "left_at_end",
                            std::to_string(lost) + " records were still on their way at the end and are lost");
    }
}

/// One of them holds the router.
void runtime::leave_behind_transforms() {
    const auto why = router_.held_by();
    for (const auto& one : nodes()) {
        if (!one->is_transform() || one->calls().since() == never) continue;
        one->life().stop();
        one->life().abandon();
        services_.log.write(log_level::error, one->name(), "abandoned",
                            "it does not end (grace " + spell_duration(site().grace) + "): " + why +
                                "; it is left behind");
    }
    services_.log.write(log_level::error, {}, "router_abandoned",
                        "records did not move any more, so that what was read last is not acknowledged: " + why);
}

bool runtime::stop(steady_time limit) {
    ending_ = true;
    const auto all = nodes();
    launcher_.end_all(all, epochs_.get(), limit);
    const bool routed = router_.stop(a_moment_after(limit));
    if (!routed) // it may still cut epochs
        leave_behind_transforms();
    else if (epochs_ != nullptr && !epochs_->stop(a_moment_after(limit)))
        services_.log.write(log_level::error, {}, "not_committed",
                            "what was read since the last commit could not be written to the state file before the "
                            "end: sources that can read again will");
    if (routed) count_what_is_left();
    launcher_.join_or_abandon(all);
    if (routed) launcher_.stop_transforms(all);
    services_.log.settle(true);
    if (!routed || std::any_of(all.begin(), all.end(), runs_on)) return false; // it may still use its connection
    if (!connections_.stop(graph_.connections(), a_moment_after(limit))) return false;
    monitor_.stop();
    return std::none_of(switchover_.abandoned().begin(), switchover_.abandoned().end(), runs_on);
}

} // namespace releve::core
