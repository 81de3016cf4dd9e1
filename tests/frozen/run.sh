#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# run.sh FOLDER RELEVE CONFORMANCE: each plugin of FOLDER passes releve-conformance, and runs in a pipeline of its own components,
# twice, from one state: the second run continues where the first one stopped.
set -euo pipefail
folder=$(realpath "$1") releve=$2 conformance=$3
[[ $(uname -m) == x86_64 ]] || { echo "skipped: the frozen plugins are of x86_64"; exit 77; }
work=$(mktemp -d)
program=
trap '[[ -z $program ]] || kill -9 "$program" 2>/dev/null || true; rm -rf "$work"' EXIT
fail() { echo "FAILED: $*" >&2; exit 1; }

# pipeline PREFIX: of the components PREFIX_count, _ticks, _double and _lines, each step of which is 3
pipeline() {
  local step='step = 3'
  case $1 in cxx | libcxx)
    step='counter = "by_three"'
    printf '[connection.by_three]\ncomponent = "%s_counter"\nstep = 3\n' "$1"
    ;;
  esac
  cat <<END
[source.count]
component = "$1_count"
interval = "20ms"
$step
[source.ticks]
component = "$1_ticks"
period = "20ms"
[transform.double]
component = "$1_double"
inputs = ["count"]
[sink.lines]
component = "$1_lines"
inputs = ["double", "ticks"]
path = "lines.txt"
END
}

# run_until LINE...: the pipeline in the current folder, until all of these lines are in its sink's file
run_until() {
  touch lines.txt
  "$releve" run site.toml >>out 2>>log &
  program=$!
  local line
  for line in "$@"; do
    grep -qxm1 -- "$line" < <(timeout 60 tail -n +1 -f --pid=$program lines.txt) ||
      fail "no line '$line' within a minute: $(tail -n 5 lines.txt log)"
  done
  kill -TERM $program
  wait $program || fail "run: exit code $?: $(cat log)"
  program=
}

export RELEVE_PLUGINS=$folder
for file in "$folder"/frozen-*.so; do
  name=$(basename "$file" .so) prefix=${file##*/frozen-}
  prefix=${prefix%.so}
  echo "== $name"
  mkdir "$work/$name"
  cd "$work/$name"
  pipeline "$prefix" >sample.toml
  "$conformance" "$file" --sample sample.toml >conformance.log 2>&1 || fail "$(cat conformance.log)"
  { printf '[site]\nname = "frozen"\ntimezone = "Europe/Paris"\nstate = "state"\n' && cat sample.toml; } >site.toml
  "$releve" check site.toml >check.log 2>&1 || fail "check: $(cat check.log)"
  "$releve" describe "${prefix}_count" | grep -q '^interval' || fail "describe: no interval"

  run_until 'doubled 30' 'tick 5'
  grep -q 'goes on after 0' log || fail "its log does not show: $(cat log)"
  last=$(sed -n 's/^count //p' lines.txt | tail -n 1)
  run_until "doubled $((2 * last + 30))" "tick $(($(sed -n 's/^tick //p' lines.txt | tail -n 1) + 5))"
  grep -q "goes on after $last" log || fail "the second run does not go on after $last: $(cat log)"
  awk '$1 == "count" && $2 != count += 3 { exit 1 } $1 == "doubled" && $2 != doubled += 6 { exit 1 }
       $1 == "tick" && $2 != tick += 1 { exit 1 } END { if (!count || !doubled || !tick) exit 1 }' lines.txt ||
    fail "a record is lost or was written twice: $(cat lines.txt)"
  grep -q misbehav log && fail "$(cat log)"
done
[[ -n ${name:-} ]] || fail "there are no plugins in $folder"
echo "all of them run"
