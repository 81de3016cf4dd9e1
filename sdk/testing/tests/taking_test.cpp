// SPDX-License-Identifier: Apache-2.0
// Transforms and sinks.
#include <releve/sink.hpp>
#include <releve/source.hpp>
#include <releve/testing/catch.hpp>
#include <releve/testing/testing.hpp>
#include <releve/transform.hpp>

#include <map>

using namespace std::chrono_literals;
namespace rt = releve::testing;

namespace {

/// Doubles numbers into its own series, forwards texts, emits every minute how many records it saw.
class doubling final : public releve::transform {
    releve::context& host_;
    releve::series count_;
    std::map<std::uint32_t, releve::series> doubled_;
    int seen_ = 0;

public:
    static constexpr auto summary = "Doubles";
    explicit doubling(releve::context& host)
        : host_{host}
        , count_{host.gauge("seen", "1", "Records seen")} {}
    void process(const releve::batch& in, releve::output& out) override {
        for (const auto record : in) {
            ++seen_;
            if (record.is_text()) {
                out.copy(record);
                continue;
            }
            auto& to = doubled_[record.series().number()];
            if (!to) {
                const auto from = host_.declared(record.series());
                to = host_.gauge(std::string{from.name()} + "_doubled", std::string{from.unit()}, "Twice",
                                 {{"device", std::string{from.label("device")}}});
            }
            out.add(to, record.number() * 2, record.time());
        }
        if (!next_) wish(out.time());
    }
    void tick(releve::time_point now, releve::output& out) override {
        out.add(count_, seen_);
        wish(now);
    }

private:
    void wish(releve::time_point now) {
        next_ = true;
        host_.wake_at(now + 1min);
    }
    bool next_ = false;
};

const rt::plugin takers{releve::component<doubling>("doubling")};

} // namespace

TEST_CASE("a transform receives records and ticks") {
    rt::node n{takers, "doubling"};
    REQUIRE(n.start());
    rt::upstream linky{n, "linky"};
    const auto power = linky.gauge("power", "V.A", {{"phase", "1"}});
    const auto period = linky.text("period");
    REQUIRE(n.process(linky.batch().add(power, 100).add(period, "HC").add(power, 200, n.now() - 1s)));
    const auto doubled = n.emitted("power_doubled", {{"device", "linky"}});
    REQUIRE(doubled.size() == 2);
    CHECK(doubled[0].value == 200);
    CHECK(doubled[1].time == n.now() - 1s);
    CHECK(n.last("period").text == "HC");
    CHECK(n.last("period").label("device") == "linky");

    CHECK(n.wake_at() == n.now() + 1min);
    n.advance(59s);
    CHECK(n.emitted("seen").empty());
    n.advance(2min);
    CHECK(n.emitted("seen").size() == 2);
    CHECK(n.last("seen").time == rt::setup{}.start + 2min);
    CHECK(n.misbehaviour().empty());
}

namespace {

/// Writes numbers, rejects texts, keeps numbers above 100 until the third attempt.
class choosy final : public releve::sink {
public:
    static inline int max_batches = 0;
    static constexpr auto summary = "Accepts some records";
    explicit choosy(releve::context&) {}
    void write(const releve::delivery& in) override {
        for (std::size_t i = 0; i < in.size(); ++i) {
            if (!in.pending(i)) continue;
            if (in[i].is_text())
                in.reject(i, "texts are not accepted");
            else if (in[i].number() > 100 && in.attempt() < 3)
                in.keep(i);
            else
                in.written(i);
        }
    }
    void write_group(std::span<const releve::delivery> all) override {
        max_batches = std::max(max_batches, static_cast<int>(all.size()));
        sink::write_group(all);
    }
};

class failing final : public releve::sink {
public:
    static constexpr auto summary = "Fails after the first";
    explicit failing(releve::context&) {}
    void write(const releve::delivery& in) override {
        in.written(0);
        throw releve::transient_error("the database is gone");
    }
};

/// Waits for its turn before it writes.
class waiting final : public releve::sink {
    releve::context& host_;

public:
    static constexpr auto summary = "Waits";
    explicit waiting(releve::context& host)
        : host_{host} {}
    void write(const releve::delivery&) override {
        if (host_.wait(1min) == releve::wake::stopped) throw releve::stopped{};
    }
};

} // namespace

