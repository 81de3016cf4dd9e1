// SPDX-License-Identifier: Apache-2.0
#include "../node_member.hpp"
#include "checks.hpp"
#include "own_time.hpp"

#include <dirent.h>
#include <dlfcn.h>
#include <malloc.h>

#include <algorithm>

using namespace std::chrono_literals;

namespace releve::conformance {

namespace {

/// Sanitizers have their own allocator, which mallinfo2 does not see. The runtime may be preloaded.
using allocated_bytes = std::size_t (*)();
allocated_bytes of_sanitizer() {
    static const auto found =
        reinterpret_cast<allocated_bytes>(::dlsym(RTLD_DEFAULT, "__sanitizer_get_current_allocated_bytes"));
    return found;
}
bool sanitized() { return of_sanitizer() != nullptr; }

struct holdings {
    std::int64_t bytes = 0;
    int descriptors = 0, threads = 0;
};

int entries(const char* folder) {
    int count = 0;
    DIR* const all = ::opendir(folder);
    if (all == nullptr) return 0;
    while (::readdir(all) != nullptr) ++count;
    ::closedir(all);
    return count;
}

holdings held() {
    const auto bytes = sanitized() ? of_sanitizer()() : ::mallinfo2().uordblks;
    return {static_cast<std::int64_t>(bytes), entries("/proc/self/fd"), entries("/proc/self/task")};
}

constexpr std::int64_t tolerance = 8192; // bytes in total: far below the smallest leak repeated in each round

/// What `once`, called `times` times, leaks. Caches that grow at first are not a leak: it is measured again.
std::string leak(int times, const std::function<void()>& once) {
    for (int i = 0; i < times / 10; ++i) once();
    std::string text;
    for (int attempt = 0; attempt < 2; ++attempt) {
        const auto before = held();
        for (int i = 0; i < times; ++i) once();
        const auto after = held();
        text.clear();
        if (after.bytes - before.bytes > tolerance)
            text = std::to_string((after.bytes - before.bytes) / times) + " bytes of memory each time";
        if (after.descriptors > before.descriptors)
            text += (text.empty() ? "" : ", ") + std::to_string(after.descriptors - before.descriptors) +
                    " descriptors in total";
        if (after.threads > before.threads)
            text += (text.empty() ? "" : ", ") + std::to_string(after.threads - before.threads) + " threads in total";
        if (text.empty()) return text;
    }
    return text;
}

result no_good_options(const subject& of) {
    return of.sample ? skipped("the sample has no section for it")
                     : skipped("it has required options without an example: give --sample");
}

/// Creates a node, or a site with the connection, `times` times.
std::string leak_of_connections(const subject& of, int times) {
    auto table = of.good->connections;
    if (table.empty()) table = "[connection.it]\ncomponent = \"" + of.component + "\"\n" + of.good->options;
    return leak(times, [&] { const testing::site made{of.plugin, table, alone()}; });
}

constexpr auto stuck_after = 2s; // of its own time

/// Own time until the function ends after it was asked to stop; nothing when it ended before.
std::optional<duration> end_of(testing::node& n, testing::phase p, std::function<releve_status()> f) {
    auto& world = *n.world();
    auto& m = *n.shared();
    {
        const std::lock_guard lock{world.mutex};
        m.stopping = false;
        m.stop_fd.clear();
        m.started = true;
    }
    world.begin(*m.thread, m, p, std::move(f));
    const auto idle = [&] { return m.thread->state == testing::worker::doing::nothing; };
    {
        std::unique_lock lock{world.mutex};
        // It is now blocked, in wait or elsewhere; a quick one has returned.
        world.changed.wait_for(lock, 200ms, [&] { return m.thread->state != testing::worker::doing::running; });
        if (idle()) return std::nullopt;
    }
    const own_time since_asked;
    n.ask_to_stop();
    std::unique_lock lock{world.mutex};
    while (!world.changed.wait_for(lock, 100ms, idle))
        if (since_asked.passed() > stuck_after)
            throw testing::stuck("is still inside " + std::string{testing::name_of(p)} +
                                 " 2 s after it was asked to stop");
    return since_asked.passed();
}

} // namespace

result no_leak(const subject& of) {
    if (!of.good) return no_good_options(of);
    constexpr int times = 1000;
    std::string kept;
    if (of.is_connection()) {
        kept = leak_of_connections(of, times);
    } else {
        testing::site at{of.plugin, of.good->connections, alone()};
        testing::node n{at, of.component, of.good->options};
        kept = leak(times, [&] {
            n.restart();
            n.forget();
        });
    }
    return kept.empty() ? ok("created and destroyed 1,000 times without a leak")
                        : failed("created and destroyed 1,000 times, it leaks " + kept);
}

result no_leak_started(const subject& of) {
    if (!of.good) return no_good_options(of);
    if (of.is_connection()) return skipped("a connection is started with its nodes");
    constexpr int times = 50;
    testing::site at{of.plugin, of.good->connections, alone()};
    testing::node n{at, of.component, of.good->options};
    int started = 0;
    std::string why;
    const auto kept = leak(times, [&] {
        const auto answer = n.start();
        started += answer ? 1 : 0;
        why = answer.why;
        static_cast<void>(n.stop());
        n.restart();
        n.forget();
    });
    if (!kept.empty()) return failed("started and stopped 50 times, it leaks " + kept);
    return ok(started != 0 ? "started and stopped 50 times without a leak"
                           : "start fails cleanly (" + why + "), 50 times without a leak");
}

result stops(const subject& of) {
    if (!of.good) return no_good_options(of);
    if (of.is_connection()) return skipped("a connection is stopped with its nodes");
    const auto limit = sanitized() ? duration{1s} : duration{100ms};
    testing::site at{of.plugin, of.good->connections, alone()};
    testing::node n{at, of.component, of.good->options};
    const auto in_time = [&](testing::phase p, std::function<releve_status()> f) {
        const auto took = end_of(n, p, std::move(f));
        if (!took || *took <= limit) return std::string{};
        return "takes " + std::to_string(std::chrono::duration_cast<std::chrono::milliseconds>(*took).count()) +
               " ms to end " + std::string{testing::name_of(p)};
    };
    const auto* abi = of.abi;
    void* const self = n.shared()->self;
    for (int round = 0; round < 3; ++round) {
        for (const auto& [p, f] :
             {std::pair{testing::phase::start, abi->start}, std::pair{testing::phase::collect, abi->collect},
              std::pair{testing::phase::run, abi->run}}) {
            if (f == nullptr) continue;
            if (const auto late = in_time(p, [f = f, self] { return f(self); }); !late.empty()) return failed(late);
            if (p == testing::phase::start && !n.shared()->thread->result) {
                if (const auto late = in_time(testing::phase::stop,
                                              [&] { return abi->stop == nullptr ? RELEVE_OK : abi->stop(self); });
                    !late.empty())
                    return failed(late);
                return ok("start fails at once without a device, and stop ends; the rest is not checked");
            }
        }
        const own_time since_asked;
        static_cast<void>(n.stop());
        const auto took = since_asked.passed();
        if (took > limit)
            return failed("stop takes " +
                          std::to_string(std::chrono::duration_cast<std::chrono::milliseconds>(took).count()) + " ms");
    }
    return ok("ends within 100 ms, in every function");
}

} // namespace releve::conformance
