// SPDX-License-Identifier: Apache-2.0
#include <releve/testing/catch.hpp>
#include <releve/testing/testing.hpp>

#include <unistd.h>

#include <filesystem>
#include <fstream>

namespace rt = releve::testing;
using Catch::Matchers::ContainsSubstring;

namespace {

struct settings {
    std::string path = (std::filesystem::temp_directory_path() / ("settings-" + std::to_string(::getpid()))).string();
    rt::node node{rt::plugin{}, "setting_file", "path = '" + path + "'\nsite = 'les-tilleuls'"};

    explicit settings(const std::string& text) {
        write(text);
        REQUIRE(node.start());
        REQUIRE(node.collect());
    }
    ~settings() { std::filesystem::remove(path); }
    void write(const std::string& text) const { std::ofstream{path, std::ios::trunc} << text; }
    // How many records another reading of the file makes.
    std::size_t read() {
        const auto before = node.emitted().size();
        REQUIRE(node.collect());
        return node.emitted().size() - before;
    }
};

} // namespace

TEST_CASE("each line is a setting once, and again when its value changes") {
    settings s{"heating,A11,relay1,0\nheating,A12,relay1,0\n"};
    CHECK(s.node.emitted().size() == 2);
    CHECK(s.read() == 0);
    s.write("heating,A11,relay1,on\nheating,A12,relay1,off\n# more to come\n");
    CHECK(s.read() == 1);
    const auto turned = s.node.last("heating", {{"device", "A11"}});
    CHECK(turned.kind() == releve::kind::setting);
    CHECK(turned.value == 1);
    CHECK(turned.label("channel") == "relay1");
    CHECK(turned.label("site") == "les-tilleuls");
    CHECK(turned.time == s.node.now());
    CHECK(s.node.misbehaviour().empty());
}

TEST_CASE("a restart emits only what has changed meanwhile") {
    settings s{"heating,A11,relay1,0\nheating,A12,relay1,0\n"};
    s.node.acknowledge();
    s.write("heating,A11,relay1,0\nheating,A12,relay1,1\n");
    s.node.restart();
    REQUIRE(s.node.start());
    CHECK(s.read() == 1);
    CHECK(s.node.last("heating").label("device") == "A12");
}

TEST_CASE("what was not committed before a crash is emitted again") {
    settings s{"heating,A11,relay1,0\n"};
    s.node.restart();
    REQUIRE(s.node.start());
    CHECK(s.read() == 1);
}

TEST_CASE("bad lines are logged together, once, and the others are applied") {
    settings s{"heating,A11,relay1,warm\nheating,A12,relay1,1\nheating,A13\n"};
    CHECK(s.node.emitted().size() == 1);
    REQUIRE(s.node.logs("bad_lines").size() == 1);
    const auto logged = s.node.logs("bad_lines").front().text;
    CHECK_THAT(logged, ContainsSubstring("line 1: the value is not a number"));
    CHECK_THAT(logged, ContainsSubstring("line 3: it has 2 fields"));
    CHECK(s.read() == 0);
    CHECK(s.node.logs("bad_lines").size() == 1);
}

TEST_CASE("a missing file is a failure, and its settings stay") {
    settings s{"heating,A11,relay1,1\n"};
    std::filesystem::remove(s.path);
    const auto collected = s.node.collect();
    CHECK(collected.transient());
    CHECK_THAT(collected.why, ContainsSubstring("No such file"));
    s.write("heating,A11,relay1,1\n");
    CHECK(s.read() == 0);
}

TEST_CASE("a file that is too large is refused") {
    settings s{""};
    s.write(std::string(300'000, '#'));
    CHECK_THAT(s.node.collect().why, ContainsSubstring("more than 256 KiB"));
}
