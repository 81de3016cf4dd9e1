// SPDX-License-Identifier: Apache-2.0
#include "describe.hpp"
#include "described.hpp"

#include <releve/testing/catch.hpp>

using namespace described;

namespace {

releve::options::descriptions described_options() {
    auto wait = with_fallback(RELEVE_OPTION_DURATION, "wait", "10s");
    wait.minimum = "1s";
    auto servers = tables(
        "servers", {required(RELEVE_OPTION_TEXT, "host"), with_fallback(RELEVE_OPTION_SECRET, "password", "wes")});
    servers.minimum = "1";
    return {wait, choice("mode", {"a", "b"}), servers};
}

} // namespace

TEST_CASE("options are shown as aligned text") {
    CHECK(releve::options::table_text(described_options()) ==
          "option              type                             default   meaning\n"
          "wait                duration, at least 1s            10s       What it is for\n"
          "mode                'a' or 'b'                                 What it is for\n"
          "servers             list of tables, at least 1 item            What it is for\n"
          "servers[].host      string                           required  What it is for\n"
          "servers[].password  secret                           wes       What it is for\n");
}

TEST_CASE("options are shown as a Markdown table") {
    auto options = described_options();
    options[1].help = "Either | or";
    CHECK(releve::options::table_markdown(options) ==
          "| option | type | default | meaning |\n"
          "|---|---|---|---|\n"
          "| `wait` | duration, at least 1s | `10s` | What it is for |\n"
          "| `mode` | 'a' or 'b' |  | Either \\| or |\n"
          "| `servers` | list of tables, at least 1 item |  | What it is for |\n"
          "| `servers[].host` | string | required | What it is for |\n"
          "| `servers[].password` | secret | `wes` | What it is for |\n");
}
