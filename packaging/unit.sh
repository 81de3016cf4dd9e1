#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# unit.sh UNIT: the unit leaves no core, and systemd-analyze finds at most 2.0 of 10 exposed. 77: there is no systemd-analyze.
set -euo pipefail
grep -qx 'LimitCORE=0' "$1" || { echo "a core of the program would hold passwords"; exit 1; }
command -v systemd-analyze >/dev/null || { echo "skipped: no systemd-analyze"; exit 77; }
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cp "$1" "$folder/releve@test.service" # only an instance can be analysed
systemd-analyze security --offline=true --no-pager --threshold=20 "$folder/releve@test.service" || { echo "more than 2.0"; exit 1; }
