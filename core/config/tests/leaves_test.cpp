// SPDX-License-Identifier: Apache-2.0
// Secrets by their place, and texts that are too deep or too long.
#include "config/leaves.hpp"
#include "config/pipeline_file.hpp"
#include "test_components.hpp"

#include <releve/testing/catch.hpp>

#include <sstream>

using namespace releve::core;
using Catch::Matchers::ContainsSubstring;

namespace {

checked_file checked(const std::string& text) {
    static catalogue plugins({});
    static const bool added = (plugins.add(test_components()), true);
    REQUIRE(added);
    return read_pipeline_text(text, "site.toml", plugins);
}

std::string said_of(const std::string& text) {
    const auto file = checked(text);
    std::ostringstream out;
    print(out, file, false);
    print_json(out, file);
    return out.str();
}

/// A connection whose one server is written so; `port = 0` is a mistake in the same line.
std::string server(const std::string& options) {
    return "[connection.b]\ncomponent = \"bus\"\nservers = [{ name = \"a\", port = 0, " + options + " }]\n";
}

const std::string two_nodes = "[source.a]\ncomponent = \"line\"\nport = \"p\"\n[sink.s]\ncomponent = \"store\"\n";

} // namespace

TEST_CASE("a secret is not shown, wherever it stands and whatever its key is called") {
    for (const auto* options : {"password = \"hunter2\"",
                                "Password = \"hunter2\"",
                                "PASSWORD = 'hunter2'",
                                "pwd = \"hunter2\"",
                                "passwd = \"hunter2\"",
                                "key = \"hunter2\"",
                                "x = \"hunter2\"",
                                "kennwort = \"hunter2\"",
                                "password = [\"hunter2\"]",
                                "pwd = [\"a\", [\"hunter2\"]]",
                                "x = { y = \"hunter2\" }",
                                "password = { env = \"A\", file = \"hunter2\" }",
                                "password = { env = \"hunter2\" }",
                                "password = { file = \"hunter2\" }",
                                "password = { evn = \"hunter2\" }",
                                "password = { hunt = [\"hunter2\"] }",
                                "password.env = \"hunter2\"",
                                "pass.word = \"hunter2\"",
                                "\"pass word\" = \"hunter2\"",
                                "host = \"http://me:hunter2@there/x\"",
                                "host = \"http://hunter2@there\"",
                                "host = \"http://h/?t=hunter2\"",
                                "host = \"smtp://me:hun/hunter2@there\"",
                                "password = \"\\\"hunter2\"",
                                "x = \"a\\\\\", y = \"hunter2\"",
                                "host = \"h\" }] # hunter2\n#",
                                "password = \"\"\"\nhunter2\"\"\", colour = \"hunter2\"",
                                "x = '''\nhunter2''', colour = \"hunter2\""}) {
        INFO(options);
        const auto said = said_of(server(options));
        INFO(said);
        CHECK(said.find("hunter2") == std::string::npos);
        CHECK_THAT(said, ContainsSubstring("error: "));
    }
    CHECK_THAT(said_of(server("host = \"here\"")), ContainsSubstring("host = \"here\"")); // what is none is shown
    for (const auto* section : {"[sinks.db]\npassword = \"hunter2\"", "[sink.db]\nurl = \"hunter2\"",
                                "pwd = \"hunter2\"", "[sink.db]\ncomponent = \"none\"\nx = 1\npassword = \"hunter2\"",
                                "[site]\npassword = \"hunter2\"", "[[sink]]\nkey = \"hunter2\""}) {
        INFO(section);
        CHECK(said_of(section).find("hunter2") == std::string::npos);
    }
}

