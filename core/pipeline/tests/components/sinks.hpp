// SPDX-License-Identifier: Apache-2.0
// Sinks of the pipeline's own tests.
#pragma once
#include "../components.hpp"

#include <releve/sink.hpp>

#include <chrono>
#include <cstdint>
#include <stdexcept>
#include <string>
#include <thread>
#include <utility>
#include <vector>

namespace testbed {

class store_sink final : public releve::sink {
    releve::context& host_;
    std::string name_;
    releve::duration pause_, rests_;
    std::int64_t fail_first_, calls_ = 0;
    bool reject_odd_, keep_once_, kept_ = false;

public:
    static constexpr auto summary = "Remembers what it is given";
    static void describe(releve::option_list& o) {
        o.duration("pause", "Time that a batch takes").fallback(std::chrono::seconds{0});
        o.duration("rests", "Time before each batch, given up when told to end").fallback(std::chrono::seconds{0});
        o.integer("fail_first", "Writes that fail before one goes well").fallback(0);
        o.boolean("reject_odd", "Reject odd numbers").fallback(false);
        o.boolean("keep_once", "Keep every second record of the first batch once").fallback(false);
    }
    explicit store_sink(releve::context& host)
        : host_{host}
        , name_{host.node()}
        , pause_{host.options().duration("pause")}
        , rests_{host.options().duration("rests")}
        , fail_first_{host.options().integer("fail_first")}
        , reject_odd_{host.options().boolean("reject_odd")}
        , keep_once_{host.options().boolean("keep_once")} {}
    void start() override { happens("start " + name_); }
    void stop() override { happens("stop " + name_); }
    void write(const releve::delivery& in) override {
        if (++calls_ <= fail_first_) throw releve::transient_error("the database is away");
        if (rests_ > std::chrono::seconds{0} && host_.wait(rests_) == releve::wake::stopped) throw releve::stopped{};
        if (pause_ > std::chrono::seconds{0}) host_.wait(pause_);
        std::vector<seen> taken;
        for (std::size_t i = 0; i < in.size(); ++i) {
            if (!in.pending(i)) continue;
            const auto r = in[i];
            if (keep_once_ && !kept_ && i % 2 == 1) {
                in.keep(i);
                continue;
            }
            if (reject_odd_ && r.is_number() && static_cast<std::int64_t>(r.number()) % 2 == 1) {
                in.reject(i, "odd");
                continue;
            }
            taken.push_back({releve::to_ns(r.time()), std::string{host_.declared(r.series()).name()},
                             r.is_number() ? r.number() : 0, r.is_text() ? std::string{r.text()} : std::string{},
                             static_cast<std::uint8_t>(r.quality())});
        }
        kept_ = true;
        store(name_, std::move(taken));
    }
};

/// Breaks the contract, or its promise to come back, in its first call or in all.
class faulty final : public releve::sink {
    std::string name_, fault_;
    std::int64_t calls_ = 0;

public:
    static constexpr auto summary = "Misbehaves";
    static void describe(releve::option_list& o) {
        o.choice("fault", {"throws", "throws_no_exception", "hangs", "no_answer", "out_of_range", "twice"},
                 "What it does in its first call")
            .required()
            .example("\"hangs\"");
    }
    explicit faulty(releve::context& host)
        : name_{host.node()}
        , fault_{host.options().choice("fault")} {}
    void write(const releve::delivery& in) override {
        if (++calls_ == 1 && fault_ == "throws") throw std::runtime_error("a mistake in the plugin");
        if (calls_ == 1 && fault_ == "throws_no_exception") throw 42; // NOLINT(hicpp-exception-baseclass)
        if (calls_ == 1 && fault_ == "hangs")
            while (!released) std::this_thread::yield();
        std::vector<seen> taken;
        for (std::size_t i = 0; i < in.size(); ++i) {
            if (!in.pending(i)) continue;
            if (calls_ == 1 && i == 0 && fault_ == "no_answer") {
                in.c()->answers[i] = 77;
                continue;
            }
            if (fault_ == "out_of_range") in.reject(in.size() + 5, "no such record");
            taken.push_back({releve::to_ns(in[i].time()), "n", in[i].number(), {}, 0});
            in.written(i);
            if (fault_ == "twice") in.reject(i, "after all");
        }
        store(name_, std::move(taken));
    }
};

/// A sink that says what it did.
class echo final : public releve::sink {
    releve::context& host_;
    releve::series done_;

public:
    static constexpr auto summary = "Makes a record of each batch";
    static constexpr bool makes = true;
    explicit echo(releve::context& host)
        : host_{host}
        , done_{host.gauge("done", "1", "Records written")} {}
    void write(const releve::delivery& in) override {
        releve::output out{host_};
        out.add(done_, static_cast<double>(in.size()));
        out.flush();
    }
};

} // namespace testbed
