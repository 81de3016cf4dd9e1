// SPDX-License-Identifier: Apache-2.0
// Components that each break one promise, and are named after it.
#include "ends_program.hpp"

#include <releve/connection.hpp>
#include <releve/sink.hpp>
#include <releve/source.hpp>
#include <releve/transform.hpp>

#include <fcntl.h>

#include <chrono>
#include <cstdlib>
#include <thread>

using namespace releve::literals;

namespace {

struct quiet : releve::source {
    void collect(releve::output&) override {}
};

struct leaks : quiet {
    static inline void* volatile last = nullptr;
    static constexpr auto summary = "Forgets a few bytes each time";
    explicit leaks(releve::context&) {
        last = std::malloc(24); // NOLINT: forgotten on purpose
    }
};

struct leaks_descriptors : quiet {
    static constexpr auto summary = "Leaves a descriptor open when started";
    explicit leaks_descriptors(releve::context&) {}
    void start() override { static_cast<void>(::open("/dev/null", O_RDONLY | O_CLOEXEC)); }
};

/// Like a read from a device that does not check whether the node is asked to stop.
void block() { std::this_thread::sleep_for(1500ms); } // NOLINT

struct stops_late_in_collect : releve::source {
    static constexpr auto summary = "Blocks too long in collect";
    explicit stops_late_in_collect(releve::context&) {}
    void collect(releve::output&) override { block(); }
};

struct stops_late_in_run : releve::streaming_source {
    releve::context& host;
    static constexpr auto summary = "Continues for too long when it is asked to stop";
    explicit stops_late_in_run(releve::context& h)
        : host{h} {}
    void run(releve::output&) override {
        while (host.wait(1s) != releve::wake::stopped) {
        }
        block();
    }
};

struct ignores_stop : releve::streaming_source {
    static constexpr auto summary = "Never ends";
    explicit ignores_stop(releve::context&) {}
    void run(releve::output&) override {
        for (;;) block();
    }
};

struct undeclared : releve::source {
    static constexpr auto summary = "Emits a series that it did not declare";
    explicit undeclared(releve::context&) {}
    void collect(releve::output& out) override { out.add(releve::series{4711}, 1); }
};

struct silent_failure : quiet {
    static constexpr auto summary = "Fails without a reason";
    explicit silent_failure(releve::context&) {}
    void start() override { throw releve::transient_error(""); }
};

struct undocumented : quiet {
    static constexpr auto summary = "Has an option without help";
    static void describe(releve::option_list& o) { o.text("host", ""); }
    explicit undocumented(releve::context&) {}
};

struct bad_fallback : quiet {
    static constexpr auto summary = "Has a default that its own bounds refuse";
    static void describe(releve::option_list& o) { o.integer("port", "Its port").fallback(0).at_least(1); }
    explicit bad_fallback(releve::context&) {}
};

struct bad_example : quiet {
    static constexpr auto summary = "Has an example of another type";
    static void describe(releve::option_list& o) { o.integer("port", "Its port").fallback(1).example("\"eighty\""); }
    explicit bad_example(releve::context&) {}
};

struct throws_in_describe : quiet {
    static constexpr auto summary = "Throws while it describes itself";
    static void describe(releve::option_list&) { throw releve::permanent_error("it is a bad day"); }
    explicit throws_in_describe(releve::context&) {}
};

struct crashes_on_long_text : quiet {
    static constexpr auto summary = "Trusts the length of a text";
    static void describe(releve::option_list& o) { o.text("host", "Where it is").fallback("here"); }
    explicit crashes_on_long_text(releve::context& host) {
        if (host.options().text("host").size() > 1000) std::abort(); // as a smashed stack does
    }
};

struct needs_network : quiet {
    static constexpr auto summary = "Crashes when it can't connect";
    explicit needs_network(releve::context&) {}
    void start() override { std::abort(); }
};

struct blocks_router : releve::transform {
    releve::context& host;
    static constexpr auto summary = "Waits in process";
    explicit blocks_router(releve::context& h)
        : host{h} {}
    void process(const releve::batch&, releve::output&) override { host.wait(1s); }
};

struct makes_secretly : releve::sink {
    releve::context& host;
    releve::series written;
    static constexpr auto summary = "Emits, but its roles do not say so";
    explicit makes_secretly(releve::context& h)
        : host{h}
        , written{h.gauge("written", "1", "Records written")} {}
    void write(const releve::delivery& in) override {
        releve::output mine{host};
        mine.add(written, static_cast<double>(in.size()));
        mine.flush();
    }
};

struct one_only : releve::connection {
    int users = 0;
    static constexpr auto summary = "Breaks when a second node uses it";
    explicit one_only(releve::context&) {}
};

struct does_not_share : quiet {
    static constexpr auto summary = "Can't share its connection";
    static void describe(releve::option_list& o) { o.connection("connection", "one_only", "It").required(); }
    explicit does_not_share(releve::context& host) {
        if (++host.connection<one_only>("connection").users > 1)
            throw releve::permanent_error("somebody is there already");
    }
};

struct hangs_when_asked : releve::connection, releve::askable {
    static constexpr auto summary = "Does not check whether its reply is still needed";
    explicit hangs_when_asked(releve::context&) {}
    std::optional<std::string> reply(const releve::question&) override {
        std::this_thread::sleep_for(6s);
        return "at last";
    }
};

} // namespace

RELEVE_PLUGIN(
    "bad", "1.0.0", releve::component<leaks>("leaks"), releve::component<leaks_descriptors>("leaks_descriptors"),
    releve::component<stops_late_in_collect>("stops_late_in_collect"),
    releve::component<stops_late_in_run>("stops_late_in_run"), releve::component<ignores_stop>("ignores_stop"),
    releve::component<undeclared>("undeclared"), releve::component<silent_failure>("silent_failure"),
    releve::component<undocumented>("undocumented"), releve::component<bad_fallback>("bad_fallback"),
    releve::component<bad_example>("bad_example"), releve::component<throws_in_describe>("throws_in_describe"),
    releve::component<crashes_on_long_text>("crashes_on_long_text"), releve::component<needs_network>("needs_network"),
    releve::component<blocks_router>("blocks_router"), releve::component<makes_secretly>("makes_secretly"),
    releve::component<one_only>("one_only"), releve::component<does_not_share>("does_not_share"),
    releve::component<hangs_when_asked>("hangs_when_asked"), releve::component<bad::ends_program>("ends_program"),
    releve::component<bad::holds_router>("holds_router"), releve::component<bad::hangs_at_exit>("hangs_at_exit"))
