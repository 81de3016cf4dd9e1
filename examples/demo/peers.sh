# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=bash
# What the scripts of this folder share: the programs that run beside releve. To be sourced.

# In a session of its own, so that Ctrl-C is releve's alone; ended by the kernel when the script, or what it becomes, is no more,
# however it ended.
beside() { exec setsid setpriv --pdeathsig TERM "$@"; }

listening() { # descriptor, who
  local line
  if ! IFS= read -r -t 20 -u "$1" line || [[ $line != "listening on "* ]]; then
    printf '%s: %s did not start\n' "${0##*/}" "$2" >&2
    exit 1
  fi
  printf '%s' "${line#listening on }"
}
