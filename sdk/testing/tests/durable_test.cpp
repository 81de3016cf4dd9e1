// SPDX-License-Identifier: Apache-2.0
// Cursor, acknowledgement, state, restart.
#include <releve/source.hpp>
#include <releve/testing/catch.hpp>
#include <releve/testing/testing.hpp>
#include <releve/transform.hpp>

using namespace std::chrono_literals;
namespace rt = releve::testing;

namespace {

/// A log of numbered lines, which are deleted once they are safe.
class log_file final : public releve::streaming_source {
    releve::context& host_;
    releve::series line_;

public:
    static inline int first = 0, forgotten = 0;
    static constexpr auto summary = "Numbered lines";
    explicit log_file(releve::context& host)
        : host_{host}
        , line_{host.gauge("line", "1", "Number of a line")} {}
    void run(releve::output& out) override {
        const auto at = host_.cursor();
        int next = at.empty() ? 0 : std::stoi(at);
        first = next;
        for (;;) {
            out.add(line_, next++);
            host_.set_state("lines", std::to_string(next));
            out.flush(std::to_string(next));
            const auto until = host_.steady() + 10s;
            while (host_.steady() < until) {
                if (host_.wait(until - host_.steady()) == releve::wake::stopped) return;
                forgotten = static_cast<int>(host_.acknowledged());
            }
        }
    }
};

const rt::plugin logs{releve::component<log_file>("log_file")};

} // namespace

TEST_CASE("after a restart a source continues where it was acknowledged") {
    log_file::forgotten = 0;
    rt::node n{logs, "log_file"};
    REQUIRE(n.start());
    n.run();
    n.advance(25s);
    CHECK(n.emits() == 3);
    CHECK(n.cursor() == "3");
    CHECK(n.committed_cursor().empty());
    n.acknowledge(2);
    CHECK(log_file::forgotten == 2); // the acknowledgement woke the wait
    CHECK(n.now() == rt::setup{}.start + 25s);
    CHECK(n.committed_cursor() == "2");
    CHECK(n.committed_state().at("lines") == "2");
    CHECK(n.state().at("lines") == "3");

    n.restart();
    CHECK(n.state().at("lines") == "2");
    REQUIRE(n.start());
    n.run();
    CHECK(log_file::first == 2);
    CHECK(n.last("line").value == 2); // again: at least once
    CHECK(n.emits() == 1);
    n.acknowledge();
    CHECK(n.committed_cursor() == "3");
    REQUIRE(n.stop());
    CHECK(n.misbehaviour().empty());
}

namespace {

class summing final : public releve::transform {
    releve::context& host_;

public:
    static constexpr auto summary = "Remembers a sum, and emits nothing";
    explicit summing(releve::context& host)
        : host_{host} {}
    void process(const releve::batch& in, releve::output&) override {
        double sum = std::stod(host_.state("sum").value_or("0"));
        for (const auto record : in) sum += record.number();
        host_.set_state("sum", std::to_string(sum));
        host_.erase_state("never");
    }
};

} // namespace

TEST_CASE("the state of a transform is committed with the batch that it took") {
    rt::node n{rt::plugin{releve::component<summing>("summing")}, "summing"};
    REQUIRE(n.start());
    rt::upstream up{n, "up"};
    const auto of = up.gauge("power", "W");
    REQUIRE(n.process(up.batch().add(of, 1).add(of, 2)));
    n.acknowledge();
    REQUIRE(n.process(up.batch().add(of, 4)));
    CHECK(std::stod(n.state().at("sum")) == 7);
    n.restart();
    REQUIRE(n.process(up.batch().add(of, 10)));
    CHECK(std::stod(n.state().at("sum")) == 13);
}

namespace {

class big final : public releve::source {
    releve::context& host_;

public:
    static constexpr auto summary = "Writes too much";
    explicit big(releve::context& host)
        : host_{host} {}
    void collect(releve::output&) override { host_.set_state("all", std::string(65'537, 'x')); }
};

} // namespace

TEST_CASE("a state larger than the contract allows is refused") {
    rt::node n{rt::plugin{releve::component<big>("big")}, "big"};
    REQUIRE(n.start());
    CHECK_THAT(n.collect().why, Catch::Matchers::ContainsSubstring("at most 64 KiB"));
}
