// SPDX-License-Identifier: Apache-2.0
// The outputs of the sink: a terminal, a pipe without a reader, a full pipe.
#include "captured.hpp"

#include <releve/testing/catch.hpp>
#include <releve/testing/testing.hpp>

#include <fcntl.h>
#include <pty.h>
#include <signal.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cstdlib>
#include <string>

using namespace releve::testing;
using releve::print::tests::captured;
using releve::print::tests::redirected;

namespace {

/// The output of a batch on a terminal of so many columns.
template <class F>
std::string on_terminal(unsigned short columns, F&& batch_of, const std::string& toml = "") {
    winsize size{};
    size.ws_col = columns;
    size.ws_row = 24;
    int ours = -1, theirs = -1;
    REQUIRE(::openpty(&ours, &theirs, nullptr, nullptr, &size) == 0);
    {
        const redirected now{1, theirs};
        node n{plugin{}, "print", toml};
        REQUIRE(n.start());
        REQUIRE(n.write(batch_of(n)));
    }
    ::close(theirs);
    std::string text;
    std::array<char, 4096> part{};
    for (ssize_t got = 0; (got = ::read(ours, part.data(), part.size())) > 0;)
        text.append(part.data(), static_cast<std::size_t>(got));
    ::close(ours);
    return text;
}

records long_labels(const node& n) {
    upstream from{n, "boiler-room-of-building-4"};
    return from.batch()
        .add(from.gauge("temperature", "Cel",
                        {{"channel", "12"}, {"dwelling", "A11"}, {"location", "behind the water heater"}}),
             21.5)
        .add(from.text("message"), std::string(300, 'x'));
}

std::size_t longest_line(const std::string& text) {
    std::size_t longest = 0, columns = 0;
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (text[i] == '\n') columns = 0;
        const bool starts_character = (static_cast<unsigned char>(text[i]) & 0xc0) != 0x80;
        if (text[i] != '\r' && text[i] != '\n' && starts_character) longest = std::max(longest, ++columns);
    }
    return longest;
}

} // namespace

TEST_CASE("on a terminal lines are coloured and fit; labels lose their keys first") {
    ::unsetenv("NO_COLOR");
    ::setenv("TERM", "xterm", 1);
    CHECK(on_terminal(100, long_labels).find('\033') != std::string::npos);
    ::setenv("NO_COLOR", "1", 1);
    const auto text = on_terminal(100, long_labels);
    ::unsetenv("NO_COLOR");
    CHECK(text.find('\033') == std::string::npos);
    CAPTURE(text);
    CHECK(longest_line(text) <= 100);
    CHECK(text.find("temperature 12 A11") != std::string::npos);
    CHECK(text.find("21.5 \u00b0C") != std::string::npos);
    CHECK(longest_line(on_terminal(80, long_labels, "colour = \"never\"")) <= 80);
}

TEST_CASE("in a pipe nothing is cut") {
    node n{plugin{}, "print", ""};
    REQUIRE(n.start());
    const auto text = captured(1, [&] { REQUIRE(n.write(long_labels(n))); });
    CHECK(text.find("boiler-room-of-building-4") != text.npos);
    CHECK(text.find("location=behind the water heater") != text.npos);
    CHECK(text.find(std::string(300, 'x')) != text.npos);
}

TEST_CASE("to = \"stderr\" writes there") {
    node n{plugin{}, "print", "to = \"stderr\""};
    REQUIRE(n.start());
    std::string on_error;
    const auto on_output = captured(1, [&] { on_error = captured(2, [&] { REQUIRE(n.write(long_labels(n))); }); });
    CHECK(on_output.empty());
    CHECK_FALSE(on_error.empty());
}

TEST_CASE("a pipe without a reader ends the printing, not the process, and is logged once") {
    int ends[2];
    REQUIRE(::pipe(ends) == 0);
    ::signal(SIGPIPE, SIG_DFL);
    node n{plugin{}, "print", ""};
    REQUIRE(n.start());
    upstream from{n, "linky"};
    const auto power = from.gauge("power", "W");
    ::close(ends[0]);
    {
        const redirected now{1, ends[1]};
        REQUIRE(n.write(from.batch().add(power, 1)));
        REQUIRE(n.write(from.batch().add(power, 2)));
    }
    ::close(ends[1]);
    CHECK(n.up("stdout") == false);
    CHECK(n.health().size() == 1);
    sigset_t pending;
    sigemptyset(&pending);
    ::sigpending(&pending);
    CHECK(::sigismember(&pending, SIGPIPE) == 0);
}

TEST_CASE("a full pipe does not keep the node from stopping") {
    int ends[2];
    REQUIRE(::pipe(ends) == 0);
    ::fcntl(ends[1], F_SETPIPE_SZ, 4096);
    node n{plugin{}, "print", "every = \"all\""};
    REQUIRE(n.start());
    upstream from{n, "linky"};
    const auto power = from.gauge("power", "W");
    auto batch = from.batch();
    for (int i = 0; i < 1000; ++i) batch.add(power, i);
    n.ask_to_stop();
    {
        const redirected now{1, ends[1]};
        REQUIRE(n.write(batch));
    }
    REQUIRE(n.stop()); // and not after the time limit of the test
    ::close(ends[0]);
    ::close(ends[1]);
}
