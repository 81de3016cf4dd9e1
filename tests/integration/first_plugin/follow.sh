#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# follow.sh PAGE BUILD TEXT: follows a page of docs/ to the letter, with a releve installed from BUILD. Each fenced block `sh` is
# run, each block `... file=NAME` is written to NAME, in the page's order, in one shell. In the end TEXT was printed.
set -euo pipefail
page=$1 build=$2 expected=$3
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
prefix=$work/installed
for component in sdk host plugins; do
  cmake --install "$build" --component "$component" --prefix "$prefix" > /dev/null
done
export PATH="$prefix/bin:$PATH" CMAKE_PREFIX_PATH="$prefix" CMAKE_BUILD_PARALLEL_LEVEL=2
unset RELEVE_PLUGINS RELEVE_PLUGIN_FILE # as a reader begins

awk '
  /^```sh$/          { mode = "sh"; next }
  /^```.* file=/     { sub(/.* file=/, ""); mode = "file"; print "cat > " $0 " <<\"END_OF_BLOCK\""; next }
  /^```$/ && mode    { if (mode == "file") print "END_OF_BLOCK"; mode = ""; next }
  mode               { print }
' "$page" > "$work/steps.sh"
[ "$(grep -c '^END_OF_BLOCK$' "$work/steps.sh")" -ge 4 ] || { echo "the page has fewer files than it should"; exit 1; }

cd "$work"
bash -euxo pipefail "$work/steps.sh" 2>&1 | tee "$work/out"
grep -qF "$expected" "$work/out" || { echo "it did not print: $expected"; exit 1; }
grep -q '100% tests passed' "$work/out"
echo "followed to the end"
