// SPDX-License-Identifier: Apache-2.0
// Streaming sources: lockstep feeding, waits by the virtual clock, stop, acknowledgements.
#include "channel.hpp"

#include <releve/source.hpp>
#include <releve/testing/catch.hpp>
#include <releve/testing/testing.hpp>

#include <fcntl.h>
#include <unistd.h>

#include <atomic>
#include <thread>

using namespace std::chrono_literals;
namespace rt = releve::testing;

namespace {

/// Lines from a descriptor; 5 s of silence are reported as a loss.
class lines final : public releve::streaming_source {
    releve::context& host_;
    releve::series line_;
    std::string rest_;

public:
    static inline std::atomic<int> fd = -1;
    static constexpr auto summary = "Lines of a descriptor";
    explicit lines(releve::context& host)
        : host_{host}
        , line_{host.text("line", "A line")} {}
    void run(releve::output& out) override {
        for (;;) {
            const auto why = host_.wait(fd, RELEVE_READABLE, 5s);
            if (why == releve::wake::stopped) return;
            if (why == releve::wake::timeout) {
                host_.lost("", "silence");
                continue;
            }
            char bytes[256];
            const auto size = ::read(fd, bytes, sizeof bytes);
            if (size <= 0) throw releve::transient_error("the line was closed");
            host_.back("");
            rest_.append(bytes, static_cast<std::size_t>(size));
            for (auto end = rest_.find('\n'); end != std::string::npos; end = rest_.find('\n')) {
                out.add(line_, std::string_view{rest_}.substr(0, end));
                rest_.erase(0, end + 1);
            }
        }
    }
};

const rt::plugin streams{releve::component<lines>("lines")};

} // namespace

TEST_CASE("a streaming source is fed in lockstep") {
    channel line;
    lines::fd = line.node;
    rt::node n{streams, "lines"};
    REQUIRE(n.start());
    n.run();
    CHECK(n.running());
    n.feed(line.test, "one\ntw");
    CHECK(n.emitted("line").size() == 1);
    n.advance(3s);
    n.feed(line.test, "o\n");
    CHECK(n.last("line").text == "two");
    CHECK(n.last("line").time == rt::setup{}.start + 3s);
    CHECK(n.health().empty());

    n.advance(4999ms); // the wait restarted with the last byte
    CHECK(n.health().empty());
    n.advance(1ms);
    REQUIRE(n.health().size() == 1);
    CHECK(n.health()[0].time == rt::setup{}.start + 8s);
    n.feed(line.test, "three\n");
    CHECK(n.up() == true);

    REQUIRE(n.stop());
    CHECK_FALSE(n.running());
    CHECK(n.ended());
    CHECK(n.misbehaviour().empty());
}

TEST_CASE("a long virtual time passes in lockstep") {
    channel line;
    lines::fd = line.node;
    rt::node n{streams, "lines"};
    REQUIRE(n.start());
    n.run();
    n.advance(24h); // 17,280 waits, none of them of real time: else the test does not end
    CHECK(n.now() == rt::setup{}.start + 24h);
    CHECK(n.health().size() == 1);
}

TEST_CASE("the outcome of run is kept, and run can be called again") {
    channel line;
    lines::fd = line.node;
    rt::node n{streams, "lines"};
    REQUIRE(n.start());
    n.run();
    ::shutdown(line.test, SHUT_RDWR);
    n.settle();
    REQUIRE(n.ended());
    CHECK(n.ended()->transient());
    CHECK(n.ended()->why == "the line was closed");
    CHECK(n.stop().why == "the line was closed");

    channel another;
    lines::fd = another.node;
    REQUIRE(n.start());
    n.run();
    CHECK_FALSE(n.ended());
    n.feed(another.test, "again\n");
    CHECK(n.last("line").text == "again");
    CHECK(n.stop());
}

TEST_CASE("run_until stops the clock where the condition comes true") {
    channel line;
    lines::fd = line.node;
    rt::node n{streams, "lines"};
    REQUIRE(n.start());
    n.run();
    CHECK(n.run_until([&] { return n.up() == false; }, 1min));
    CHECK(n.now() == rt::setup{}.start + 5s);
    CHECK_FALSE(n.run_until([&] { return n.up() == true; }, 1min));
    CHECK(n.now() == rt::setup{}.start + 65s);
}

namespace {

class deaf final : public releve::streaming_source {
public:
    static inline std::atomic<bool> on = true;
    static constexpr auto summary = "Does not notice that it is asked to stop";
    explicit deaf(releve::context&) {}
    void run(releve::output&) override {
        while (on) std::this_thread::yield();
    }
};

} // namespace

TEST_CASE("a source that never waits, and one that ignores stop, fail the test") {
    deaf::on = true;
    rt::node n{rt::plugin{releve::component<deaf>("deaf")}, "deaf", "", {.watchdog = 50ms}};
    REQUIRE(n.start());
    CHECK_THROWS_WITH(n.run(), Catch::Matchers::ContainsSubstring("has been inside run"));
    CHECK_THROWS_WITH(static_cast<void>(n.stop()), Catch::Matchers::ContainsSubstring("did not return from run"));
    deaf::on = false;
}

TEST_CASE("set_clock moves the wall clock but no wait") {
    channel line;
    lines::fd = line.node;
    rt::node n{streams, "lines"};
    REQUIRE(n.start());
    n.run();
    n.set_clock(rt::setup{}.start - 1h);
    n.advance(4s);
    CHECK(n.health().empty());
    n.advance(1s);
    CHECK(n.health().size() == 1);
    CHECK(n.now() == rt::setup{}.start - 1h + 5s);
    CHECK(n.steady() == 5s);
}

TEST_CASE("bytes that are fed to a serial port one by one have arrived, each at once") {
    const rt::serial_device device;
    lines::fd = ::open(device.path().c_str(), O_RDWR | O_NOCTTY | O_CLOEXEC | O_NONBLOCK);
    REQUIRE(lines::fd >= 0);
    rt::node n{streams, "lines"};
    REQUIRE(n.start());
    n.run();
    const auto before = n.steady();
    for (int i = 0; i < 3000; ++i) n.feed(device.line(), i % 20 == 19 ? "\n" : "x"); // a minute, if each waited
    CHECK(n.emitted("line").size() == 150);
    CHECK(n.steady() == before);
    n.feed(device.line(), std::string(300, 'y') + "\n");
    CHECK(n.last("line").text == std::string(300, 'y'));
    REQUIRE(n.stop());
    ::close(lines::fd);
}
