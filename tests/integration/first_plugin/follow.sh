#!/usr/bin/env bash
# follow.sh PAGE BUILD: follows docs/first-plugin.md to the letter, with a releve installed from BUILD. Each fenced block `sh` is
# run, each block `... file=NAME` is written to NAME, in the page's order, in one shell.
set -euo pipefail
page=$1 build=$2
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
prefix=$work/installed
for component in sdk host plugins; do
  cmake --install "$build" --component "$component" --prefix "$prefix" > /dev/null
done
export PATH="$prefix/bin:$PATH" CMAKE_PREFIX_PATH="$prefix" CMAKE_BUILD_PARALLEL_LEVEL=2
RELEVE_PLUGINS=$(find "$prefix" -path '*releve/plugins' -type d)
export RELEVE_PLUGINS

awk '
  /^```sh$/          { mode = "sh"; next }
  /^```.* file=/     { sub(/.* file=/, ""); mode = "file"; print "cat > " $0 " <<\"END_OF_BLOCK\""; next }
  /^```$/ && mode    { if (mode == "file") print "END_OF_BLOCK"; mode = ""; next }
  mode               { print }
' "$page" > "$work/steps.sh"
[ "$(grep -c '^END_OF_BLOCK$' "$work/steps.sh")" -ge 4 ] || { echo "the page has fewer files than it should"; exit 1; }

cd "$work"
bash -euxo pipefail "$work/steps.sh" 2>&1 | tee "$work/out"
grep -q 'fuel_volume{device="boiler", site="les-tilleuls"}  0.214 m3' "$work/out"
grep -q '100% tests passed' "$work/out"
echo "followed to the end"
