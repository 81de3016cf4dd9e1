// SPDX-License-Identifier: Apache-2.0
// HTTP, FTP and M2M without end, fast and slow: each exchange ends by a bound, by its time limit or by a stop, and
// takes a bounded memory.
#include "client/transport.hpp"
#include "http/loop.hpp"
#include "tests/flood_peer.hpp"

#include <releve/kit/io/bell.hpp>
#include <releve/testing/catch.hpp>

using namespace releve::wes;
using namespace wes_testing;
using namespace std::chrono_literals;
using Catch::Matchers::ContainsSubstring;

namespace {

constexpr long most_kib = 64 * 1024;

std::string http_failure(std::uint16_t port, const releve::kit::waiter& wait, releve::duration timeout = 1min) {
    http_request what;
    what.host = "127.0.0.1";
    what.port = port;
    what.timeout = timeout;
    return fetch(what, wait).failure;
}

std::string ftp_failure_of(std::uint16_t port, const releve::kit::waiter& wait, releve::duration timeout = 1min) {
    http_request what;
    what.host = "127.0.0.1";
    what.port = port;
    what.over_ftp = true;
    what.path = "/LOG/";
    what.timeout = timeout;
    return fetch(what, wait).failure;
}

const std::vector<flood>& ftp_floods() {
    static const std::vector<flood> all{{"a greeting", "220-", "a"},
                                        {"lines of a greeting", "", "220-more\r\n"},
                                        {"greetings", "", "220 more\r\n"},
                                        {"blank lines", "", "\r\n"},
                                        {"lines of a reply", "220 ok\r\n", "331-more\r\n"},
                                        {"not FTP", "", "HTTP/1.1 200 OK\r\n"}};
    return all;
}

const std::vector<flood>& m2m_floods() {
    static const std::vector<flood> all{{"line ends", "", "\n"},
                                        {"returns", "", "\r"},
                                        {"blanks", "", " "},
                                        {"blank lines", "", "  \r\n"},
                                        {"digits", "", "0"},
                                        {"the command", "", "gT100\n"},
                                        {"equal signs", "gT100\n", "="},
                                        {"zeros", "", std::string(1, '\0')}};
    return all;
}

std::string m2m_failure(std::uint16_t port, const releve::kit::waiter& wait, releve::duration timeout = 1min) {
    server_address to;
    to.host = "127.0.0.1";
    to.m2m_port = port;
    to.timeout = timeout;
    try {
        return "a reply " + direct_transport(to, wait)->fetch(resource::tag, "T100");
    } catch (const unreachable& why) {
        return why.what();
    }
}

} // namespace

