// SPDX-License-Identifier: Apache-2.0
#include "control/client.hpp"
#include "control/listeners.hpp"
#include "control/server.hpp"
#include "control/tap.hpp"
#include "temporary_folder.hpp"

#include <releve/testing/catch.hpp>

#include <sys/stat.h>

#include <fstream>

using namespace releve::core;
using Catch::Matchers::ContainsSubstring;

TEST_CASE("nobody there, a socket that a dead host left, a path that is too long: each is reported") {
    const temporary_folder in;
    const auto path = in.path / "control";
    CHECK_THROWS_AS(control_client{path}.get("/status"), not_running);
    CHECK_THROWS_WITH(control_client{path}.get("/status"), ContainsSubstring("no releve runs on " + path.string()));
    listen_unix(path); // and closes it: its file stays
    REQUIRE(std::filesystem::is_socket(path));
    CHECK_THROWS_AS(control_client{path}.get("/status"), not_running);
    CHECK_THROWS_WITH(control_client{std::string(200, 'x')}.get("/"), ContainsSubstring("at most 107 bytes"));
}

TEST_CASE("a socket is for its owner and group, replaces a dead one, and no living one and no file") {
    const temporary_folder in;
    const auto path = in.path / "deep" / "control";
    listen_unix(path);
    const auto alive = listen_unix(path);
    struct stat socket {};
    REQUIRE(stat(path.c_str(), &socket) == 0);
    CHECK((socket.st_mode & 07777) == 0660);
    CHECK_THROWS_AS(listen_unix(path), std::system_error);
    std::ofstream{in.path / "readings.db"} << "x";
    CHECK_THROWS_AS(listen_unix(in.path / "readings.db"), std::system_error);
    CHECK(std::filesystem::file_size(in.path / "readings.db") == 1);
}

TEST_CASE("it listens over TCP on IPv4 and IPv6") {
    CHECK_THAT(address_of(listen_tcp({"127.0.0.1", 0})), Catch::Matchers::StartsWith("127.0.0.1:"));
    const auto first = listen_tcp({"127.0.0.1", 0});
    const auto port = std::stoi(address_of(first).substr(10));
    CHECK_THROWS_AS(listen_tcp({"127.0.0.1", static_cast<std::uint16_t>(port)}), std::system_error);
    try {
        CHECK_THAT(address_of(listen_tcp({"::1", 0})), Catch::Matchers::StartsWith("[::1]:"));
    } catch (const std::system_error&) {
        WARN("no IPv6 here");
    }
}

TEST_CASE("a body of a megabyte comes whole, and a tap that is refused says why") {
    const temporary_folder in;
    const auto path = in.path / "control";
    const std::string large(1 << 20, 'x');
    const server one{listen_unix(path).release(), -1,
                     [&](const request& asked, bool local) {
                         return asked.path == "/tap" ? response{404, "text/plain", "there is no 'a b'\n"}
                                                     : response{200, "text/plain", local ? large : ""};
                     },
                     [] {}};
    const auto got = control_client{path}.get("/?node=a%20b");
    CHECK(got.status == 200);
    CHECK(got.body == large);
    CHECK_THROWS_WITH(control_client{path}.tap("a b", "", -1, [](std::string_view) { return true; }),
                      "there is no 'a b'");
}

TEST_CASE("a handler that throws gives a response, too") {
    const temporary_folder in;
    const auto path = in.path / "control";
    const server one{listen_unix(path).release(), -1,
                     [](const request&, bool) -> response { throw std::runtime_error("no memory"); }, [] {}};
    const auto got = control_client{path}.get("/");
    CHECK(got.status == 500);
    CHECK(got.body == "no memory\n");
}
