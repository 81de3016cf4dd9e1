// SPDX-License-Identifier: Apache-2.0
// A server that sends without end, as fast as it can or a byte now and then: every request ends by a bound, by its time
// limit or by a stop, and takes a bounded memory.
#include "owserver/client.hpp"
#include "tests/peers.hpp"

#include <releve/kit/io/bell.hpp>
#include <releve/testing/catch.hpp>

#include <sys/resource.h>

using namespace onewire_testing;
using namespace std::chrono_literals;
using releve::onewire::bus_lost;
using releve::onewire::owserver_client;
using releve::onewire::owserver_timeouts;

namespace {

long peak_kib() {
#ifdef __SANITIZE_ADDRESS__
    return long{0}; // it keeps what is freed, to find its use: not measured
#else
    rusage used{};
    ::getrusage(RUSAGE_SELF, &used);
    return used.ru_maxrss;
#endif
}

std::string many(const std::string& one, std::size_t times) {
    std::string all;
    for (std::size_t i = 0; i < times; ++i) all += one;
    return all;
}

struct flood {
    const char* name;
    std::string bytes, endless;
};

std::vector<flood> floods(std::size_t times) {
    return {{"pings", "", many(ping_bytes(), times)},
            {"entries that are nothing", "", many(reply_bytes(0, std::string(1, '\0')), times)},
            {"entries", "", many(reply_bytes(0, "/28.AABBCCDDEEFF"), times)},
            {"entries of the largest size", "", many(reply_bytes(0, "/" + std::string(65'000, 'x')), times / 50 + 1)},
            {"a value that does not end", reply_bytes(65'000, std::string(65'000, '1')).substr(0, 24), " "},
            {"another protocol", "", many("HTTP/1.1 200 OK\r\n", times)},
            {"zeros", "", std::string(times, '\0')}};
}

/// What a request for the directory of an old server, and for a value, ends with.
std::string failure(const flood& of, std::chrono::milliseconds pause, const releve::kit::waiter& wait,
                    releve::duration answer = 1min) {
    peer server{[&](std::uint32_t type, const std::string& path) {
        const bool not_known = type == 7;
        return not_known ? act{reply_bytes(-42, path.substr(0, 0))} : act{of.bytes, false, of.endless, pause};
    }};
    owserver_client client{{"127.0.0.1", server.port()}, {1min, 1min, answer}, false, wait};
    std::string all;
    for (const bool list : {true, false}) {
        try {
            if (list)
                client.directory("/");
            else
                client.read("/28.AABBCCDDEEFF/temperature");
            all += "a reply; ";
        } catch (const bus_lost& why) {
            all += std::string{why.what()} + "; ";
        }
        client.close();
    }
    return all;
}

} // namespace

TEST_CASE("floods of an owserver end by a bound, in a bounded memory") {
    const auto before = peak_kib();
    for (const auto& one : floods(2000)) {
        INFO(one.name);
        const auto ended = failure(one, 0ms, releve::kit::poll_waiter());
        CHECK_FALSE(ended.empty());
    }
    CHECK(peak_kib() - before < 64 * 1024);
}

TEST_CASE("an owserver that trickles is given up after the time limit of the answer") {
    for (auto& one : floods(1)) {
        INFO(one.name);
        const auto ended = failure(one, 5ms, releve::kit::poll_waiter(), 300ms);
        if (std::string_view{one.name} == "pings" || std::string_view{one.name} == "entries that are nothing")
            CHECK_THAT(ended, Catch::Matchers::ContainsSubstring("within the time limit"));
    }
}

TEST_CASE("a stop ends a request to an owserver that floods or trickles") {
    for (const auto pause : {0ms, 5ms})
        for (const auto& one : floods(pause == 0ms ? 2000 : 1)) {
            INFO(one.name << " " << pause.count());
            releve::kit::bell stop;
            stop.ring();
            CHECK_THROWS_AS(failure(one, pause, releve::kit::poll_waiter(stop.fd())), releve::stopped);
        }
}
