// SPDX-License-Identifier: Apache-2.0
#include "control/json_text.hpp"

#include <releve/testing/catch.hpp>

#include <boost/json.hpp>

using releve::core::json_text;

TEST_CASE("text from a wire leaves the program as JSON that every parser reads and no terminal acts on") {
    CHECK(json_text({{"a", "\033[31m\n"}}) == R"({"a":"\u001b[31m\n"})");
    CHECK(json_text({{"a", "\u009b31m\u007f"}}) == R"({"a":"\u009b31m\u007f"})");
    CHECK(json_text({{"a", "a\u202eb"}}) == R"({"a":"a\u202eb"})");
    CHECK(json_text({{"a\xff", "\xed\xa0\x80 \xc3"}}) == "{\"a\ufffd\":\"\ufffd\ufffd\ufffd \ufffd\"}");
    CHECK(json_text({{"a", "\u00e9 \u96fb \U0001f50c"}}) == "{\"a\":\"\u00e9 \u96fb \U0001f50c\"}");
    CHECK(boost::json::parse(json_text({{"a", "\u009b\xff"}})).at("a").as_string() == "\u009b\ufffd");
}
