// SPDX-License-Identifier: Apache-2.0
// Sources of the pipeline's own tests.
#pragma once
#include "../components.hpp"

#include <releve/source.hpp>

#include <chrono>
#include <cstdint>
#include <limits>
#include <string>
#include <thread>
#include <vector>

namespace testbed {

/// Emits its call's number, `records` times, at each interval.
class beat final : public releve::source {
    releve::context& host_;
    std::int64_t records_, fail_from_, fail_to_, calls_ = 0;
    releve::duration takes_;
    releve::series beat_;

public:
    static constexpr auto summary = "Counts its calls";
    static void describe(releve::option_list& o) {
        o.interval(std::chrono::seconds{10}).at_least(std::chrono::seconds{1});
        o.integer("records", "Records a call").fallback(1);
        o.duration("takes", "How long a call takes").fallback(std::chrono::seconds{0});
        o.integer("fail_from", "First call that fails").fallback(0);
        o.integer("fail_to", "Last call that fails").fallback(-1);
    }
    explicit beat(releve::context& host)
        : host_{host}
        , records_{host.options().integer("records")}
        , fail_from_{host.options().integer("fail_from")}
        , fail_to_{host.options().integer("fail_to")}
        , takes_{host.options().duration("takes")}
        , beat_{host.gauge("beat", "1", "The number of the call")} {}
    void start() override { happens("start " + std::string{host_.node()}); }
    void stop() override { happens("stop " + std::string{host_.node()}); }
    void collect(releve::output& out) override {
        ++calls_;
        for (std::int64_t i = 0; i < records_; ++i) out.add(beat_, static_cast<double>(calls_));
        if (takes_ > std::chrono::seconds{0}) host_.wait(takes_);
        if (calls_ >= fail_from_ && calls_ <= fail_to_) throw releve::transient_error("the device does not answer");
    }
};

/// Emits `total` records as fast as it can, then rests.
class flood final : public releve::streaming_source {
    std::int64_t total_, batch_;
    releve::series n_;
    releve::context& host_;

public:
    static constexpr auto summary = "As many records as fast as can be";
    static void describe(releve::option_list& o) {
        o.integer("total", "Records in all").fallback(1000);
        o.integer("batch", "Records a batch").fallback(100);
    }
    explicit flood(releve::context& host)
        : total_{host.options().integer("total")}
        , batch_{host.options().integer("batch")}
        , n_{host.gauge("n", "1", "The number of the record")}
        , host_{host} {}
    void run(releve::output& out) override {
        for (std::int64_t i = 0; i < total_ && !host_.stopping(); ++i) {
            out.add(n_, static_cast<double>(i), releve::to_time(i));
            if (i % batch_ == batch_ - 1) out.flush();
        }
        out.flush();
        happens("flooded " + std::string{host_.node()});
    }
};

/// Emits what the test's options say, a text among it, then rests.
class odd final : public releve::streaming_source {
    releve::series counter_, words_;
    bool cheat_, later_;

public:
    static constexpr auto summary = "A counter with a glitch, a text, and what is not allowed";
    static void describe(releve::option_list& o) {
        o.boolean("cheat", "Emit what was not declared").fallback(false);
        o.boolean("later", "Go on, with a glitch to zero, where another run ended").fallback(false);
    }
    explicit odd(releve::context& host)
        : counter_{host.counter("energy", "Wh", "An index")}
        , words_{host.text("words", "What it says")}
        , cheat_{host.options().boolean("cheat")}
        , later_{host.options().boolean("later")} {}
    void run(releve::output& out) override {
        if (later_) {
            out.add(counter_, 0, releve::to_time(11'000'000'000));
            out.add(counter_, 103, releve::to_time(12'000'000'000));
            return;
        }
        std::int64_t t = 0;
        for (const double value : {100.0, 101.0, 0.0, 102.0})
            out.add(counter_, value, releve::to_time(t += 1'000'000'000));
        out.add(words_, "heures creuses");
        out.add(counter_, std::numeric_limits<double>::infinity(), releve::to_time(t + 1'000'000'000));
        if (cheat_) out.add(releve::series{4711}, 1.0);
    }
};

/// Counters that all say the same at each interval: what its option says, then one more each time.
class meters final : public releve::source {
    std::vector<releve::series> all_;
    std::vector<std::string> readings_;
    std::size_t next_ = 0;
    double last_ = 0;

public:
    static constexpr auto summary = "Counters that say what they are told to";
    static void describe(releve::option_list& o) {
        o.interval(std::chrono::seconds{10}).at_least(std::chrono::seconds{1});
        o.integer("counters", "How many").fallback(1);
        o.texts("readings", "What they say, one after the other");
    }
    explicit meters(releve::context& host)
        : readings_{host.options().texts("readings")} {
        for (int i = 1; i <= host.options().integer("counters"); ++i)
            all_.push_back(host.declare({.is = releve::kind::counter,
                                         .name = "volume",
                                         .unit = "m3",
                                         .help = "An index",
                                         .labels = {{"channel", std::to_string(i)}},
                                         .modulus = 4'294'967'296}));
    }
    void collect(releve::output& out) override {
        last_ = next_ < readings_.size() ? std::stod(readings_[next_++]) : last_ + 1;
        for (const auto one : all_) out.add(one, last_);
    }
};

/// Emits what the contract does not allow, beside what it does.
class lawless final : public releve::source {
    releve::series gauge_, words_, switch_;

public:
    static constexpr auto summary = "Breaks rules of the contract";
    static void describe(releve::option_list& o) { o.interval(std::chrono::seconds{10}); }
    explicit lawless(releve::context& host)
        : gauge_{host.gauge("level", "1", "A number")}
        , words_{host.text("words", "A text")}
        , switch_{host.event("door", "An event")} {}
    void collect(releve::output& out) override {
        const auto now = releve::to_ns(out.time());
        const auto at = [&](int i) { return releve::to_time(now + i); };
        out.add(gauge_, 1.5, at(0));
        out.add(gauge_, std::numeric_limits<double>::quiet_NaN(), at(1));
        out.add(gauge_, std::numeric_limits<double>::infinity(), at(2));
        out.add(gauge_, "21.5", at(3));
        out.add(words_, 4711, at(4));
        out.add(switch_, 1, at(5));
        out.add(words_,
                "K\xfc"
                "che",
                at(6));
        out.add(gauge_, 1, at(7), static_cast<releve::quality>(9));
        out.add(gauge_, 2, at(8), releve::quality::absent);
        out.add(words_, "well", at(9));
    }
};

/// A slow value, stamped with the hour, at the end of each batch of fast ones.
class slow_and_fast final : public releve::source {
    releve::series fast_, slow_;

public:
    static constexpr auto summary = "A value each time, and one of the last full hour";
    static void describe(releve::option_list& o) { o.interval(std::chrono::seconds{1}); }
    explicit slow_and_fast(releve::context& host)
        : fast_{host.gauge("fast", "1", "Of now")}
        , slow_{host.gauge("slow", "1", "Of the hour")} {}
    void collect(releve::output& out) override {
        constexpr std::int64_t hour = 3600'000'000'000;
        out.add(fast_, 1);
        out.flush();
        out.add(slow_, 1, releve::to_time(releve::to_ns(out.time()) / hour * hour));
    }
};

/// Can't start until its third try.
class late final : public releve::streaming_source {
    releve::context& host_;
    int tries_ = 0;
    releve::series up_;

public:
    static constexpr auto summary = "Starts at the third try";
    explicit late(releve::context& host)
        : host_{host}
        , up_{host.gauge("up", "1", "It runs")} {}
    void start() override {
        if (++tries_ < 3) throw releve::transient_error("no such device");
    }
    void run(releve::output& out) override {
        out.add(up_, 1);
        host_.wait(releve::duration{-1});
    }
};

/// Does not end when told to.
class hang final : public releve::streaming_source {
public:
    static constexpr auto summary = "Does not end";
    explicit hang(releve::context&) {}
    void run(releve::output&) override {
        happens("hangs");
        while (!released) std::this_thread::yield();
    }
};

/// Stays in the function that it is told until it is released.
class stays final : public releve::source {
    std::string where_;

    void at(const char* function) const {
        while (where_ == function && !released) std::this_thread::yield();
    }

public:
    static constexpr auto summary = "Does not come back";
    static void describe(releve::option_list& o) { o.text("where", "In which function").fallback("collect"); }
    explicit stays(releve::context& host)
        : where_{host.options().text("where")} {}
    void start() override { at("start"); }
    void collect(releve::output&) override { at("collect"); }
};

/// Can read again: emits `total` numbers from where its cursor says, `batch` at a time, and says what was acknowledged.
class rereads final : public releve::streaming_source {
    releve::context& host_;
    std::int64_t total_, batch_, group_;
    releve::duration pause_;
    releve::series n_;

public:
    static constexpr auto summary = "Numbers, from its cursor on";
    static void describe(releve::option_list& o) {
        o.integer("total", "The last number").fallback(1000);
        o.integer("batch", "Records a batch").fallback(10);
        o.integer("group", "Batches that one cursor covers").fallback(1);
        o.duration("pause", "After each batch").fallback(std::chrono::seconds{0});
    }
    explicit rereads(releve::context& host)
        : host_{host}
        , total_{host.options().integer("total")}
        , batch_{host.options().integer("batch")}
        , group_{host.options().integer("group")}
        , pause_{host.options().duration("pause")}
        , n_{host.gauge("n", "1", "The number of the record")} {}
    void run(releve::output& out) override {
        const auto cursor = host_.cursor();
        happens("cursor '" + cursor + "'");
        std::uint64_t last = 0;
        for (auto i = cursor.empty() ? 1 : std::stoll(cursor) + 1; i <= total_ && !host_.stopping(); ++i) {
            out.add(n_, i, releve::to_time(i));
            if (i % batch_ != 0) continue;
            last = out.flush(i % (batch_ * group_) == 0 ? std::to_string(i) : std::string{});
            if (pause_ > std::chrono::seconds{0} && host_.wait(pause_) == releve::wake::stopped) return;
        }
        while (host_.acknowledged() < last)
            if (host_.wait(releve::duration{-1}) == releve::wake::stopped) return;
        happens("acknowledged");
        host_.wait(releve::duration{-1});
    }
};

/// Can read again: whole batches, each with its cursor, for as long as it runs.
class steps final : public releve::streaming_source {
    releve::context& host_;
    std::int64_t batch_;
    releve::series n_;

public:
    static constexpr auto summary = "Numbers without end, from its cursor on";
    static void describe(releve::option_list& o) {
        o.integer("batch", "Records a batch").fallback(10);
        o.boolean("refuse", "Can't be made").fallback(false);
        o.connection("line", "line", "What it shares");
    }
    explicit steps(releve::context& host)
        : host_{host}
        , batch_{host.options().integer("batch")}
        , n_{host.gauge("n", "1", "The number of the record")} {
        if (host.options().boolean("refuse")) throw releve::bad_option("refuse", "so it was asked for");
    }
    void run(releve::output& out) override {
        const auto cursor = host_.cursor();
        for (auto i = cursor.empty() ? 1 : std::stoll(cursor) + 1; !host_.stopping();) {
            for (std::int64_t k = 0; k < batch_; ++k, ++i) out.add(n_, static_cast<double>(i), releve::to_time(i));
            out.flush(std::to_string(i - 1));
            host_.wait(std::chrono::milliseconds{1});
        }
    }
};

/// Hands over structs of a size that it is told, and says what the host answers; then its own interval.
class sizes final : public releve::source {
    releve::context& host_;
    std::uint32_t size_;

    void check(const std::string& what, releve_status status) const {
        happens(what + ": " +
                (status == RELEVE_OK ? "taken" : std::string{releve::view(host_.host()->reason(host_.c()))}));
    }

public:
    static constexpr auto summary = "Structs of the wrong size";
    static void describe(releve::option_list& o) { o.integer("size", "Size of each struct").fallback(0); }
    explicit sizes(releve::context& host)
        : host_{host}
        , size_{static_cast<std::uint32_t>(host.options().integer("size"))} {}
    void collect(releve::output&) override {
        const auto& host = *host_.host();
        std::uint32_t number = 0;
        releve_series series{};
        series.size = size_;
        check("declare", host.declare(host_.c(), &series, &number));
        releve_metric metric{};
        metric.size = size_;
        check("metric", host.metric(host_.c(), &metric, &number));
        releve_writer writer{};
        writer.size = size_;
        check("begin", host.begin(host_.c(), 1, 0, &writer));
        check("emit", host.emit(host_.c(), &writer, {}));
        host.discard(host_.c(), &writer);
        happens("interval " + std::to_string(host_.interval().count()));
    }
};

} // namespace testbed
