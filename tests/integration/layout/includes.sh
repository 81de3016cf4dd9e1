#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# includes.sh SOURCE: includes point one way, plugins → sdk ← core, and sdk/include needs the standard library alone.
set -euo pipefail
cd "$1"
failures=0
# forbidden WHAT PATTERN FOLDER...: no source in the folders, but in their tests, has a line that matches
forbidden() {
  local found
  found=$(grep -rnE "^ *# *include $2" "${@:3}" --include='*.[ch]' --include='*.[ch]pp' | grep -v '/tests/' || true)
  [[ -n $found ]] || return 0
  printf '%s:\n%s\n' "$1" "$found"
  failures=$((failures + 1))
}
folders() { find "$1" -mindepth 1 -maxdepth 1 -type d -printf '%f\n' | paste -sd '|'; }

forbidden "a plugin includes the core" "\"(\.\./)*(core/)?($(folders core))/" plugins examples/plugins
forbidden "the SDK includes the core or a plugin" "[\"<](core|plugins)/|\"(\.\./)+(core|plugins)/" sdk
forbidden "the core includes a plugin" "[\"<]((\.\./)*plugins/|($(folders plugins))/)" core
# What `releve new` copies is not the core's.
forbidden "the core includes the SDK's side of a plugin" '<releve/(source|sink|transform|connection|testing)' core --exclude-dir=new

# The C++ library, C's, and Catch2, which a test brings.
standard='<(releve/.*|[a-z_]+|(stddef|stdint|fnmatch)\.h|catch2/.*)>'
found=$(grep -rnE '^ *# *include' sdk/include | grep -vE "include $standard" || true)
[[ -z $found ]] || { printf 'sdk/include needs more than the standard library:\n%s\n' "$found"; failures=$((failures + 1)); }
[[ $failures == 0 ]]
