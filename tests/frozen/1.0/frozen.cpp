// SPDX-License-Identifier: Apache-2.0
// A plugin of contract 1.0 by the C++ SDK of then, compiled by g++ (-DTOOL=cxx) and by clang++ with libc++
// (-DTOOL=libcxx): see README.md.
#include <releve/askable.hpp>
#include <releve/connection.hpp>
#include <releve/sink.hpp>
#include <releve/source.hpp>
#include <releve/transform.hpp>

#include <fcntl.h>
#include <unistd.h>

#include <optional>
#include <string>

#define QUOTED(text) #text
#define AS_TEXT(macro) QUOTED(macro)
#define NAME(what) AS_TEXT(TOOL) "_" what

using namespace releve::literals;

namespace {

/// Counts for all sources that use it; can be asked how far.
class counter final : public releve::connection, public releve::askable {
public:
    static constexpr auto summary = "What the sources count with";
    static void describe(releve::option_list& o) {
        o.integer("step", "Added at each interval").fallback(1).at_least(1);
    }
    explicit counter(releve::context& host)
        : step_{host.options().integer("step")} {}
    std::int64_t step() const noexcept { return step_; }
    std::optional<std::string> reply(const releve::question& asked) override {
        if (!asked.word("step")) throw releve::bad_option("step", "is the only thing to ask for");
        return std::to_string(step_);
    }

private:
    std::int64_t step_;
};

/// Polled, with its sum in the durable state.
class count final : public releve::source {
    releve::context& host_;
    const counter& by_;
    releve::series series_;
    std::int64_t sum_ = 0;

public:
    static constexpr auto summary = "Counts, and goes on after a restart";
    static void describe(releve::option_list& o) {
        o.connection("counter", NAME("counter"), "What to count with").required().example("\"counter\"");
        o.choice("mood", {"calm", "wild"}, "Of no effect").fallback("calm");
        o.tables("meters", "Of no effect", [](releve::option_list& of) { of.text("name", "Name").required(); });
        o.interval(1s);
    }
    explicit count(releve::context& host)
        : host_{host}
        , by_{host.connection<counter>("counter")}
        , series_{host.counter("count", "1", "Of a plugin that was compiled with contract 1.0")} {
        const auto meters = host.options().tables("meters");
        for (std::size_t i = 0; i < meters.size(); ++i)
            if (meters[i].text("name").empty())
                throw releve::bad_option("meters[" + std::to_string(i) + "].name", "is empty");
        if (host.options().choice("mood").empty()) throw releve::permanent_error("a choice has no value");
    }
    void start() override {
        sum_ = std::atoll(host_.state("count").value_or("0").c_str());
        host_.log(releve::level::info, "starts", "goes on after " + std::to_string(sum_));
    }
    void collect(releve::output& out) override {
        sum_ += by_.step();
        out.add(series_, sum_);
        host_.set_state("count", std::to_string(sum_));
        host_.back("");
    }
};

/// Streaming, texts, with a cursor.
class ticks final : public releve::streaming_source {
    releve::context& host_;
    releve::series series_;
    releve::duration period_;

public:
    static constexpr auto summary = "Ticks, and goes on after a restart";
    static void describe(releve::option_list& o) {
        o.duration("period", "Time between two ticks").fallback(1s).at_least(1ms);
    }
    explicit ticks(releve::context& host)
        : host_{host}
        , series_{host.text("tick", "Of a plugin that was compiled with contract 1.0")}
        , period_{host.options().duration("period")} {}
    void run(releve::output& out) override {
        auto tick = std::atoll(host_.cursor().c_str());
        for (;;) {
            const auto woken = host_.wait(period_);
            if (woken == releve::wake::stopped) return;
            if (woken != releve::wake::timeout) continue; // an acknowledgement
            const auto text = std::to_string(++tick);
            out.add(series_, std::string_view{text});
            out.flush(text);
        }
    }
};

/// Passes everything on, and doubles what is called "count".
class doubling final : public releve::transform {
    releve::context& host_;
    releve::series series_;

public:
    static constexpr auto summary = "Passes all on, and doubles counts";
    explicit doubling(releve::context& host)
        : host_{host}
        , series_{host.gauge("doubled", "1", "Of a plugin that was compiled with contract 1.0")} {}
    void process(const releve::batch& in, releve::output& out) override {
        out.forward(in);
        for (const auto one : in)
            if (host_.declared(one.series()).name() == "count" && one.is_number() &&
                one.quality() != releve::quality::absent)
                out.add(series_, 2 * one.number(), one.time());
    }
};

/// A line a record, at the end of a file; and a metric.
class lines final : public releve::sink {
    releve::context& host_;
    std::string path_;
    releve::metric lines_;

public:
    static constexpr auto summary = "A line a record";
    static void describe(releve::option_list& o) {
        o.path("path", "File that the lines are added to").required().example("\"lines.txt\"");
    }
    explicit lines(releve::context& host)
        : host_{host}
        , path_{host.options().path("path")}
        , lines_{host.counter_metric("lines_total", "Lines written")} {}
    void write(const releve::delivery& in) override {
        const int fd = ::open(path_.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0644);
        if (fd < 0) throw releve::transient_error(path_ + ": can't be opened");
        for (std::size_t i = 0; i < in.size(); ++i) {
            const auto of = host_.declared(in[i].series());
            if (!in.pending(i)) continue;
            if (!of) {
                in.reject(i, "it is of no series");
                continue;
            }
            const auto line =
                std::string{of.name()} + ' ' +
                (in[i].is_text() ? std::string{in[i].text()} : std::to_string(static_cast<long long>(in[i].number()))) +
                '\n';
            if (::write(fd, line.data(), line.size()) == static_cast<ssize_t>(line.size()))
                in.written(i), lines_.add();
            else
                in.keep(i);
        }
        ::close(fd);
    }
};

} // namespace

RELEVE_PLUGIN("frozen-" AS_TEXT(TOOL), "1.0.0", releve::component<counter>(NAME("counter")),
              releve::component<count>(NAME("count")), releve::component<ticks>(NAME("ticks")),
              releve::component<doubling>(NAME("double")), releve::component<lines>(NAME("lines")))
