// SPDX-License-Identifier: Apache-2.0
#include <releve/kit/io/host_port.hpp>

#include <releve/testing/catch.hpp>

#include <stdexcept>

using namespace releve::kit;

TEST_CASE("a host and its port are read as people write them") {
    CHECK(host_port_in("server:80") == host_port{"server", 80});
    CHECK(host_port_in("192.168.1.20:2001") == host_port{"192.168.1.20", 2001});
    CHECK(host_port_in("[::1]:65535") == host_port{"::1", 65'535});
    CHECK(host_port_in("[fe80::1%eth0]:1") == host_port{"fe80::1%eth0", 1});
    CHECK(host_port_in("server", 4304) == host_port{"server", 4304});
    CHECK(host_port_in("[::1]", 4304) == host_port{"::1", 4304});
    CHECK(host_port_in("server:80", 4304) == host_port{"server", 80});
    for (const auto& one : {host_port{"server", 80}, host_port{"::1", 80}, host_port{"10.0.0.1", 1}})
        CHECK(host_port_in(text_of(one)) == one);
    CHECK(text_of({"::1", 80}) == "[::1]:80");
}

TEST_CASE("a wrong host or port is refused, with the reason") {
    for (const char* bad :
         {"", ":", ":80", "server:", "server:0", "server:65536", "server:8x", "server:+80", "server: 80", "[::1",
          "[]:80", "[::1]80", "::1:80", "a b:80", "a/b:80", "user@host:80", "server:80:90"})
        CHECK_THROWS_AS(host_port_in(bad, 1), std::invalid_argument);
    CHECK_THROWS_AS(host_port_in(std::string(254, 'a') + ":80"), std::invalid_argument);
    CHECK_THROWS_WITH(host_port_in("server"), "has no port; write host:port");
}

TEST_CASE("numeric addresses are distinguished from names") {
    CHECK(is_address("192.168.1.20"));
    CHECK(is_address("::1"));
    CHECK_FALSE(is_address("server"));
    CHECK_FALSE(is_address("1.2.3"));
    CHECK(is_host("my-server_2.example.org"));
    CHECK_FALSE(is_host("my server"));
    CHECK_FALSE(is_host(""));
}
