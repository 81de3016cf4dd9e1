# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=bash
# The programs that run beside releve, for the scripts of this folder. To be sourced; $build is a built tree.

# Runs in its own session, so that Ctrl-C reaches only releve. The kernel ends it when this script (or the program that replaced
# it) ends, for whatever reason.
beside() { exec setsid setpriv --pdeathsig TERM "$@"; }

simulator() { printf '%s' "$build/examples/simulators/$1/$1"; } # NAME: its path

# Reads the line in which a simulator prints its address. A busy machine may take a minute.
listening() { # DESCRIPTOR WHO
  local line
  if ! IFS= read -r -t 60 -u "$1" line || [[ $line != "listening on "* ]]; then
    printf '%s: %s did not start\n' "${0##*/}" "$2" >&2
    exit 1
  fi
  printf '%s' "${line#listening on }"
}
