// SPDX-License-Identifier: Apache-2.0
#include "described.hpp"

#include <releve/testing/catch.hpp>

using namespace described;
using releve::options::copy_of;
using releve::options::refusal;

namespace {

std::string refused(const releve::options::description& one) { return refusal(one, {}); }

releve_string c(const char* text) { return {text, std::char_traits<char>::length(text)}; }

} // namespace

TEST_CASE("a good description is accepted") {
    CHECK(refused(option(RELEVE_OPTION_TEXT, "host")).empty());
    CHECK(refused(with_fallback(RELEVE_OPTION_DURATION, "time_limit", "10s")).empty());
    CHECK(refused(with_fallback(RELEVE_OPTION_INTERVAL, "interval", "10s")).empty());
    CHECK(refused(with_fallback(RELEVE_OPTION_SECRET, "password", "wes")).empty());
    CHECK(refused(choice("mode", {"a", "b"})).empty());
    CHECK(refused(table("queue_of", {option(RELEVE_OPTION_SIZE, "size")})).empty());
    CHECK(refused(tables("servers", {required(RELEVE_OPTION_TEXT, "host"), option(RELEVE_OPTION_DURATION, "interval")}))
              .empty());
    auto numbers = list(RELEVE_OPTION_INTEGER, "numbers");
    numbers.fallback = "[1, 2]";
    numbers.minimum = "1";
    CHECK(refused(numbers).empty());
}

TEST_CASE("a bad description is refused in one sentence") {
    CHECK(refused(option(RELEVE_OPTION_TEXT, "inputs")) == "option 'inputs' belongs to the host");
    CHECK(refused(option(RELEVE_OPTION_DURATION, "interval")) == "option 'interval' belongs to the host");
    CHECK(refused(option(RELEVE_OPTION_INTERVAL, "period")) ==
          "option 'period' has the type of the host's 'interval' but another key");
    CHECK(refused(option(RELEVE_OPTION_TEXT, "Host")) ==
          "option 'Host': a key has lower case letters, digits and '_', and begins with a letter");
    CHECK_FALSE(refused(option(RELEVE_OPTION_TEXT, "")).empty());
    CHECK_FALSE(refused(option(RELEVE_OPTION_TEXT, std::string(65, 'a'))).empty());
    CHECK(refused(option(77, "host")) == "option 'host' has a type that this host does not know");
    CHECK(refused(choice("mode", {})) == "option 'mode' is a choice without choices");
    CHECK(refused(choice("mode", {"a", "a"})) == "option 'mode' has an empty or repeated choice");
    CHECK(refused(with_fallback(RELEVE_OPTION_DURATION, "wait", "10 min")) ==
          "option 'wait' has a bad default: 'wait': \"10 min\" is not a duration");
    CHECK(refused(with_fallback(RELEVE_OPTION_INTEGER, "baud", "fast")) != "");
    CHECK(refused(with_fallback(RELEVE_OPTION_INTEGER, "baud", "1\nx = 2")) != "");
    CHECK(refused(option(RELEVE_OPTION_CONNECTION, "connection")) ==
          "option 'connection' does not say which component its connection is of");
    CHECK(refused(list(RELEVE_OPTION_LIST, "lists")) == "option 'lists' is a list of a type that can't be in a list");
    CHECK(refused(table("t", {})) == "option 't' is a table without fields");
    CHECK(refused(table("t", {option(RELEVE_OPTION_TEXT, "a"), option(RELEVE_OPTION_TEXT, "a")})) ==
          "option 't.a' is described twice");

    auto silent = option(RELEVE_OPTION_TEXT, "host");
    silent.help.clear();
    CHECK(refused(silent) == "option 'host' has no help");
    auto both = with_fallback(RELEVE_OPTION_TEXT, "host", "x");
    both.flags = RELEVE_OPTION_REQUIRED;
    CHECK(refused(both) == "option 'host' is required and has a default");
    auto bounded = with_fallback(RELEVE_OPTION_INTEGER, "baud", "5");
    bounded.minimum = "10";
    CHECK(refused(bounded) == "option 'baud' has a bad default: 'baud' must be at least 10, not 5");
    bounded.minimum = "many";
    CHECK(refused(bounded) == "option 'baud' has the bound \"many\", which is not a value of its type");
    bounded.minimum = "4";
    bounded.maximum = "3";
    CHECK(refused(bounded) == "option 'baud' has a minimum above its maximum");
    auto text = option(RELEVE_OPTION_TEXT, "host");
    text.maximum = "3";
    CHECK(refused(text) == "option 'host' is a string, which has no bounds");
    text.maximum.reset();
    text.example = "unquoted";
    CHECK(refused(text).starts_with("option 'host' has an example that is not a TOML value: "));
    text.example = "3";
    CHECK(refused(text) == "option 'host' has a bad example: 'host' must be a string, not an integer");
}

TEST_CASE("an option may be described once") {
    CHECK(refusal(option(RELEVE_OPTION_TEXT, "a"), {option(RELEVE_OPTION_PATH, "a")}) ==
          "option 'a' is described twice");
}

TEST_CASE("tables nest to a limited depth") {
    auto deep = table("t", {option(RELEVE_OPTION_TEXT, "a")});
    for (int depth = 1; depth < releve::options::deepest_table; ++depth) deep = table("t", {deep});
    CHECK(refused(deep).empty());
    CHECK(refused(table("t", {deep})) == "option 't.t.t.t.t' is a table too deep: 4 are allowed");
}

TEST_CASE("a description is copied whole, to a limited depth when it contains itself") {
    releve_option field{};
    field.size = sizeof field;
    field.type = RELEVE_OPTION_TABLE;
    field.key = c("field");
    field.help = c("Holds itself");
    const releve_option* const fields[] = {&field};
    field.fields = fields;
    field.field_count = 1;
    field.minimum = c("");
    const auto copy = copy_of(field);
    CHECK(copy.key == "field");
    CHECK(copy.help == "Holds itself");
    CHECK(copy.minimum == "");
    CHECK_FALSE(copy.maximum.has_value());
    CHECK_FALSE(refused(copy).empty());
}
