// SPDX-License-Identifier: Apache-2.0
#include "launcher.hpp"

#include "worker.hpp"

#include <algorithm>
#include <chrono>
#include <string>
#include <utility>

namespace releve::core {

namespace {

bool is_source(const node& one) { return !one.is_transform() && !one.takes(); }

template <class Predicate>
std::vector<node*> those(const node_list& of, Predicate are) {
    std::vector<node*> some;
    for (const auto& one : of)
        if (are(*one)) some.push_back(one.get());
    return some;
}

} // namespace

void launcher::start_transforms(const node_list& some) {
    for (const auto& one : some) {
        if (!one->is_transform()) continue;
        one->life().starts();
        if (one->enter_start() != RELEVE_OK) watch_.is_fatal(*one, one->failure());
        one->life().goes_well();
    }
}

void launcher::stop_transforms(const node_list& some) {
    for (const auto& one : some) {
        if (!one->is_transform()) continue;
        one->life().stop();
        one->enter_stop();
        one->life().ends();
    }
}

void launcher::launch(const std::shared_ptr<node>& one) {
    one->waiter().enrol();
    running_.push_back({one, std::thread{[this, who = one.get()] {
                            worker{*who, shared_, connections_, watch_}.run();
                        }}});
}

void launcher::start_sinks(const node_list& some) {
    for (const auto& one : some)
        if (one->is_sink() && shared_.once)
            one->life().sits_out();
        else if (one->is_sink())
            launch(one);
}

void launcher::start_sources(const node_list& some) {
    for (const auto& one : some)
        if (is_source(*one)) launch(one);
}

void launcher::wait_until_tried(const node_list& some) {
    const auto limit = std::chrono::steady_clock::now() + std::chrono::nanoseconds{shared_.site.grace};
    const auto sinks = those(some, [](const node& one) { return one.is_sink(); });
    watch_.wait_until(limit, [&] {
        return std::all_of(sinks.begin(), sinks.end(), [](const node* one) { return one->life().tried_to_start(); });
    });
}

bool launcher::wait_ended(const std::vector<node*>& all, steady_time limit) {
    return watch_.wait_until(limit, [&] {
        return std::all_of(all.begin(), all.end(), [](const node* one) { return one->life().ended(); });
    });
}

void launcher::end_sources(const node_list& some, steady_time limit) {
    const auto sources = those(some, is_source);
    for (auto* one : sources) {
        one->made().widen();
        one->stop();
    }
    if (!wait_ended(sources, limit)) {
        for (auto* one : sources) one->made().close();
        wait_ended(sources, a_moment_after(limit));
    }
    router_.drain(sources, limit);
}

void launcher::end_sinks(const node_list& some, steady_time limit) {
    const auto sinks = those(some, [](const node& one) { return one.is_sink(); });
    for (auto* one : sinks) {
        one->made().widen();
        one->owed().finish();
        one->life().leave();
        one->waiter().wake();
    }
    if (wait_ended(sinks, limit)) return;
    for (auto* one : sinks) {
        if (one->life().ended()) continue;
        one->made().close();
        one->stop();
    }
    wait_ended(sinks, a_moment_after(limit));
}

void launcher::end_all(const node_list& nodes, epochs* commits, steady_time limit) {
    const auto sources = those(nodes, is_source);
    const auto sinks = those(nodes, [](const node& one) { return one.is_sink(); });
    for (auto* one : sources) one->stop();
    for (auto* one : sinks) {
        one->life().drain();
        one->waiter().wake(); // one that waits to try again tries a last time
    }
    wait_ended(sources, limit);
    router_.drain(limit);
    close_sinks(sinks, commits, limit);
    for (auto* one : sources) one->made().close(); // one that still waits for room gets none
    wait_ended(sources, a_moment_after(limit));
}

/// A sink that makes feeds others: it ends, and is routed, before they do.
void launcher::close_sinks(std::vector<node*> sinks, epochs* commits, steady_time limit) {
    const auto feeds = [](const node* one, const node* other) {
        const auto& reached = one->wires().reaches;
        return std::find(reached.begin(), reached.end(), other) != reached.end();
    };
    while (!sinks.empty()) {
        std::vector<node*> first, rest;
        for (auto* one : sinks) {
            const bool fed = std::any_of(sinks.begin(), sinks.end(), [&](auto* other) { return feeds(other, one); });
            (fed ? rest : first).push_back(one);
        }
        if (std::any_of(first.begin(), first.end(), [](const auto* one) { return one->owed().comes_first(); }))
            commits->flush(limit);
        for (auto* one : first) {
            one->life().close();
            one->waiter().wake();
        }
        if (!wait_ended(first, limit)) {
            for (auto* one : first) one->stop();
            wait_ended(first, a_moment_after(limit));
        }
        router_.drain(limit);
        sinks = std::move(rest);
    }
}

void launcher::join_or_abandon(const node_list& some) {
    for (auto at = running_.begin(); at != running_.end();) {
        const auto& who = at->who;
        if (std::find(some.begin(), some.end(), who) == some.end()) {
            ++at;
            continue;
        }
        if (who->life().ended() || !who->life().abandon()) {
            at->thread.join();
        } else {
            at->thread.detach();
            shared_.log.write(log_level::error, who->name(), "abandoned",
                              "it does not end (grace " + spell_duration(shared_.site.grace) + "): it is left behind");
        }
        at = running_.erase(at);
    }
}

} // namespace releve::core
