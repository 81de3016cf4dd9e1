// SPDX-License-Identifier: Apache-2.0
#include "options.hpp"

#include <releve/testing/catch.hpp>

using releve::options::nearest;

TEST_CASE("the nearest name is the one that was meant") {
    const std::vector<std::string> names{"interval", "connection", "port", "servers", "password"};
    CHECK(nearest("intervall", names) == "interval");
    CHECK(nearest("Interval", names) == "interval");
    CHECK(nearest("inetrval", names) == "interval");
    CHECK(nearest("prot", names) == "port");
    CHECK(nearest("server", names) == "servers");
    CHECK(nearest("conn", names) == "connection");
    CHECK(nearest("pasword", names) == "password");
    CHECK(nearest("wes-http", {"wes_http"}) == "wes_http");
    CHECK(nearest("europe/pari", {"Europe/Paris", "Europe/Prague"}) == "Europe/Paris");
}

TEST_CASE("a word that is near no name gets no suggestion") {
    const std::vector<std::string> names{"interval", "port", "at"};
    CHECK(nearest("colour", names).empty());
    CHECK(nearest("x", names).empty());
    CHECK(nearest("", names).empty());
    CHECK(nearest("port", {}).empty());
    CHECK(nearest(std::string(10'000, 'a'), names).empty());
    CHECK(nearest("wes", {"wes_http", "wes_files"}).empty()); // the start of two names
}
