// SPDX-License-Identifier: Apache-2.0
// getaddrinfo is this file's for names of "...slow.test": as slow as the test wants. Others are the system's.
#include "io/peer.hpp"

#include <releve/kit/io/bell.hpp>
#include <releve/kit/io/failure.hpp>
#include <releve/kit/io/resolve.hpp>

#include <releve/testing/catch.hpp>

#include <dlfcn.h>
#include <netdb.h>

#include <atomic>
#include <condition_variable>
#include <mutex>
#include <thread>

using namespace std::chrono_literals;
using namespace releve::kit;

namespace {

/// Answers no question about slow names until it is opened.
class gate {
public:
    void pass() {
        std::unique_lock lock{mutex_};
        ++asked_;
        changed_.notify_all();
        changed_.wait(lock, [&] { return open_; });
    }
    void wait_until_asked(int times) {
        std::unique_lock lock{mutex_};
        changed_.wait(lock, [&] { return asked_ >= times; });
    }
    int asked() {
        const std::lock_guard lock{mutex_};
        return asked_;
    }
    void set(bool open) {
        const std::lock_guard lock{mutex_};
        open_ = open;
        asked_ = 0;
        changed_.notify_all();
    }

private:
    std::mutex mutex_;
    std::condition_variable changed_;
    bool open_ = false;
    int asked_ = 0;
};
gate& name_server() {
    static auto& one = *new gate; // threads of look-ups live to the end
    return one;
}

std::string shown(const socket_address& of) {
    std::array<char, INET6_ADDRSTRLEN> text{};
    if (of.storage.ss_family == AF_INET6) {
        const auto& six = reinterpret_cast<const sockaddr_in6&>(of.storage);
        ::inet_ntop(AF_INET6, &six.sin6_addr, text.data(), text.size());
        return text_of({text.data(), ntohs(six.sin6_port)});
    }
    const auto& four = reinterpret_cast<const sockaddr_in&>(of.storage);
    ::inet_ntop(AF_INET, &four.sin_addr, text.data(), text.size());
    return text_of({text.data(), ntohs(four.sin_port)});
}

} // namespace

extern "C" int getaddrinfo(const char* node, const char* service, const addrinfo* hints, addrinfo** result) {
    static const auto real = reinterpret_cast<decltype(&::getaddrinfo)>(::dlsym(RTLD_NEXT, "getaddrinfo"));
    const std::string_view name = node == nullptr ? "" : node;
    if (!name.ends_with("slow.test") || (hints->ai_flags & AI_NUMERICHOST) != 0)
        return real(node, service, hints, result);
    name_server().pass();
    if (name.starts_with("unknown")) return EAI_NONAME;
    return real("127.0.0.1", service, hints, result);
}

TEST_CASE("addresses in digits and localhost are known at once") {
    const look_up four{{"192.0.2.1", 80}}, six{{"2001:db8::1", 81}}, local{{"localhost", 82}};
    REQUIRE(four.done());
    CHECK(four.fd() == -1);
    REQUIRE(four.addresses().size() == 1);
    CHECK(shown(four.addresses()[0]) == "192.0.2.1:80");
    REQUIRE(six.done());
    CHECK(shown(six.addresses()[0]) == "[2001:db8::1]:81");
    REQUIRE(local.done());
    REQUIRE(local.addresses().size() == 2);
    CHECK(shown(local.addresses()[0]) == "[::1]:82");
    CHECK(shown(local.addresses()[1]) == "127.0.0.1:82");
}

TEST_CASE("neither a stop nor a timeout waits for a name server") {
    name_server().set(false);
    const bell stop;
    std::thread stopper{[&] {
        name_server().wait_until_asked(1);
        stop.ring();
    }};
    CHECK_THROWS_AS(resolve({"a.slow.test", 80}, peer::timeout, poll_waiter(stop.fd())), releve::stopped);
    stopper.join();
    CHECK_THROWS_WITH(resolve({"a.slow.test", 80}, 1ms, poll_waiter()), "has a name that nobody resolves in time");
    name_server().set(true);
    CHECK(shown(resolve({"a.slow.test", 80}, peer::timeout, poll_waiter()).at(0)) == "127.0.0.1:80");
}

TEST_CASE("a name without an address is reported as such") {
    name_server().set(true);
    CHECK_THROWS_WITH(resolve({"unknown.slow.test", 80}, peer::timeout, poll_waiter()),
                      Catch::Matchers::StartsWith("has no address: "));
}

TEST_CASE("look-ups of one name share a thread, and there are never more than eight") {
    name_server().set(false);
    std::vector<look_up> all;
    for (int i = 0; i < 20; ++i) all.emplace_back(host_port{"one.slow.test", static_cast<std::uint16_t>(i + 1)});
    name_server().wait_until_asked(1);
    for (int i = 0; i < 20; ++i) all.emplace_back(host_port{std::to_string(i) + ".slow.test", 1});
    name_server().wait_until_asked(look_up::max_threads);
    CHECK(name_server().asked() == look_up::max_threads);
    CHECK_FALSE(all.front().done());
    name_server().set(true);
    const auto wait = poll_waiter();
    for (const auto& one : all) {
        CHECK(wait.ready(one.fd(), RELEVE_READABLE, peer::timeout));
        CHECK(one.done());
    }
    CHECK(shown(all[4].addresses()[0]) == "127.0.0.1:5");
    CHECK(shown(all[5].addresses()[0]) == "127.0.0.1:6");
}