TEST_CASE("an HTTP reply without end: a bound ends it, in a bounded memory") {
    const auto before = peak_kib();
    for (const auto& one : http_floods()) {
        INFO(one.name);
        const flood_peer peer{one.first, many(one.endless, 65'536 / one.endless.size())};
        const auto ended = http_failure(peer.port(), releve::kit::poll_waiter());
        CHECK_FALSE(ended.empty());
        CHECK_THAT(ended, !ContainsSubstring("time limit"));
    }
    CHECK(peak_kib() - before < most_kib);
}

TEST_CASE("an HTTP reply that trickles: its time limit ends it") {
    for (const auto& one : http_floods()) {
        INFO(one.name);
        const flood_peer peer{one.first, one.endless, 5ms};
        const auto ended = http_failure(peer.port(), releve::kit::poll_waiter(), 300ms);
        CHECK_FALSE(ended.empty());
        CHECK_THAT(ended, !ContainsSubstring("without end"));
    }
}

TEST_CASE("a stop ends an HTTP reply that floods or trickles") {
    for (const auto& one : http_floods())
        for (const auto pause : {0ms, 5ms}) {
            INFO(one.name << " " << pause.count());
            const flood_peer peer{one.first, one.endless, pause};
            releve::kit::bell stop;
            stop.ring();
            CHECK_THROWS_AS(http_failure(peer.port(), releve::kit::poll_waiter(stop.fd())), releve::stopped);
        }
}

TEST_CASE("an FTP session without end: a bound ends it, in a bounded memory") {
    const auto before = peak_kib();
    for (const auto& one : ftp_floods()) {
        INFO(one.name);
        const flood_peer peer{one.first, many(one.endless, 65'536 / one.endless.size())};
        const auto ended = ftp_failure_of(peer.port(), releve::kit::poll_waiter());
        CHECK_FALSE(ended.empty());
        CHECK_THAT(ended, !ContainsSubstring("time limit"));
    }
    CHECK(peak_kib() - before < most_kib);
}

namespace {

/// An FTP server that logs in anybody; what it sends for a listing or a file does not end.
class endless_ftp {
public:
    explicit endless_ftp(const std::string& endless)
        : data_{"", endless}
        , control_{::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)} {
        sockaddr_in at{};
        at.sin_family = AF_INET;
        at.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        socklen_t size = sizeof at;
        ::bind(control_, reinterpret_cast<sockaddr*>(&at), size);
        ::listen(control_, 4);
        ::getsockname(control_, reinterpret_cast<sockaddr*>(&at), &size);
        port_ = ntohs(at.sin_port);
        serving_ = std::thread{[this] {
            const int one = ::accept4(control_, nullptr, nullptr, SOCK_CLOEXEC);
            serve(one);
            ::close(one);
        }};
    }
    ~endless_ftp() {
        ::shutdown(control_, SHUT_RDWR);
        serving_.join();
        ::close(control_);
    }
    endless_ftp(const endless_ftp&) = delete;
    endless_ftp& operator=(const endless_ftp&) = delete;
    std::uint16_t port() const { return port_; }

private:
    void serve(int fd) const {
        const auto say = [fd](const std::string& line) {
            return ::send(fd, (line + "\r\n").data(), line.size() + 2, MSG_NOSIGNAL) > 0;
        };
        const std::string high = std::to_string(data_.port() / 256), low = std::to_string(data_.port() % 256);
        say("220 ready");
        std::string lines;
        char bytes[512];
        for (ssize_t size = 0; (size = ::recv(fd, bytes, sizeof bytes, 0)) > 0;) {
            lines.append(bytes, static_cast<std::size_t>(size));
            for (auto end = lines.find('\n'); end != lines.npos; end = lines.find('\n')) {
                const auto word = lines.substr(0, 4);
                lines.erase(0, end + 1);
                if (word == "USER")
                    say("331 password");
                else if (word == "PASS")
                    say("230 in");
                else if (word == "PWD\r")
                    say("257 \"/\"");
                else if (word == "PASV")
                    say("227 (127,0,0,1," + high + "," + low + ")");
                else if (word == "LIST" || word == "RETR")
                    say("150 here it comes");
                else if (word == "SIZE")
                    say("502 not known");
                else if (word == "QUIT")
                    say("221 bye");
                else
                    say("200 ok");
            }
        }
    }

    flood_peer data_;
    int control_;
    std::uint16_t port_ = 0;
    std::thread serving_;
};

} // namespace

TEST_CASE("a listing and a file without end: a bound ends them, in a bounded memory") {
    const auto before = peak_kib();
    const endless_ftp lists{many("11-23-26  02:30PM           1024 LOG.CSV\r\n", 1000)};
    CHECK_THAT(ftp_failure_of(lists.port(), releve::kit::poll_waiter()), ContainsSubstring("sends more than 256 KiB"));
    const endless_ftp blank{std::string(65'536, '\n')};
    CHECK_THAT(ftp_failure_of(blank.port(), releve::kit::poll_waiter()), ContainsSubstring("sends more than 256 KiB"));
    CHECK(peak_kib() - before < most_kib);
}

TEST_CASE("an FTP session that trickles: its time limit ends it") {
    for (const auto& one : ftp_floods()) {
        INFO(one.name);
        const flood_peer peer{one.first, one.endless, 5ms};
        CHECK_FALSE(ftp_failure_of(peer.port(), releve::kit::poll_waiter(), 300ms).empty());
    }
}

TEST_CASE("an M2M reply without end: a bound ends it") {
    const auto before = peak_kib();
    for (const auto& one : m2m_floods()) {
        INFO(one.name);
        const flood_peer peer{one.first, many(one.endless, 65'536 / one.endless.size())};
        CHECK_THAT(m2m_failure(peer.port(), releve::kit::poll_waiter()), ContainsSubstring("is not an M2M reply"));
    }
    CHECK(peak_kib() - before < most_kib);
}

TEST_CASE("an M2M reply that trickles: its time limit ends it, and so does a stop") {
    for (const auto& one : m2m_floods()) {
        INFO(one.name);
        const flood_peer peer{one.first, one.endless, 20ms};
        const auto ended = m2m_failure(peer.port(), releve::kit::poll_waiter(), 200ms);
        CHECK((ended.find("does not answer") != ended.npos || ended.find("is not an M2M reply") != ended.npos));
        releve::kit::bell stop;
        stop.ring();
        CHECK_THROWS_AS(m2m_failure(peer.port(), releve::kit::poll_waiter(stop.fd())), releve::stopped);
    }
}
