// SPDX-License-Identifier: Apache-2.0
// Creates, calls and destroys a node. Its input is in node_input.cpp, its observed output in node_seen.cpp.
#include "node_member.hpp"

#include <releve/string.hpp>
#include <releve/struct_size.hpp>

#include <algorithm>
#include <cstdio>

namespace releve::testing {

namespace {

using real_clock = std::chrono::steady_clock;

[[noreturn]] void has_no(const fake& of, std::string_view function) {
    throw std::logic_error("component '" + of.component_name + "' has no " + std::string{function});
}

std::shared_ptr<node::member> make(const std::shared_ptr<site::world>& world, std::string_view component,
                                   std::string_view toml, std::string_view name) {
    world->add_connections(toml);
    const auto section = section_name(toml, component);
    if (name.empty()) name = section.empty() ? component : std::string_view{section};
    const auto& of = world->of_plugin.component(component);
    auto made = std::make_shared<node::member>(*world, world->free_name(name), of);
    made->thread = worker::make(*world, made.get());
    {
        const std::lock_guard lock{world->mutex};
        world->workers.push_back(made->thread);
        world->nodes.push_back(made);
    }
    return made;
}

void leave(site::world& world, const std::shared_ptr<node::member>& of, const std::shared_ptr<site::world>& share) {
    const bool ended =
        of->thread->end(std::make_shared<std::pair<std::shared_ptr<site::world>, std::shared_ptr<fake>>>(share, of));
    const std::lock_guard lock{world.mutex};
    std::erase(world.workers, of->thread);
    std::erase(world.nodes, of);
    if (!ended) std::fprintf(stderr, "releve::testing: node '%s' does not return and is abandoned\n", of->name.c_str());
}

} // namespace

std::vector<problem> problems(const plugin& of, std::string_view component, std::string_view toml, setup with) {
    try {
        const node made{of, component, toml, std::move(with)};
        return {};
    } catch (const bad_options& e) {
        return e.problems;
    }
}

node::node(const plugin& of, std::string_view component, std::string_view toml, setup with)
    : node{site{of, {}, std::move(with)}, component, toml} {}

node::node(const site& at, std::string_view component, std::string_view toml, std::string_view name)
    : world_{at.shared()}
    , member_{make(world_, component, toml, name)} {
    try {
        create(*world_, *member_->thread, *member_, read_options(*member_, toml));
    } catch (...) {
        leave(*world_, member_, world_);
        throw;
    }
}

node::~node() {
    try {
        destroy();
    } catch (const std::exception& e) {
        std::fprintf(stderr, "releve::testing: %s\n", e.what());
    }
    leave(*world_, member_, world_);
}

outcome node::probe() {
    auto& m = *member_;
    if (m.component.probe == nullptr) return {};
    return world_->call(*m.thread, m, phase::probe, [&] { return m.component.probe(m.self); });
}

outcome node::start() {
    auto& m = *member_;
    for (const auto& name : m.connections) {
        auto& of = *world_->connection(name);
        if (of.started) continue;
        of.started = true;
        if (of.component.start == nullptr) continue;
        if (auto answer =
                world_->call(*world_->common_worker, of, phase::start, [&] { return of.component.start(of.self); });
            !answer) {
            of.started = false;
            return answer;
        }
    }
    {
        const std::lock_guard lock{world_->mutex};
        m.started = true;
        m.stopping = false;
        m.stop_fd.clear();
        m.run_ended.reset();
    }
    if (m.component.start == nullptr) return {};
    return world_->call(*m.thread, m, phase::start, [&] { return m.component.start(m.self); });
}

outcome node::collect() {
    auto& m = *member_;
    if (m.component.collect == nullptr) has_no(m, "collect");
    return world_->call(*m.thread, m, phase::collect, [&] { return m.component.collect(m.self); });
}

query_reply node::ask(const labels& words, int stop_fd) {
    auto& m = *member_;
    const auto* found = static_cast<const releve_ask*>(
        m.component.extension == nullptr ? nullptr : m.component.extension(to_c(RELEVE_ASK)));
    if (found == nullptr) has_no(m, RELEVE_ASK);
    if (!is_whole(found)) throw std::runtime_error(why_not_whole(found));
    std::vector<releve_label> all;
    for (const auto& [key, value] : words) all.push_back({to_c(key), to_c(value)});
    query_reply made;
    const auto give = [](void* to, releve_string text) noexcept {
        auto& into = *static_cast<query_reply*>(to);
        into.text = view(text);
        ++into.times;
    };
    made.status = found->ask(m.self, all.data(), static_cast<std::uint32_t>(all.size()), stop_fd, give, &made);
    return made;
}

void node::run() {
    auto& m = *member_;
    if (m.component.run == nullptr) has_no(m, "run");
    m.run_ended.reset();
    world_->begin(*m.thread, m, phase::run, [&m] { return m.component.run(m.self); });
    settle();
}

void node::ask_to_stop() {
    const std::lock_guard lock{world_->mutex};
    member_->stopping = true;
    member_->stop_fd.set();
    member_->thread->wake(false);
    world_->note_change();
}

outcome node::stop() {
    auto& m = *member_;
    const auto asked = real_clock::now();
    ask_to_stop();
    outcome first;
    {
        std::unique_lock lock{world_->mutex};
        if (!world_->changed.wait_for(lock, world_->settings.watchdog,
                                      [&] { return m.thread->state == worker::doing::nothing; }))
            throw stuck("node '" + m.name + "' (" + m.component_name + ") did not return from " +
                        std::string{name_of(m.thread->where)} + " after it was asked to stop");
        m.stop_took = real_clock::now() - asked;
        if (m.run_ended) first = *m.run_ended;
        m.started = false;
    }
    if (m.component.stop == nullptr) return first;
    const auto answer = world_->call(*m.thread, m, phase::stop, [&] { return m.component.stop(m.self); });
    return first ? answer : first;
}

void node::destroy() {
    auto& m = *member_;
    if (!m.alive) return;
    if (m.started || running()) static_cast<void>(stop());
    testing::destroy(*world_, *m.thread, m);
}

void node::restart() {
    auto& m = *member_;
    if (running()) { // the cut comes while it runs: run must still return, since its thread can't be killed
        ask_to_stop();
        std::unique_lock lock{world_->mutex};
        if (!world_->changed.wait_for(lock, world_->settings.watchdog,
                                      [&] { return m.thread->state == worker::doing::nothing; }))
            world_->give_up(*m.thread);
    }
    testing::destroy(*world_, *m.thread, m);
    {
        const std::lock_guard lock{world_->mutex};
        m.durable.forget_uncommitted();
        m.emits = 0;
        m.run_ended.reset();
        m.received_series.clear();
        m.kept.clear();
    }
    create(*world_, *m.thread, m, {});
}

time_point node::now() const {
    const std::lock_guard lock{world_->mutex};
    return to_time(world_->utc());
}
void node::advance(duration by) { world_->advance(by.count()); }
void node::set_clock(time_point to) {
    const std::lock_guard lock{world_->mutex};
    world_->offset = to_ns(to) - world_->steady;
    world_->note_change();
}
bool node::run_until(const std::function<bool()>& done, duration within) {
    return world_->run_until(done, within.count());
}
void node::feed(int fd, std::string_view bytes) { world_->feed(fd, bytes); }
void node::settle() { world_->settle(); }

void node::acknowledge() { acknowledge(emits()); }
void node::acknowledge(std::uint64_t emit) {
    {
        const std::lock_guard lock{world_->mutex};
        member_->durable.commit(std::min(emit, member_->emits));
        member_->acknowledgement = true;
        member_->thread->wake(false);
        world_->note_change();
    }
    settle();
}

} // namespace releve::testing
