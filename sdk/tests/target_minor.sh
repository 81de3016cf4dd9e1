#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# target_minor.sh INCLUDE-FOLDER PLUGIN.map CONFORMANCE COMPILER: with an SDK of a later minor, made here, a plugin still loads in this
# host; what the later minor adds does not compile unless the plugin states that it needs it, and then this host refuses it.
set -euo pipefail
include=$1 map=$2 conformance=$3 compiler=$4
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
fail() { echo "FAILED: $*" >&2; exit 1; }

minor=$(sed -n 's/^#define RELEVE_ABI_MINOR //p' "$include/releve/abi.h")
later=$((minor + 1))
cp -r "$include" "$work/include"
# A later SDK: the next minor, with one more field at the end of a struct.
sed -i "s/^#define RELEVE_ABI_MINOR .*/#define RELEVE_ABI_MINOR $later/
        s/^} releve_series;/#if RELEVE_TARGET_MINOR >= $later\n    double late;\n#endif\n&/" "$work/include/releve/abi.h"
grep -q 'double late' "$work/include/releve/abi.h" || fail "abi.h was not changed"

cat >"$work/plugin.cpp" <<'END'
#include <releve/source.hpp>

struct of_later_sdk final : releve::source {
    static constexpr auto summary = "Compiled with a later SDK";
    releve::series value;
    explicit of_later_sdk(releve::context& host)
        : value{host.gauge("value", "1", "A number")} {}
    void collect(releve::output& out) override { out.add(value, 1); }
};
#ifdef USES_LATER
static_assert(offsetof(releve_series, late) == 112);
#else
static_assert(sizeof(releve_series) == 112, "a plugin has the structs of the minor that it targets");
#endif

RELEVE_PLUGIN("of-later-sdk", "1.0.0", releve::component<of_later_sdk>("of_later_sdk"))
END
# plugin FILE OPTION...
plugin() {
  # shellcheck disable=SC2086 # the compiler may have options
  $compiler -std=c++20 -shared -fPIC -fvisibility=hidden -Wall -Werror "-I$work/include" "${@:2}" "$work/plugin.cpp" \
    "-Wl,--version-script=$map" -o "$work/$1"
}

plugin default.so
grep -aq "abi 1.0" "$work/default.so" || fail "the default target is not 1.0"
"$conformance" "$work/default.so" >"$work/log" 2>&1 || fail "a plugin of a later SDK does not load: $(cat "$work/log")"

if plugin used.so -DUSES_LATER 2>"$work/log"; then fail "what minor $later adds can be used without stating it"; fi

plugin later.so -DUSES_LATER "-DRELEVE_TARGET_MINOR=$later"
grep -aq "abi 1.$later" "$work/later.so" || fail "the note does not state minor $later"
if "$conformance" "$work/later.so" >"$work/log" 2>&1; then fail "a plugin that needs minor $later is accepted"; fi
grep -q "1\.$later" "$work/log" || fail "the refusal does not name the minor: $(cat "$work/log")"

if plugin newer.so "-DRELEVE_TARGET_MINOR=$((later + 1))" 2>"$work/log"; then fail "a target newer than the SDK compiles"; fi
grep -q 'newer than this SDK' "$work/log" || fail "the compiler does not say why: $(cat "$work/log")"
echo "minor $later of the contract, made here, behaves as minors do"
