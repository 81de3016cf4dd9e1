// SPDX-License-Identifier: Apache-2.0
#include "plugin/card.hpp"
#include "plugin_files.hpp"

#include <releve/testing/catch.hpp>

using namespace releve::core;
using namespace releve::core::tests;

namespace {

std::string why(std::string_view text) {
    return refusal_of([&] { parse_card("/p/x.so", text); });
}

std::string sentence(const std::string& what) {
    return "/p/x.so: its plugin note " + what + ", which is against releve/abi.h: build it again with the SDK";
}

} // namespace

TEST_CASE("lines in any order, unknown keys ignored") {
    const auto card =
        parse_card("/p/x.so", "component a_1 1\nfuture thing\n\nversion 2.0-rc1\ncomponent b 4\nname x-2\nabi 12.34");
    CHECK(card.abi_major == 12);
    CHECK(card.abi_minor == 34);
    CHECK(card.name == "x-2");
    CHECK(card.version == "2.0-rc1");
    CHECK(card.licence.empty());
    REQUIRE(card.components.size() == 2);
    CHECK(card.components[1].name == "b");
    CHECK(card.components[1].roles == RELEVE_CONNECTION);
}

TEST_CASE("a note that lacks a line") {
    CHECK(why("") == sentence("has no line 'abi'"));
    CHECK(why("abi 1.0") == sentence("has no line 'name'"));
    CHECK(why("abi 1.0\nname x") == sentence("has no line 'version'"));
    CHECK(why("abi 1.0\nname x\nversion 1") == sentence("has no line 'component'"));
}

TEST_CASE("a note with a bad line") {
    CHECK(why("abi 1") == sentence("has the value '1' in line 1"));
    CHECK(why("abi 1.0.0") == sentence("has the value '1.0.0' in line 1"));
    CHECK(why("abi 1.-1") == sentence("has the value '1.-1' in line 1"));
    CHECK(why("abi 99999999999.0") == sentence("has the value '99999999999.0' in line 1"));
    CHECK(why("abi 1.0\nabi 1.0") == sentence("has the value '1.0' in line 2"));
    CHECK(why("name x\nname y") == sentence("has the value 'y' in line 2"));
    CHECK(why("name X") == sentence("has the value 'X' in line 1"));
    CHECK(why("name " + std::string(65, 'a')) ==
          sentence("has the value '" + std::string(64, 'a') + "\u2026' in line 1"));
    CHECK(why("version \x1b[31mred") == sentence("has the value '\ufffd[31mred' in line 1"));
    CHECK(why("component") == sentence("has the value '' in line 1"));
    CHECK(why("component a") == sentence("has the value 'a' in line 1"));
    CHECK(why("component a 1x") == sentence("has the value 'a 1x' in line 1"));
    CHECK(why("component a-b 1") == sentence("has the value 'a-b 1' in line 1"));
    CHECK(why("component a 1\ncomponent a 2") == sentence("has the value 'a 2' in line 2"));
}

TEST_CASE("names and roles") {
    CHECK(is_component_name("wes_http"));
    CHECK_FALSE(is_component_name("1wire"));
    CHECK_FALSE(is_component_name("wes-http"));
    CHECK(is_plugin_name("cpu-temperature"));
    CHECK_FALSE(is_plugin_name("cpu_temperature"));
    CHECK_FALSE(is_plugin_name(""));
    for (const auto roles : {1u, 2u, 3u, 4u}) CHECK(is_roles(roles));
    for (const auto roles : {0u, 5u, 6u, 7u, 8u, 9u}) CHECK_FALSE(is_roles(roles));
}
