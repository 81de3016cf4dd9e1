// SPDX-License-Identifier: Apache-2.0
// Each rule that the fake host checks, broken once.
#include <releve/sink.hpp>
#include <releve/source.hpp>
#include <releve/testing/catch.hpp>
#include <releve/testing/testing.hpp>
#include <releve/transform.hpp>

#include <cmath>
#include <functional>
#include <limits>
#include <thread>

using namespace std::chrono_literals;
using releve::to_c;
namespace rt = releve::testing;

namespace {

/// What the component does wrong in the current test.
struct wrong {
    static inline std::function<void(releve::context&)> in_create;
    static inline std::function<void(releve::context&, releve::output&)> in_collect;
    static inline std::function<void(releve::context&, const releve::batch&, releve::output&)> in_process;
    static inline std::function<void(releve::context&, const releve::delivery&)> in_write;
};

class bad_source final : public releve::source {
    releve::context& host_;

public:
    static constexpr auto summary = "Breaks a rule";
    explicit bad_source(releve::context& host)
        : host_{host} {
        if (wrong::in_create) wrong::in_create(host);
    }
    void collect(releve::output& out) override { wrong::in_collect(host_, out); }
};

class bad_transform final : public releve::transform {
    releve::context& host_;

public:
    static constexpr auto summary = "Breaks a rule";
    explicit bad_transform(releve::context& host)
        : host_{host} {}
    void process(const releve::batch& in, releve::output& out) override { wrong::in_process(host_, in, out); }
};

class bad_sink final : public releve::sink {
    releve::context& host_;

public:
    static constexpr auto summary = "Breaks a rule";
    explicit bad_sink(releve::context& host)
        : host_{host} {}
    void write(const releve::delivery& in) override { wrong::in_write(host_, in); }
};

const rt::plugin bad{releve::component<bad_source>("bad_source"), releve::component<bad_transform>("bad_transform"),
                     releve::component<bad_sink>("bad_sink")};

std::string all_of(const rt::node& n) {
    std::string text;
    for (const auto& one : n.misbehaviour()) text += one + "\n";
    return text;
}

std::string of_collect(std::function<void(releve::context&, releve::output&)> f) {
    wrong::in_create = {};
    wrong::in_collect = std::move(f);
    rt::node n{bad, "bad_source"};
    static_cast<void>(n.start());
    static_cast<void>(n.collect());
    n.destroy();
    return all_of(n);
}
std::string of_process(std::function<void(releve::context&, const releve::batch&, releve::output&)> f) {
    wrong::in_process = std::move(f);
    rt::node n{bad, "bad_transform"};
    static_cast<void>(n.start());
    rt::upstream up{n, "up"};
    static_cast<void>(n.process(up.batch().add(up.gauge("power", "W"), 1)));
    n.destroy();
    return all_of(n);
}
std::string of_write(std::function<void(releve::context&, const releve::delivery&)> f) {
    wrong::in_write = std::move(f);
    rt::node n{bad, "bad_sink"};
    static_cast<void>(n.start());
    rt::upstream up{n, "up"};
    static_cast<void>(n.write(up.batch().add(up.gauge("power", "W"), 1)));
    n.destroy();
    return all_of(n);
}

using Catch::Matchers::ContainsSubstring;

} // namespace

