// SPDX-License-Identifier: Apache-2.0
// m2m_bare PORT SECONDS COMMAND...: asks a WES on loopback for these over and over on one connection, as fast as it
// answers: what no client of one server can surpass. Prints answered commands a second, and this program's CPU time a
// command in microseconds.
#include <netinet/in.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <vector>

namespace {

double cpu_seconds() {
    rusage used{};
    ::getrusage(RUSAGE_SELF, &used);
    return static_cast<double>(used.ru_utime.tv_sec + used.ru_stime.tv_sec) +
           static_cast<double>(used.ru_utime.tv_usec + used.ru_stime.tv_usec) / 1e6;
}

bool answered(int fd, const std::string& line) {
    if (::send(fd, line.data(), line.size(), MSG_NOSIGNAL) != static_cast<ssize_t>(line.size())) return false;
    char reply[128];
    for (ssize_t size = 0;;) {
        const auto got = ::recv(fd, reply + size, sizeof reply - static_cast<std::size_t>(size), 0);
        if (got <= 0) return false;
        size += got;
        if (reply[size - 1] == '\n') return true;
        if (size == sizeof reply) return false;
    }
}

} // namespace

int main(int count, char** words) {
    if (count < 4) {
        std::fprintf(stderr, "usage: m2m_bare PORT SECONDS COMMAND...\n");
        return 2;
    }
    std::vector<std::string> lines;
    for (int i = 3; i < count; ++i) lines.push_back(std::string{words[i]} + "\n");
    sockaddr_in at{};
    at.sin_family = AF_INET;
    at.sin_port = htons(static_cast<std::uint16_t>(std::atoi(words[1])));
    at.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    const int fd = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (::connect(fd, reinterpret_cast<const sockaddr*>(&at), sizeof at) != 0) {
        std::perror("m2m_bare");
        return 1;
    }
    using clock = std::chrono::steady_clock;
    const std::chrono::duration<double> limit{std::atof(words[2])};
    const auto begun = clock::now();
    std::chrono::duration<double> took{};
    std::size_t done = 0;
    for (; took < limit; took = clock::now() - begun, ++done)
        if (!answered(fd, lines[done % lines.size()])) {
            std::fprintf(stderr, "m2m_bare: no answer to %s", lines[done % lines.size()].c_str());
            return 1;
        }
    ::close(fd);
    const auto commands = static_cast<double>(done);
    std::printf("%.0f %.2f\n", commands / took.count(), cpu_seconds() / commands * 1e6);
}
