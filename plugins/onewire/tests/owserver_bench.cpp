// SPDX-License-Identifier: Apache-2.0
// Values a second from a real owserver: this plugin's client, a bare loop over a blocking socket, and owfs's own owread
// where it is installed. Prints lines of tests/bench/figure.
#include "owserver/client.hpp"
#include "tests/peers.hpp"

#include <poll.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>

namespace {

using namespace releve::onewire;
using onewire_testing::owserver;
using clock_type = std::chrono::steady_clock;

const std::string path = "/28.000028D70000/temperature"; // of --tester=DS18B20
const std::string expected = "4";
constexpr int values = 2000, rounds = 10; // short, and in turn: what else the machine does meets all alike
constexpr int paths = 500;                // that one owread is given

struct cost {
    double values_s = 0, cpu_us = 0; // CPU time of this process alone, a value
};

double seconds_of(const timeval& of) { return static_cast<double>(of.tv_sec) + static_cast<double>(of.tv_usec) / 1e6; }

double cpu_seconds() {
    rusage used{};
    ::getrusage(RUSAGE_SELF, &used);
    return seconds_of(used.ru_utime) + seconds_of(used.ru_stime);
}

/// Of `values` calls.
template <class call>
cost cost_of(call&& one) {
    const auto begun = clock_type::now();
    const double cpu = cpu_seconds();
    for (int i = 0; i < values; ++i)
        if (one() != expected) throw std::runtime_error("owserver gives another value than " + expected);
    const std::chrono::duration<double> took = clock_type::now() - begun;
    return {values / took.count(), (cpu_seconds() - cpu) / values * 1e6};
}

void keep_best(cost& best, const cost& one) {
    best.values_s = std::max(best.values_s, one.values_s);
    best.cpu_us = best.cpu_us == 0 ? one.cpu_us : std::min(best.cpu_us, one.cpu_us);
}

owserver_client client_of(const owserver& server) {
    return {releve::kit::host_port_in(server.address()), {}, false, releve::kit::poll_waiter()};
}

/// The least that a client can do: the same bytes each time, what comes taken as it is.
class bare_client {
    int fd_;
    std::string request_;
    char answer_[256] = {};

public:
    explicit bare_client(int fd)
        : fd_{fd}
        , request_{encode({request_type::read, path, {}, flag_ownet | flag_persistence | flag_trim})} {}
    bare_client(const bare_client&) = delete;
    bare_client& operator=(const bare_client&) = delete;
    ~bare_client() { ::close(fd_); }
    std::string_view read() {
        constexpr auto header = static_cast<ssize_t>(reply_reader::header_size);
        if (::send(fd_, request_.data(), request_.size(), MSG_NOSIGNAL) < 0) return {};
        const auto size = ::recv(fd_, answer_, sizeof answer_, 0); // a small answer comes in one piece
        return size <= header ? std::string_view{}
                              : std::string_view{answer_ + header, static_cast<std::size_t>(size - header)};
    }
};

/// Values a second of owread; 0: it is not installed.
double owread_values_s(const owserver& server) {
    if (std::system("command -v owread > /dev/null") != 0) return 0;
    std::string command = "owread -s " + server.address();
    for (int i = 0; i < paths; ++i) command += " " + path;
    const auto begun = clock_type::now();
    if (std::system((command + " > /dev/null").c_str()) != 0) throw std::runtime_error("owread fails");
    return paths / std::chrono::duration<double>(clock_type::now() - begun).count();
}

} // namespace

int main() try {
    owserver server{{"--tester=DS18B20"}};
    auto client = client_of(server);
    bare_client bare{server.connect()};
    cost ours, theirs;
    double owread = 0;
    for (int i = 0; i < rounds; ++i) {
        keep_best(ours, cost_of([&] { return client.read(path); }));
        keep_best(theirs, cost_of([&] { return bare.read(); }));
        owread = std::max(owread, owread_values_s(server));
    }
    const char* const bare_name = "bare blocking client";
    std::printf("values a second from owserver, one connection|%.0f|1/s|more|%s|%.0f\n", ours.values_s, bare_name,
                theirs.values_s);
    std::printf("CPU time of the client a value|%.1f|us|less|%s|%.1f\n", ours.cpu_us, bare_name, theirs.cpu_us);
    if (owread > 0)
        std::printf("values a second beside owfs's own owread|%.0f|1/s|more|one owread of %d values|%.0f\n",
                    ours.values_s, paths, owread);
} catch (const std::exception& error) {
    std::fprintf(stderr, "owserver_bench: %s\n", error.what());
    return 1;
}
