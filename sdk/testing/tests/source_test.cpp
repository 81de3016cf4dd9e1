// SPDX-License-Identifier: Apache-2.0
// Polled sources: records, logs, health, metrics, waits inside a call, the watchdog.
#include "channel.hpp"

#include <releve/source.hpp>
#include <releve/testing/catch.hpp>
#include <releve/testing/testing.hpp>

#include <unistd.h>

#include <atomic>
#include <cmath>
#include <optional>
#include <thread>

using namespace releve::literals;
using namespace std::chrono_literals;
namespace rt = releve::testing;

namespace {

class everything final : public releve::source {
    releve::context& host_;
    releve::series energy_, period_, tap_, absent_;
    releve::metric frames_, age_;
    int count_ = 0;

public:
    static constexpr auto summary = "Makes one of each";
    explicit everything(releve::context& host)
        : host_{host}
        , energy_{host.counter("energy", "Wh", "Energy", {{"channel", "1"}})}
        , period_{host.text("period", "Tariff period")}
        , tap_{host.event("tap", "Tap")}
        , absent_{host.gauge("probe", "Cel", "Probe")}
        , frames_{host.counter_metric("frames_total", "Frames")}
        , age_{host.gauge_metric("age_seconds", "Age")} {}
    void collect(releve::output& out) override {
        ++count_;
        out.add(energy_, 100.0 * count_);
        out.add(period_, "HP");
        out.add(tap_, "open by hand", out.time() - 1h);
        out.absent(absent_);
        frames_.add(2);
        age_.set(7);
        host_.log(releve::level::warning, "odd", "something odd");
        host_.lost("A11", "no answer");
        host_.lost("A11", "no answer");
        if (count_ > 1) host_.back("A11");
    }
};

TEST_CASE("records, logs, health and metrics of a source") {
    rt::node n{rt::plugin{releve::component<everything>("everything")}, "everything"};
    REQUIRE(n.start());
    REQUIRE(n.collect());
    CHECK(n.emitted().size() == 4);
    CHECK(n.last("energy", {{"channel", "1"}}).value == 100);
    CHECK(n.last("energy").kind() == releve::kind::counter);
    CHECK(n.last("energy").label("site") == "testing");
    CHECK(n.last("energy").label("device") == "everything");
    CHECK(n.last("period").text == "HP");
    CHECK(n.last("tap").time == n.now() - 1h);
    CHECK(n.last("probe").quality == releve::quality::absent);
    CHECK(std::isnan(n.last("probe").value));
    CHECK(n.metric("frames_total") == 2.0);
    CHECK(n.metric("age_seconds") == 7.0);
    CHECK_FALSE(n.metric("other"));
    CHECK(n.logs("odd").size() == 1);
    CHECK(n.health().size() == 1); // a repeat is not a change
    CHECK(n.up("A11") == false);
    CHECK_FALSE(n.up("A12"));

    n.advance(10s);
    REQUIRE(n.collect());
    CHECK(n.last("energy").time == n.now());
    CHECK(n.now() == rt::setup{}.start + 10s);
    CHECK(n.emitted("energy").size() == 2);
    CHECK(n.emitted("energy", {{"channel", "2"}}).empty());
    CHECK(n.health().size() == 2);
    CHECK(n.health().back().up);
    CHECK(n.declared().size() == 4);
    CHECK_THROWS_WITH(n.last("power"), Catch::Matchers::ContainsSubstring("energy{channel=1"));
    CHECK(n.misbehaviour().empty());
    n.forget();
    CHECK(n.emitted().empty());
}

class waiting final : public releve::source {
    releve::context& host_;
    releve::series steps_;

public:
    static constexpr auto summary = "Waits inside collect";
    explicit waiting(releve::context& host)
        : host_{host}
        , steps_{host.gauge("step", "1", "Step")} {}
    void collect(releve::output& out) override {
        out.add(steps_, 1);
        if (host_.wait(1h) != releve::wake::timeout) throw releve::permanent_error("not a timeout");
        out.add(steps_, 2);
    }
};

TEST_CASE("a wait without descriptors takes its virtual time and no real time") {
    rt::node n{rt::plugin{releve::component<waiting>("waiting")}, "waiting"};
    REQUIRE(n.start());
    REQUIRE(n.collect());
    CHECK(n.now() == rt::setup{}.start + 1h);
    const auto all = n.emitted();
    REQUIRE(all.size() == 2);
    CHECK(all[0].time == rt::setup{}.start);
    CHECK(all[1].time == rt::setup{}.start + 1h);
    CHECK(all[0].emit == 1);
    CHECK(all[1].emit == 2);
}

class asking final : public releve::source {
    releve::context& host_;
    releve::series answer_;

public:
    static inline std::atomic<int> fd = -1;
    static constexpr auto summary = "Asks a peer and waits for its answer";
    explicit asking(releve::context& host)
        : host_{host}
        , answer_{host.text("answer", "Answer")} {}
    void collect(releve::output& out) override {
        char text[8] = {};
        if (::write(fd, "?", 1) != 1) throw releve::transient_error("can't ask");
        if (host_.wait(fd, RELEVE_READABLE, 5s) == releve::wake::timeout) throw releve::transient_error("no answer");
        const auto size = ::read(fd, text, sizeof text);
        out.add(answer_, std::string_view{text, static_cast<std::size_t>(size)});
    }
};

TEST_CASE("a wait for a real peer takes real time") {
    const channel pair;
    asking::fd = pair.node;
    std::thread peer{[at = pair.test] {
        char c = 0;
        if (::read(at, &c, 1) == 1) static_cast<void>(!::write(at, "yes", 3));
    }};
    rt::node n{rt::plugin{releve::component<asking>("asking")}, "asking"};
    REQUIRE(n.start());
    REQUIRE(n.collect());
    peer.join();
    CHECK(n.last("answer").text == "yes");
    CHECK(n.now() == rt::setup{}.start); // its time is not virtual
}

TEST_CASE("a peer that does not answer: after peer_timeout, virtual time passes") {
    const channel pair;
    asking::fd = pair.node;
    rt::node n{rt::plugin{releve::component<asking>("asking")}, "asking", "", {.peer_timeout = 1ms}};
    REQUIRE(n.start());
    CHECK(n.collect().why == "no answer");
    CHECK(n.now() == rt::setup{}.start + 5s);
}

TEST_CASE("peers known to be silent: virtual time passes at once, after their bytes are read") {
    const channel pair;
    asking::fd = pair.node;
    bool silent = false;
    rt::setup with;
    with.peers_silent = [&] {
        char c = 0;
        if (!silent && ::recv(pair.test, &c, 1, MSG_DONTWAIT) == 1) silent = true;
        return silent;
    };
    rt::node n{rt::plugin{releve::component<asking>("asking")}, "asking", "", with};
    REQUIRE(n.start());
    CHECK(n.collect().why == "no answer");
    CHECK(n.now() == rt::setup{}.start + 5s);
}

class hanging final : public releve::source {
    releve::context& host_;

public:
    static inline std::atomic<bool> hang = true;
    static constexpr auto summary = "Never returns";
    explicit hanging(releve::context& host)
        : host_{host} {}
    void collect(releve::output&) override {
        while (hang) std::this_thread::yield();
        static_cast<void>(host_.now());
    }
};

TEST_CASE("a node that does not return fails the test with a clear message") {
    hanging::hang = true;
    std::optional<rt::node> n;
    while (!n) { // on a busy machine 50 ms can be too little for create and start
        try {
            n.emplace(rt::plugin{releve::component<hanging>("hanging")}, "hanging", "", rt::setup{.watchdog = 50ms});
            REQUIRE(n->start());
        } catch (const rt::stuck&) {
            n.reset();
        }
    }
    CHECK_THROWS_WITH(static_cast<void>(n->collect()),
                      Catch::Matchers::ContainsSubstring("node 'hanging' (hanging) has been inside collect"));
    hanging::hang = false;
}

} // namespace
