#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# references.sh SOURCE BUILD: what the pages name exists. Files of the tree and links, in every page; the tests that
# hold what docs/guarantees.md promises and what docs/security.md bounds, by their names in ctest and by the beginnings
# of their cases; and those of the invariants in docs/architecture.md.
# shellcheck disable=SC2016,SC2001 # backticks are of Markdown; patterns are of sed
set -euo pipefail
source=$1 build=$2
cd "$source"
failures=0
missing() {
  echo "$1: $2"
  failures=$((failures + 1))
}

pages=(./*.md docs/*.md plugins/*/README.md examples/*/README.md examples/*/*/README.md sdk/*/README.md)

for page in "${pages[@]}"; do
  [[ -f $page ]] || continue
  folder=$(dirname "$page")
  while read -r target; do
    [[ $target == *:* || -e $folder/$target ]] || missing "$page" "links to $target, which does not exist"
  done < <(grep -oE '\]\([^) ]+\)' "$page" | sed -E 's/^..//; s/[#)].*//' | grep .)
done

for page in ./*.md docs/*.md; do
  # Files of the tree in code, of which a pattern such as `plugins/*/README.md` matches at least one.
  while read -r path; do
    compgen -G "$path" >/dev/null || missing "$page" "names $path, which does not exist"
  done < <(grep -oE '`(core|plugins|sdk|examples|tests|conf|docs)/[A-Za-z0-9_./*-]+`' "$page" | tr -d '`')
done

# The last column of the tables of a page: the tests that hold what stands before them.
last_column() { grep -E '^\| .* \| .* \|$' "$1" | sed -E 's/^\| (.*) \| (.*) \|$/\2/' | grep -vx 'tests\?'; }
registered=$(ctest --test-dir "$build" -N | sed -nE 's/^ *Test +#[0-9]+: //p')
invariants=$(sed -n '/^## What always holds/,/^## Why/p' docs/architecture.md)
while read -r name; do
  grep -qxF "$name" <<<"$registered" || missing docs/architecture.md "names the test $name, which ctest does not know"
done < <(grep -oE '`[a-z_]+(\.[a-z_0-9]+)+`' <<<"$invariants" | tr -d '`' | sort -u)

# Names of cases as the compiler sees them: a long one is several literals, one after the other.
cases=$(find core plugins tests examples sdk -name '*_test*.cpp' -exec cat {} + | tr '\n' ' ' |
  sed -E 's/" +"//g' | grep -oE 'TEST_CASE[A-Z_]*\( *([a-z_:]+, *)?"([^"\\]|\\.)*"' | sed -E 's/^[^"]*"//')
for page in docs/guarantees.md docs/security.md; do
  promises=$(last_column "$page")
  while read -r name; do
    grep -qxF "$name" <<<"$registered" || missing "$page" "names the test $name, which ctest does not know"
  done < <(grep -oE '`[a-z0-9_]+\.[a-z0-9_]+`' <<<"$promises" | tr -d '`' | sort -u)
  while read -r words; do
    grep -qE "^$(sed 's/[.[\*^$()+?{|]/\\&/g' <<<"$words")" <<<"$cases" ||
      missing "$page" "names the case \"$words…\", which no test begins with"
  done < <(grep -oE '"[^"…]+…"' <<<"$promises" | sed -E 's/^"//; s/…"$//' | sort -u)
done

[[ $(wc -l < <(last_column docs/guarantees.md)) -gt 20 ]] || missing docs/guarantees.md "has no table that this test can read"
[[ $failures == 0 ]] || { echo "$failures references lead nowhere"; exit 1; }
