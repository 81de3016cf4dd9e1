# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=bash
# Shared by the scripts of this folder: a temporary folder $work, start and end of the program, and queries for acknowledged records
# in the databases. To be sourced, with the build folder.
build=$(cd "${1:?usage: $0 BUILD}" && pwd)
work=$(mktemp -d)
program='' log=/dev/null starts=0
trap 'kill -9 ${program:-} 2>/dev/null || true; rm -rf "$work"' EXIT
fail() { printf 'FAILED: %s\n%s\n' "$*" "$(tail -n 8 "$log")" >&2; exit 1; }
export RELEVE_PLUGINS=$build/plugins:$build/tests/fault/plugins

# await SECONDS WHAT COMMAND...: until the command succeeds. It reads files and databases that the program writes all the time: a
# notification of each write would come more often than this polls.
await() {
  local end=$((SECONDS + $1)) what=$2
  until "${@:3}"; do
    ((SECONDS <= end)) || fail "waited in vain: $what"
    [[ -z $program || -e /proc/$program ]] || fail "it ended: $what"
    sleep 0.02
  done
}
said() { [[ $(grep -c -e "$1" "$log" 2>/dev/null) -ge ${2:-1} ]]; } # PATTERN [TIMES], by the running program

start() { # [NAME=VALUE...]
  log=$work/log.$((++starts))
  env "$@" "$build/bin/releve" run "$work/site.toml" >"$log" 2>&1 &
  program=$!
  await 120 "that it starts" said "nodes run"
}
stop() {
  kill -TERM "$program"
  wait "$program" || fail "it did not end well"
  program=
}
kill_it() {
  kill -9 "$program"
  wait "$program" 2>/dev/null || true
  program=
}

# The last acknowledged number of a source.
acknowledged() {
  local number=0
  read -r number 2>/dev/null <"$work/$1.txt" || true
  echo "${number:-0}"
}
acknowledges_beyond() { (($(acknowledged "$1") > $2)); }
stored() { # DB SOURCE: rows
  sqlite3 -cmd '.timeout 60000' "$work/$1.db" "SELECT count(*) FROM readings JOIN series ON series.id = readings.series
    WHERE name = 'n' AND device = '$2'" 2>/dev/null || echo 0
}
stores_beyond() { (($(stored "$1" "$2") > $3)); }
peak_kib() { awk '/^VmHWM/ { print $2 }' "/proc/$program/status"; }

# lookup DB SOURCE: each number up to the last acknowledged one is stored once, with its time. Adds to $looked_up.
looked_up=0
lookup() {
  local safe got
  [[ ! -e $work/$2.txt.wrong ]] || fail "$2 got a cursor older than what had been acknowledged"
  safe=$(acknowledged "$2")
  ((safe > 0)) || fail "nothing of $2 was ever acknowledged"
  got=$(sqlite3 "$work/$1.db" "SELECT count(*) || ' ' || count(DISTINCT value) || ' ' || max(value) || ' ' || sum(value * 1000000000 <> time)
    FROM readings JOIN series ON series.id = readings.series WHERE name = 'n' AND device = '$2' AND value <= $safe")
  [[ $got == "$safe $safe $safe.0 0" ]] || fail "$2 in $1: '$got' (rows, numbers, last, wrong), $safe were acknowledged"
  looked_up=$((looked_up + safe))
}
# When the program makes progress: ends it, and starts one whose sources are silent (until = "enough"), which empties its spools, except
# that of a sink named "away".
drain() { # [NAME=VALUE...]
  local before
  before=$(acknowledged a)
  await 120 "that it continues" acknowledges_beyond a "$before"
  touch "$work/enough"
  stop
  start "$@"
  await 300 "that its spools are empty" nothing_waits
  stop
  nothing_waits || fail "its spools were empty, and are not"
}
nothing_waits() {
  [[ $(sqlite3 -cmd '.timeout 60000' "$work/state/state.db" "SELECT count(*) FROM batch JOIN sink ON sink.number = batch.sink
    WHERE sink.name <> 'away'") == 0 ]]
}
# A witness has seen each series in order, without a gap.
in_order() { [[ ! -s $work/$1.order ]] || fail "out of order: $(head -3 "$work/$1.order")"; }