TEST_CASE("records that break a rule") {
    CHECK_THAT(of_collect([](auto&, auto& out) { out.add(releve::series{77}, 1); }),
               ContainsSubstring("series number 77, which is not declared"));
    CHECK_THAT(of_collect([](auto& host, auto& out) { out.add(host.text("t", "Text"), 1); }),
               ContainsSubstring("is a text but got a number"));
    CHECK_THAT(of_collect([](auto& host, auto& out) { out.add(host.gauge("g", "1", "Gauge"), "x"); }),
               ContainsSubstring("is a number but got a text"));
    CHECK_THAT(of_collect([](auto& host, auto& out) { out.add(host.text("t", "Text"), "\xff"); }),
               ContainsSubstring("not UTF-8"));
    CHECK_THAT(of_collect([](auto& host, auto& out) { out.add(host.gauge("g", "1", "Gauge"), std::nan("")); }),
               ContainsSubstring("NaN"));
    CHECK_THAT(of_collect([](auto& host, auto& out) {
                   out.add(host.gauge("g", "1", "Gauge"), std::numeric_limits<double>::infinity());
               }),
               ContainsSubstring("infinite"));
    CHECK_THAT(of_collect([](auto& host, auto&) { host.gauge("g", "", "Gauge"); }),
               ContainsSubstring("without a unit"));
    CHECK_THAT(of_collect([](auto& host, auto&) { host.gauge("g", "1", ""); }), ContainsSubstring("has no help"));
    CHECK_THAT(of_collect([](auto& host, auto& out) {
                   const auto text = host.text("t", "Text");
                   releve_writer w{};
                   w.size = sizeof w;
                   host.host()->begin(host.c(), 1, 4, &w);
                   *w.next = {};
                   w.next->series = text.number();
                   w.next->type = RELEVE_VALUE_TEXT;
                   w.next->value.text = {2, 3};
                   w.text_used = 4;
                   ++w.next;
                   host.host()->emit(host.c(), &w, {});
                   static_cast<void>(out);
               }),
               ContainsSubstring("outside the batch's text"));
}

TEST_CASE("series that the host refuses") {
    const auto twice = [](releve::context& host, releve::output&) {
        host.gauge("g", "W", "Gauge");
        host.gauge("g", "kW", "Gauge");
    };
    wrong::in_collect = twice;
    rt::node n{bad, "bad_source"};
    const auto answer = n.collect();
    CHECK(answer.permanent());
    CHECK(answer.why == "series 'g': g{device=bad_source, site=testing} is already in 'W'");
    wrong::in_collect = [](releve::context& host, releve::output&) {
        for (int i = 0; i < 4; ++i) host.gauge("g" + std::to_string(i), "W", "Gauge");
    };
    rt::node many{bad, "bad_source", "", {.max_series = 3}};
    CHECK_THAT(many.collect().why, ContainsSubstring("already has 3 series"));
    CHECK(all_of(many).empty());
}

TEST_CASE("a series of another node that was not received") {
    rt::site site{bad};
    rt::upstream up{site, "up"};
    const auto power = up.gauge("power", "W");
    wrong::in_process = [&](releve::context&, const releve::batch&, releve::output& out) { out.add(power, 1); };
    rt::node n{site, "bad_transform"};
    REQUIRE(n.process(up.batch().add(up.gauge("other", "W"), 1)));
    CHECK_THAT(all_of(n), ContainsSubstring("'up' declared and this node did not receive"));
}

TEST_CASE("host functions called where they are not allowed") {
    wrong::in_create = [](releve::context& host) { host.wait(1s); };
    wrong::in_collect = [](auto&, auto&) {};
    CHECK_THROWS_WITH((rt::node{bad, "bad_source"}), ContainsSubstring("wait is for a function of the node"));
    wrong::in_create = [](releve::context& host) { static_cast<void>(host.cursor()); };
    {
        rt::node n{bad, "bad_source"};
        CHECK_THAT(all_of(n), ContainsSubstring("cursor is for a function of the node; it was called in create"));
    }
    wrong::in_create = {};
    CHECK_THAT(of_collect([](auto& host, auto&) { host.refuse("x", "y"); }),
               ContainsSubstring("bad_option is for create"));
    CHECK_THAT(of_collect([](auto& host, auto&) { host.wake_at(host.now()); }),
               ContainsSubstring("is for a transform"));
    CHECK_THAT(of_collect([](auto& host, auto&) { std::thread{[&] { static_cast<void>(host.state("x")); }}.join(); }),
               ContainsSubstring("it was called on a thread of its own"));
    CHECK_THAT(of_process([](auto& host, auto&, auto&) { host.wait(1s); }), ContainsSubstring("must not block"));
    CHECK_THAT(of_write([](auto& host, auto& in) { host.host()->reject(host.c(), in.c(), 1, to_c("late")); }),
               ContainsSubstring("beyond the batch's last"));
    CHECK_THAT(of_write([](auto&, auto& in) { in.c()->answers[0] = RELEVE_ANSWER_REJECTED; }),
               ContainsSubstring("without a reason"));
    CHECK_THAT(of_write([](auto& host, auto&) {
                   releve::output mine{host};
                   mine.add(host.gauge("g", "1", "Gauge"), 1);
                   mine.flush();
               }),
               ContainsSubstring("roles do not say that it makes"));
}

