// SPDX-License-Identifier: Apache-2.0
#include <releve/testing/catch.hpp>
#include <releve/testing/testing.hpp>

#include <cstdio>
#include <filesystem>
#include <fstream>

#include <unistd.h>

namespace rt = releve::testing;

namespace {

// A file for one test.
struct scratch {
    std::string path = (std::filesystem::temp_directory_path() / ("my_node-" + std::to_string(::getpid()))).string();
    ~scratch() { std::remove(path.c_str()); }
    std::string text() const {
        std::ifstream file{path};
        return {std::istreambuf_iterator<char>{file}, {}};
    }
};

} // namespace

TEST_CASE("a record becomes a line") {
    const scratch file;
    rt::node node{rt::plugin{}, "my_node", "path = '" + file.path + "'"};
    rt::upstream meter{node, "meter"};
    const auto index = meter.counter("index", "Wh");
    REQUIRE(node.start());
    const auto written = node.write(meter.batch().add(index, 1000).add(index, 1001));
    REQUIRE(written);
    CHECK(written.count(rt::verdict::written) == 2);
    CHECK(file.text() == "1767225600000000000 index 1000\n1767225600000000000 index 1001\n");
    CHECK(node.misbehaviour().empty());
}

TEST_CASE("a number is written with all its digits, and none is no number") {
    const scratch file;
    rt::node node{rt::plugin{}, "my_node", "path = '" + file.path + "'"};
    rt::upstream meter{node, "meter"};
    const auto index = meter.counter("index", "Wh");
    REQUIRE(node.start());
    REQUIRE(node.write(meter.batch().add(index, 17076577).add(index, 0.1).absent(index)));
    CHECK(file.text() == "1767225600000000000 index 17076577\n1767225600000000000 index 0.1\n"
                         "1767225600000000000 index absent\n");
}

TEST_CASE("a record that can't be written is rejected, the others are written") {
    const scratch file;
    rt::node node{rt::plugin{}, "my_node", "path = '" + file.path + "'"};
    rt::upstream meter{node, "meter"};
    const auto words = meter.text("words");
    REQUIRE(node.start());
    const auto written = node.write(meter.batch().add(words, "one\ntwo").add(words, "three"));
    REQUIRE(written);
    CHECK(written.answers[0].is == rt::verdict::rejected);
    CHECK(written.answers[1].is == rt::verdict::written);
    CHECK(file.text() == "1767225600000000000 words three\n");
}

TEST_CASE("a file that can't be opened is tried again") {
    rt::node node{rt::plugin{}, "my_node", "path = '/nowhere/readings.txt'"};
    CHECK(node.start().transient());
}
