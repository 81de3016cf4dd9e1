// SPDX-License-Identifier: Apache-2.0
// For tests/fault: a source that can read again and writes down what was acknowledged, a transform with a state, and
// sinks that watch, are slow, or misbehave.
#include <releve/sink.hpp>
#include <releve/source.hpp>
#include <releve/transform.hpp>

#include <fcntl.h>
#include <unistd.h>

#include <cstdlib>
#include <deque>
#include <map>
#include <stdexcept>
#include <string>
#include <utility>

using namespace releve::literals;

namespace {

bool is_there(const std::string& path) { return ::access(path.c_str(), F_OK) == 0; }

/// 1, 2, 3, ... at the times 1 s, 2 s, 3 s, ... after 1970: what is lost or doubled shows.
class numbers final : public releve::streaming_source {
    releve::context& host_;
    std::string path_;
    std::string until_;
    std::int64_t records_;
    releve::duration pause_;
    releve::series n_;
    int file_ = -1;
    std::int64_t last_ = 0;
    std::deque<std::pair<std::uint64_t, std::int64_t>> emitted_; // emit, and the last number in it

public:
    static constexpr auto summary = "Numbers, from its cursor on";
    static void describe(releve::option_list& o) {
        o.path("acknowledged", "File that says up to which number all is safe").required().example("\"s.txt\"");
        o.integer("records", "Records a batch").fallback(20).at_least(1);
        o.duration("pause", "Between two batches").fallback(2ms);
        o.path("until", "File that ends it").example("\"enough\"");
    }
    explicit numbers(releve::context& host)
        : host_{host}
        , path_{host.options().path("acknowledged")}
        , until_{host.options().path("until")}
        , records_{host.options().integer("records")}
        , pause_{host.options().duration("pause")}
        , n_{host.gauge("n", "1", "The number")} {}
    void start() override {
        file_ = ::open(path_.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0644);
        if (file_ < 0) throw releve::permanent_error("can't open " + path_);
    }
    void stop() override { ::close(file_); }
    void run(releve::output& out) override {
        const auto cursor = host_.cursor();
        last_ = cursor.empty() ? 0 : std::stoll(cursor);
        if (last_ < read_acknowledged()) { // a modem has deleted the message: it can't be read again
            const int wrong = ::open((path_ + ".wrong").c_str(), O_WRONLY | O_CREAT | O_CLOEXEC, 0644);
            ::close(wrong);
            throw releve::permanent_error("its cursor is older than what was acknowledged");
        }
        emitted_.clear();
        while (until_.empty() || !is_there(until_)) {
            for (std::int64_t i = 0; i < records_; ++i) {
                ++last_;
                out.add(n_, last_, releve::to_time(last_ * 1'000'000'000));
            }
            emitted_.emplace_back(out.flush(std::to_string(last_)), last_);
            note_acknowledged();
            if (host_.stopping() || (pause_ > 0s && host_.wait(pause_) == releve::wake::stopped)) return;
        }
        host_.wait(releve::duration{-1});
    }

private:
    std::int64_t read_acknowledged() const {
        char text[21] = {};
        return ::pread(file_, text, 20, 0) > 0 ? std::atoll(text) : 0;
    }
    void note_acknowledged() {
        std::int64_t safe = 0;
        for (const auto to = host_.acknowledged(); !emitted_.empty() && emitted_.front().first <= to;
             emitted_.pop_front())
            safe = emitted_.front().second;
        if (safe == 0) return;
        auto text = std::to_string(safe);
        text.resize(20, ' ');
        if (::pwrite(file_, text.data(), text.size(), 0) < 0) throw releve::permanent_error("can't write " + path_);
    }
};

/// What can't be read again: a number that no other run gives, all the time, until a file is there.
class moments final : public releve::streaming_source {
    releve::context& host_;
    std::string until_;
    releve::series n_;

public:
    static constexpr auto summary = "Numbers that are given once";
    static void describe(releve::option_list& o) {
        o.path("until", "File that ends it").required().example("\"enough\"");
    }
    explicit moments(releve::context& host)
        : host_{host}
        , until_{host.options().path("until")}
        , n_{host.gauge("moment", "1", "Nanoseconds of the clock")} {}
    void run(releve::output& out) override {
        while (!is_there(until_)) {
            const auto now = host_.now();
            out.add(n_, releve::to_ns(now) % 1'000'000'000, now);
            out.flush();
            if (host_.wait(1ms) == releve::wake::stopped) return;
        }
        host_.wait(releve::duration{-1});
    }
};

/// The sum of each hundred numbers of a source, at the time of the hundredth; what is begun is in its state.
class hundreds final : public releve::transform {
    releve::context& host_;
    releve::series sum_;

public:
    static constexpr auto summary = "Sums of a hundred";
    explicit hundreds(releve::context& host)
        : host_{host}
        , sum_{host.gauge("sum", "1", "Sum of a hundred numbers")} {}
    void process(const releve::batch& in, releve::output& out) override {
        auto sum = std::stoll(host_.state("sum").value_or("0"));
        for (const auto r : in) {
            const auto n = static_cast<std::int64_t>(r.number());
            sum += n;
            if (n % 100 != 0) continue;
            out.add(sum_, sum, r.time());
            sum = 0;
        }
        host_.set_state("sum", std::to_string(sum));
    }
};

/// Looks whether each series comes in order, without a gap, and writes down where one does not.
class witness final : public releve::sink {
    releve::context& host_;
    std::string path_;
    releve::duration pause_;
    bool gaps_;
    std::map<std::uint32_t, double> last_;

public:
    static constexpr auto summary = "Watches the order";
    static void describe(releve::option_list& o) {
        o.path("path", "File that says what was out of order").required().example("\"s.order\"");
        o.duration("pause", "Time that a batch takes").fallback(0s);
        o.boolean("gaps", "Numbers may be missing").fallback(false);
    }
    explicit witness(releve::context& host)
        : host_{host}
        , path_{host.options().path("path")}
        , pause_{host.options().duration("pause")}
        , gaps_{host.options().boolean("gaps")} {}
    void write(const releve::delivery& in) override {
        if (pause_ > 0s && host_.wait(pause_) == releve::wake::stopped) throw releve::stopped{};
        for (const auto r : in.records()) {
            if (host_.declared(r.series()).name() != "n") continue;
            auto& last = last_[r.series().number()];
            const auto now = r.number();
            if (last != 0 && (gaps_ ? now <= last : now != last + 1)) note(last, now);
            last = now;
        }
    }

private:
    void note(double last, double now) {
        const auto text = std::to_string(now) + " after " + std::to_string(last) + "\n";
        const int file = ::open(path_.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0644);
        if (::write(file, text.data(), text.size()) < 0) throw releve::transient_error("can't write " + path_);
        ::close(file);
    }
};

} // namespace

RELEVE_PLUGIN("fault", "1.0.0", releve::component<numbers>("fault_numbers"),
              releve::component<moments>("fault_moments"), releve::component<hundreds>("fault_hundreds"),
              releve::component<witness>("fault_witness"))
