#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# examples.sh EXAMPLES BUILD: each example is copied out of the tree, built against the SDK installed from BUILD, tested, loaded by
# the host installed from BUILD, and run in a pipeline; the C++ source also as clang++ makes it, with both standard libraries.
# shellcheck source-path=SCRIPTDIR source=installed.sh
. "$(dirname "$0")/installed.sh"
examples=$1
install_from "$2"

for example in cpu-temperature line-sink counter-c dsmr-p1; do
  step "$example, g++"
  cp -r "$examples/plugins/$example" "$work/$example"
  CC=gcc CXX=g++ built_and_tested "$work/$example"
  exports_one_symbol "$work/$example/build/$example.so"
done

# The folder of a plugin can be copied out of the tree: a project that adds it is all that it needs.
for plugin in metering file; do
  step "$plugin, copied, g++"
  mkdir "$work/$plugin"
  cp -r "$examples/../plugins/$plugin" "$work/$plugin/$plugin"
  cat >"$work/$plugin/CMakeLists.txt" <<END
cmake_minimum_required(VERSION 3.25)
project(outside LANGUAGES CXX)
enable_testing()
find_package(releve REQUIRED COMPONENTS kit)
add_subdirectory($plugin)
END
  CXX=g++ built_and_tested "$work/$plugin"
  exports_one_symbol "$work/$plugin/build/$plugin/$plugin.so"
done

# One that is made of several libraries; its tests need simulators of the tree.
step "sms, copied, g++"
mkdir "$work/sms"
cp -r "$examples/../plugins/sms" "$work/sms/sms"
cat >"$work/sms/CMakeLists.txt" <<'END'
cmake_minimum_required(VERSION 3.25)
project(outside LANGUAGES CXX)
find_package(releve REQUIRED COMPONENTS kit)
add_subdirectory(sms)
END
CXX=g++ build "$work/sms"
exports_one_symbol "$work/sms/build/sms/sms.so"
RELEVE_PLUGINS=$work/sms/build/sms releve describe gsm_sms | grep -q '^parts_timeout ' || fail "describe gsm_sms"

# A pipeline of the first three, with the source from folder $1.
run_pipeline() {
  local site=$work/site
  rm -rf "$site"
  mkdir -p "$site"
  echo 47250 >"$site/temp"
  cat >"$site/site.toml" <<'END'
[site]
name     = "outside"
timezone = "Europe/Paris"
state    = "state"

[source.processor]
component = "cpu_temperature"
path      = "temp"
interval  = "1s"

[source.count]
component = "counter_c"
step      = 5
interval  = "1s"

[sink.lines]
component = "line_sink"
inputs    = ["*"]
path      = "lines.txt"
END
  export RELEVE_PLUGINS="$1:$work/line-sink/build:$work/counter-c/build"
  releve plugins >"$site/plugins"
  [[ $(grep -c '^[a-z]' "$site/plugins") -eq 3 ]] || fail "plugins: $(cat "$site/plugins")"
  grep -q "can't be used" "$site/plugins" && fail "$(cat "$site/plugins")"
  releve describe cpu_temperature | grep -q '^interval .*at least 1s' || fail "describe: $(releve describe cpu_temperature)"
  releve check "$site/site.toml" || fail "check: exit code $?"
  releve run --once "$site/site.toml" >"$site/once" || fail "run --once: exit code $?"
  grep -q 'temperature{device="cpu", site="outside"}  47.25 Cel' "$site/once" || fail "run --once: $(cat "$site/once")"
  grep -q 'count{device="count", site="outside"}  5$' "$site/once" || fail "run --once: $(cat "$site/once")"

  # And for good: until both sources stand in the file (at most two minutes), then Ctrl-C.
  touch "$site/lines.txt"
  releve run "$site/site.toml" 2>"$site/log" &
  local program=$!
  timeout 120 tail -n +1 -f --pid=$program "$site/lines.txt" |
    awk '/temperature[{]/ { t = 1 } /count[{]/ { c = 1 } t && c { exit }' || true
  kill -INT $program
  wait $program || fail "run: exit code $?: $(cat "$site/log")"
  grep -q ' temperature{device=cpu,site=outside} 47.25 Cel$' "$site/lines.txt" || fail "no temperature in $(cat "$site/lines.txt")"
  grep -q ' count{device=count,site=outside} 5 1$' "$site/lines.txt" || fail "no count in $(cat "$site/lines.txt")"
}

step "a pipeline of what g++ made"
run_pipeline "$work/cpu-temperature/build"

for library in libstdc++ libc++; do
  echo '#include <string>' | clang++ -stdlib=$library -x c++ -fsyntax-only - 2>/dev/null ||
    { echo "skipped: no clang++ with $library here"; continue; }
  step "cpu-temperature, clang++ with $library"
  copy=$work/$library
  cp -r "$examples/plugins/cpu-temperature" "$copy"
  CXX=clang++ build "$copy" -DBUILD_TESTING=OFF -DCMAKE_CXX_FLAGS=-stdlib=$library # releve::testing itself is g++'s
  exports_one_symbol "$copy/build/cpu-temperature.so"
  readelf -d "$copy/build/cpu-temperature.so" | grep -qF "[$library.so" || fail "not linked with $library"
  releve-conformance "$copy/build/cpu-temperature.so" --sample "$copy/sample.toml" >"$work/conformance.log" 2>&1 ||
    fail "$(cat "$work/conformance.log")"
  run_pipeline "$copy/build"
done