TEST_CASE("a sink answers for each record, and kept records are delivered again") {
    rt::node n{rt::plugin{releve::component<choosy>("choosy")}, "choosy"};
    REQUIRE(n.start());
    rt::upstream linky{n, "linky"};
    const auto power = linky.gauge("power", "V.A");
    const auto period = linky.text("period");
    auto answers = n.write(linky.batch().add(power, 1).add(period, "HC").add(power, 200));
    REQUIRE(answers);
    REQUIRE(answers.answers.size() == 3);
    CHECK(answers.answers[0].is == rt::verdict::written);
    CHECK(answers.answers[1].is == rt::verdict::rejected);
    CHECK(answers.answers[1].why == "texts are not accepted");
    CHECK(answers.answers[2].is == rt::verdict::keep);

    answers = n.write_kept();
    CHECK(answers.count(rt::verdict::keep) == 1);
    CHECK(answers.count(rt::verdict::rejected) == 1); // answered before, and not delivered as pending
    CHECK(answers.answers[1].why == "texts are not accepted");
    answers = n.write_kept();
    CHECK(answers.count(rt::verdict::written) == 2);
    CHECK(n.write_kept().answers.empty());

    REQUIRE(n.write({linky.batch().add(power, 1), linky.batch().add(power, 2)}));
    CHECK(choosy::max_batches == 2);
    CHECK(n.misbehaviour().empty());
}

TEST_CASE("records left pending by a failing write are kept") {
    rt::node n{rt::plugin{releve::component<failing>("failing")}, "failing"};
    REQUIRE(n.start());
    rt::upstream linky{n, "linky"};
    const auto power = linky.gauge("power", "V.A");
    const auto answers = n.write(linky.batch().add(power, 1).add(power, 2));
    CHECK(answers.transient());
    CHECK(answers.why == "the database is gone");
    CHECK(answers.answers[0].is == rt::verdict::written);
    CHECK(answers.answers[1].is == rt::verdict::keep);
    n.destroy();
    CHECK(n.misbehaviour().empty()); // kept records belong to the host: the sink does not release them
}

TEST_CASE("records left pending by a write that was asked to stop are kept") {
    rt::node n{rt::plugin{releve::component<waiting>("waiting")}, "waiting"};
    REQUIRE(n.start());
    rt::upstream linky{n, "linky"};
    n.ask_to_stop();
    const auto answers = n.write(linky.batch().add(linky.gauge("power", "V.A"), 1));
    CHECK(answers); // stopping when asked to is not a failure
    CHECK(answers.count(rt::verdict::keep) == 1);
    CHECK(n.misbehaviour().empty());
}

namespace {

/// A device that is read and controlled: a relay that reports its state as a record and takes settings.
class relay final : public releve::source, public releve::sink {
    releve::context& host_;
    releve::series state_;
    bool closed_ = false;

public:
    static constexpr auto summary = "Relay";
    explicit relay(releve::context& host)
        : host_{host}
        , state_{host.event("relay", "State of the relay")} {}
    void collect(releve::output& out) override { out.add(state_, closed_ ? "closed" : "open"); }
    void write(const releve::delivery& in) override {
        closed_ = in[in.size() - 1].number() != 0;
        releve::output mine{host_};
        collect(mine);
        mine.flush();
    }
};

} // namespace

TEST_CASE("a device that is read and controlled") {
    rt::node n{rt::plugin{releve::component<relay>("relay")}, "relay"};
    REQUIRE(n.start());
    REQUIRE(n.collect());
    CHECK(n.last("relay").text == "open");
    rt::upstream commands{n, "commands"};
    const auto target = commands.setting("relay_target", "1");
    REQUIRE(n.write(commands.batch().add(target, 1)));
    CHECK(n.last("relay").text == "closed");
    CHECK(n.misbehaviour().empty());
}
