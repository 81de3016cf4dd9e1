// SPDX-License-Identifier: Apache-2.0
#include "components.hpp"

#include <releve/askable.hpp>
#include <releve/connection.hpp>
#include <releve/sink.hpp>
#include <releve/source.hpp>
#include <releve/transform.hpp>

#include <poll.h>
#include <stdlib.h>

#include <map>
#include <stdexcept>
#include <utility>

using namespace releve::literals;

namespace testbed {

std::atomic<bool> released{false};
std::int64_t next_write_timeout = 60'000'000'000;

namespace {

std::mutex mutex;
std::map<std::string, std::vector<seen>> shelves;
std::vector<std::string> events;

/// Emits its call's number, `records` times, at each interval.
class beat final : public releve::source {
    releve::context& host_;
    std::int64_t records_, fail_from_, fail_to_, calls_ = 0;
    releve::duration takes_;
    releve::series beat_;

public:
    static constexpr auto summary = "Counts its calls";
    static void describe(releve::option_list& o) {
        o.interval(10s).at_least(1s);
        o.integer("records", "Records a call").fallback(1);
        o.duration("takes", "How long a call takes").fallback(0s);
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
        if (takes_ > 0s) host_.wait(takes_);
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
        out.add(counter_, std::numeric_limits<double>::infinity(), releve::to_time(t += 1'000'000'000));
        if (cheat_) out.add(releve::series{4711}, 1.0);
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

class store_sink final : public releve::sink {
    releve::context& host_;
    std::string name_;
    releve::duration pause_, rests_;
    std::int64_t fail_first_, calls_ = 0;
    bool reject_odd_, keep_once_, kept_ = false;

public:
    static constexpr auto summary = "Remembers what it is given";
    static void describe(releve::option_list& o) {
        o.duration("pause", "Time that a batch takes").fallback(0s);
        o.duration("rests", "Time before each batch, given up when told to end").fallback(0s);
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
        if (rests_ > 0s && host_.wait(rests_) == releve::wake::stopped) throw releve::stopped{};
        if (pause_ > 0s) host_.wait(pause_);
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
    std::string name_, how_;
    std::int64_t calls_ = 0;

public:
    static constexpr auto summary = "Misbehaves";
    static void describe(releve::option_list& o) {
        o.choice("how", {"throws", "throws_no_exception", "hangs", "no_answer", "out_of_range", "twice"},
                 "What it does in its first call")
            .required()
            .example("\"hangs\"");
    }
    explicit faulty(releve::context& host)
        : name_{host.node()}
        , how_{host.options().choice("how")} {}
    void write(const releve::delivery& in) override {
        if (++calls_ == 1 && how_ == "throws") throw std::runtime_error("a mistake in the plugin");
        if (calls_ == 1 && how_ == "throws_no_exception") throw 42; // NOLINT(hicpp-exception-baseclass)
        if (calls_ == 1 && how_ == "hangs")
            while (!released) std::this_thread::yield();
        std::vector<seen> taken;
        for (std::size_t i = 0; i < in.size(); ++i) {
            if (!in.pending(i)) continue;
            if (calls_ == 1 && i == 0 && how_ == "no_answer") {
                in.c()->answers[i] = 77;
                continue;
            }
            if (how_ == "out_of_range") in.reject(in.size() + 5, "there is none");
            taken.push_back({releve::to_ns(in[i].time()), "n", in[i].number(), {}, 0});
            in.written(i);
            if (how_ == "twice") in.reject(i, "after all");
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
        out.add(minute_, static_cast<double>(releve::to_ns(now) / 60'000'000'000), now);
        wish();
    }

private:
    void wish() { host_.wake_at(releve::to_time((releve::to_ns(host_.now()) / 60'000'000'000 + 1) * 60'000'000'000)); }
};

/// Can read again: emits `total` numbers from where its cursor says, `batch` at a time, and says what was acknowledged.
class rereads final : public releve::streaming_source {
    releve::context& host_;
    std::int64_t total_, batch_;
    releve::series n_;

public:
    static constexpr auto summary = "Numbers, from its cursor on";
    static void describe(releve::option_list& o) {
        o.integer("total", "The last number").fallback(1000);
        o.integer("batch", "Records a batch").fallback(10);
    }
    explicit rereads(releve::context& host)
        : host_{host}
        , total_{host.options().integer("total")}
        , batch_{host.options().integer("batch")}
        , n_{host.gauge("n", "1", "The number of the record")} {}
    void run(releve::output& out) override {
        const auto cursor = host_.cursor();
        happens("cursor '" + cursor + "'");
        std::uint64_t last = 0;
        for (auto i = cursor.empty() ? 1 : std::stoll(cursor) + 1; i <= total_ && !host_.stopping(); ++i) {
            out.add(n_, i, releve::to_time(i));
            if (i % batch_ == 0) last = out.flush(std::to_string(i));
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
            host_.wait(1ms);
        }
    }
};

/// What nodes share. Can be asked for what it is told to `say`, and for an answer that takes its time.
class line final : public releve::connection, public releve::askable {
    std::string name_;

public:
    static constexpr auto summary = "Says when it is opened and closed";
    static void describe(releve::option_list& o) { o.integer("speed", "How fast").fallback(1200); }
    explicit line(releve::context& host)
        : name_{host.node()} {}
    void start() override { happens("open " + name_); }
    void stop() override { happens("close " + name_); }
    std::optional<std::string> reply(const releve::question& asked) override {
        if (asked.word("line").value_or(name_) != name_) return std::nullopt;
        if (const auto text = asked.word("say")) return name_ + " says " + std::string{*text};
        if (asked.word("fail")) throw releve::transient_error("nobody is at " + name_);
        if (!asked.word("hang")) throw releve::bad_option("say", "what is it to say?");
        happens("hang " + name_);
        pollfd until{asked.stop_fd(), POLLIN, 0};
        ::poll(&until, 1, 600'000);
        throw releve::stopped{};
    }
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

/// Answers with what is no answer, and blocks where it must not.
class rude final : public releve::transform {
    releve::context& host_;

public:
    static constexpr auto summary = "Waits on the router";
    explicit rude(releve::context& host)
        : host_{host} {}
    void process(const releve::batch&, releve::output&) override { host_.wait(1h); }
};

} // namespace

folder::folder() {
    auto name = (std::filesystem::temp_directory_path() / "releve-XXXXXX").string();
    if (::mkdtemp(name.data()) == nullptr) throw std::runtime_error("mkdtemp: " + name);
    path = name;
}

folder::~folder() {
    std::error_code ignored;
    std::filesystem::remove_all(path, ignored);
}

std::vector<seen> stored(const std::string& node) {
    const std::lock_guard lock{mutex};
    return shelves[node];
}

void store(const std::string& node, std::vector<seen> records) {
    const std::lock_guard lock{mutex};
    auto& shelf = shelves[node];
    shelf.insert(shelf.end(), std::make_move_iterator(records.begin()), std::make_move_iterator(records.end()));
}

std::vector<std::string> happened() {
    const std::lock_guard lock{mutex};
    return events;
}

void happens(const std::string& what) {
    const std::lock_guard lock{mutex};
    events.push_back(what);
}

void forget_all() {
    const std::lock_guard lock{mutex};
    shelves.clear();
    events.clear();
}

} // namespace testbed

RELEVE_PLUGIN("testbed", "1.0.0", releve::component<testbed::beat>("beat"), releve::component<testbed::flood>("flood"),
              releve::component<testbed::odd>("odd"), releve::component<testbed::late>("late"),
              releve::component<testbed::hang>("hang"), releve::component<testbed::store_sink>("store"),
              releve::component<testbed::faulty>("faulty"), releve::component<testbed::echo>("echo"),
              releve::component<testbed::twice>("twice"), releve::component<testbed::pass>("pass"),
              releve::component<testbed::minutes>("minutes"), releve::component<testbed::rude>("rude"),
              releve::component<testbed::rereads>("rereads"), releve::component<testbed::hundreds>("hundreds"),
              releve::component<testbed::steps>("steps"), releve::component<testbed::line>("line"),
              releve::component<testbed::sizes>("sizes"))

namespace testbed {
void add_components(releve::core::catalogue& to) { to.add(releve_plugin); }
} // namespace testbed