TEST_CASE("a secret is not shown in text that is not TOML") {
    for (const auto* line : {"password = hunter2",
                             "pwd = hunter2",
                             "x = hunter2",
                             "key = 2hunter2",
                             "password = hunter2 # x",
                             "x = ab=hunter2",
                             "x = \"hunter2",
                             "x = 'hunter2",
                             "x = \"\"\"hunter2",
                             "x = \"\"\"\nhunter2",
                             "x = '''a\nhunter2\n",
                             "x = [\"a\"\n\"hunter2\"]",
                             "x = [\n  hunter2,\n]",
                             "x = { y = hunter2 }",
                             "x = { y = \"hunter2\", z }",
                             "x = \"a\" hunter2",
                             "x = \"a\"\"hunter2\"",
                             "x : \"hunter2\"",
                             "x \"hunter2\"",
                             "hunter2",
                             "x hunter2",
                             "x = \"hunter2\" \"",
                             "x = \"\\dhunter2\"",
                             "x = 'a'hunter2'",
                             "x = {\ny = \"hunter2\"\n}",
                             "# hunter2 \x01",
                             "x = \"hunter2\xff\"",
                             "a = 1\na = \"hunter2\"",
                             "x = 1hunter2",
                             "x = +hunter2",
                             "x = \"\"\"a\"\"\"\"hunter2"}) {
        INFO(line);
        const auto said = said_of("[sink.db]\n" + std::string{line});
        INFO(said);
        CHECK(said.find("hunter2") == std::string::npos);
    }
    CHECK(said_of("[sink.db]\npin = 0123456789").find("0123456789") == std::string::npos);
    CHECK(said_of("[sink.db]\npin = 12345678901234567890123").find("12345678901234567890123") == std::string::npos);
    CHECK_THAT(said_of("[source.a]\ninterval = 30s"), ContainsSubstring("put it in double quotes: \"30s\""));
}

TEST_CASE("messages show no password of a URL") {
    CHECK(without_secrets("can't use http://me:pw@host:80/x: no") == "can't use http://***@host:80/x: no");
    CHECK(without_secrets("'http://host/x?token=abc' and ftp://a:b@c") == "'http://host/x?***' and ftp://***@c");
    CHECK(without_secrets("a@b, c://d") == "a@b, c://d");
}

TEST_CASE("keys and brackets that are too deep are refused before they are parsed") {
    std::string dotted = "a";
    for (int i = 0; i < 40'000; ++i) dotted += ".a";
    for (const auto& text :
         {"[source.x]\n" + dotted + " = 1\n", "[" + dotted + "]\n", "[[" + dotted + "]]\n",
          "x = { " + dotted + " = 1 }\n", "x = [{ " + dotted + " = 1 }]\n",
          "x = [\"\"\"a\"\"\"\", { " + dotted + " = 1 }]\n", "[source.x] # '''\n[" + dotted + "]\n"}) {
        INFO(text.substr(0, 40));
        CHECK(checked(text).diagnostics.size() == 1);
    }
    CHECK(checked("[" + dotted + "]").diagnostics.at(0).problem.what == "a key has more than 32 parts");
    CHECK(checked("[site]\nx = " + std::string(200'000, '[')).diagnostics.at(0).problem.what ==
          "more than 32 brackets are open");
    CHECK(checked("[site]\nx = " + std::string(200'000, '{')).diagnostics.size() == 1);
    const auto text = checked("[site]\nname = \"a" + dotted + "\"\n"); // dots in a text are no parts of a key
    CHECK_THAT(text.diagnostics.at(0).problem.what, ContainsSubstring("is not a name"));
}

TEST_CASE("files of a megabyte are read in proportion, and their mistakes are counted") {
    std::string many = "inputs = [", unknown = "inputs = [", keys, sections, patterns = "inputs = [";
    for (int i = 0; i < 100'000; ++i) many += "\"a\",";
    for (int i = 0; i < 9'000; ++i) unknown += "\"n" + std::to_string(i) + "\",";
    for (int i = 0; i < 9'000; ++i) patterns += "\"*" + std::to_string(i) + "?\",";
    for (int i = 0; i < 30'000; ++i) keys += "k" + std::to_string(i) + " = 1\n";
    for (int i = 0; i < 20'000; ++i) sections += "[source.n" + std::to_string(i) + "]\n";
    const auto refused = said_of(two_nodes + many + "]\n");
    CHECK_THAT(refused, ContainsSubstring("'inputs' has 100000 names, and at most 10000 are allowed"));
    for (const auto& text : {two_nodes + unknown + "]\n", two_nodes + patterns + "]\n", two_nodes + keys, sections,
                             two_nodes + "x = [" + keys}) {
        const auto file = checked(text);
        std::ostringstream out;
        print(out, file, false);
        CHECK(file.diagnostics.size() <= max_shown);
        CHECK(out.str().size() < 200'000);
    }
    CHECK_THAT(said_of(two_nodes + unknown + "]\n"),
               ContainsSubstring("more mistakes are not shown: mend these first"));
}
