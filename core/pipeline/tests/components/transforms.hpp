// SPDX-License-Identifier: Apache-2.0
// Transforms of the pipeline's own tests.
#pragma once
#include "../components.hpp"

#include <releve/transform.hpp>

#include <chrono>
#include <cstdint>
#include <stdexcept>
#include <string>
#include <thread>

namespace testbed {

class twice final : public releve::transform {
    releve::series twice_;

public:
    static constexpr auto summary = "Doubles numbers";
    explicit twice(releve::context& host)
        : twice_{host.gauge("twice", "1", "The double")} {}
    void process(const releve::batch& in, releve::output& out) override {
        for (const auto r : in) out.add(twice_, 2 * r.number(), r.time());
    }
};

class pass final : public releve::transform {
public:
    static constexpr auto summary = "Passes batches on as they are";
    explicit pass(releve::context&) {}
    void process(const releve::batch& in, releve::output& out) override { out.forward(in); }
};

/// Throws on some of what it is given.
class throws_up final : public releve::transform {
    double from_, to_, so_far_ = 0;

public:
    static constexpr auto summary = "Throws from one batch to another";
    static void describe(releve::option_list& o) {
        o.integer("from", "The first batch that it throws on").fallback(1);
        o.integer("to", "The last one").fallback(1'000'000);
    }
    explicit throws_up(releve::context& host)
        : from_{static_cast<double>(host.options().integer("from"))}
        , to_{static_cast<double>(host.options().integer("to"))} {}
    void process(const releve::batch& in, releve::output& out) override {
        if (++so_far_ >= from_ && so_far_ <= to_) throw std::runtime_error("it does not know what to do");
        out.forward(in);
    }
};

/// An event at each minute, whatever comes.
class minutes final : public releve::transform {
    releve::context& host_;
    releve::series minute_;

public:
    static constexpr auto summary = "Tells the minutes";
    explicit minutes(releve::context& host)
        : host_{host}
        , minute_{host.gauge("minute", "1", "Minutes so far")} {}
    void start() override { wish(); }
    void process(const releve::batch&, releve::output&) override {}
    void tick(releve::time_point now, releve::output& out) override {
        const auto so_far = releve::to_ns(now) / 60'000'000'000;
        out.add(minute_, static_cast<double>(so_far), now);
        wish();
    }

private:
    void wish() { host_.wake_at(releve::to_time((releve::to_ns(host_.now()) / 60'000'000'000 + 1) * 60'000'000'000)); }
};

/// Many in, one out: the sum of each hundred, the partial one kept in its state.
class hundreds final : public releve::transform {
    releve::context& host_;
    releve::series sum_;

public:
    static constexpr auto summary = "Sums of a hundred";
    explicit hundreds(releve::context& host)
        : host_{host}
        , sum_{host.gauge("sum", "1", "Sum of a hundred numbers")} {}
    void process(const releve::batch& in, releve::output& out) override {
        auto sum = std::stod(host_.state("sum").value_or("0"));
        auto count = std::stoll(host_.state("count").value_or("0"));
        for (const auto r : in) {
            sum += r.number();
            if (++count % 100 != 0) continue;
            out.add(sum_, sum, r.time());
            sum = 0;
        }
        host_.set_state("sum", std::to_string(sum));
        host_.set_state("count", std::to_string(count));
    }
};

/// Does not come back until it is released.
class stuck final : public releve::transform {
public:
    static constexpr auto summary = "Holds the router";
    explicit stuck(releve::context&) {}
    void process(const releve::batch& in, releve::output& out) override {
        while (!released) std::this_thread::yield();
        out.forward(in);
    }
};

/// Answers with what is no answer, and blocks where it must not.
class rude final : public releve::transform {
    releve::context& host_;

public:
    static constexpr auto summary = "Waits on the router";
    explicit rude(releve::context& host)
        : host_{host} {}
    void process(const releve::batch&, releve::output&) override { host_.wait(std::chrono::hours{1}); }
};

} // namespace testbed