TEST_CASE("batches that are not released, or released twice") {
    CHECK_THAT(of_collect([](auto& host, auto&) {
                   releve_writer w{};
                   w.size = sizeof w;
                   host.host()->begin(host.c(), 1, 0, &w);
               }),
               ContainsSubstring("neither emitted nor discarded"));
    CHECK_THAT(of_process([](auto& host, auto& in, auto&) { host.host()->retain(host.c(), in.c()); }),
               ContainsSubstring("not released before destroy"));
    CHECK_THAT(of_process([](auto& host, auto& in, auto&) { host.host()->release(host.c(), in.c()); }),
               ContainsSubstring("not retained"));
    const releve_batch* kept = nullptr;
    CHECK(of_process([&](auto& host, auto& in, auto& out) {
              host.host()->retain(host.c(), in.c());
              kept = in.c();
              out.forward(in);
              host.host()->release(host.c(), kept);
          }).empty());
}

TEST_CASE("structs whose size is 0") {
    std::string declared, measured, begun;
    CHECK_THAT(of_collect([&](auto& host, auto&) {
                   const auto& h = *host.host();
                   std::uint32_t number = 0;
                   const releve_series series{};
                   if (h.declare(host.c(), &series, &number) == RELEVE_REFUSED)
                       declared = releve::view(h.reason(host.c()));
                   const releve_metric metric{};
                   if (h.metric(host.c(), &metric, &number) == RELEVE_REFUSED)
                       measured = releve::view(h.reason(host.c()));
                   releve_writer writer{};
                   if (h.begin(host.c(), 1, 0, &writer) == RELEVE_REFUSED) begun = releve::view(h.reason(host.c()));
                   h.discard(host.c(), &writer);
               }),
               ContainsSubstring("the size of the releve_series is 0"));
    CHECK_THAT(declared, ContainsSubstring("releve_series") && ContainsSubstring("112 bytes"));
    CHECK_THAT(measured, ContainsSubstring("releve_metric") && ContainsSubstring("56 bytes"));
    CHECK_THAT(begun, ContainsSubstring("releve_writer") && ContainsSubstring("64 bytes"));
}

TEST_CASE("logs, health and metrics that break a rule") {
    CHECK_THAT(of_collect([](auto&, auto&) { throw releve::transient_error(""); }),
               ContainsSubstring("collect failed without a reason"));
    CHECK_THAT(of_collect([](auto&, auto&) { throw releve::stopped{}; }),
               ContainsSubstring("the node was not asked to stop"));
    CHECK_THAT(of_collect([](auto& host, auto&) { host.log(releve::level::info, "", "x"); }),
               ContainsSubstring("log without an event"));
    CHECK_THAT(of_collect([](auto& host, auto&) { host.lost("A11", ""); }), ContainsSubstring("without a reason"));
    CHECK_THAT(of_collect([](auto& host, auto&) { host.counter_metric("frames_total", "Frames").set(1); }),
               ContainsSubstring("is added to, not set"));
    CHECK_THAT(of_collect([](auto& host, auto&) { host.counter_metric("frames_total", "Frames").add(-1); }),
               ContainsSubstring("at least 0"));
    CHECK(of_collect([](auto& host, auto&) {
              host.log(releve::level::info, "fine", "x");
              throw releve::transient_error("said well");
          }).empty());
}

TEST_CASE("a host function called after destroy returned") {
    releve::context* late = nullptr;
    wrong::in_create = {};
    const releve_host* host = nullptr;
    releve_context* c = nullptr;
    wrong::in_collect = [&](releve::context& h, releve::output&) {
        late = &h;
        host = h.host();
        c = h.c();
    };
    rt::node n{bad, "bad_source"};
    REQUIRE(n.collect());
    n.destroy();
    host->log(c, RELEVE_LOG_INFO, to_c("late"), to_c("too late"));
    CHECK_THAT(all_of(n), ContainsSubstring("after destroy returned"));
}
