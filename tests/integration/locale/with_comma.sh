#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# with_comma.sh FOLDER make: makes a locale that writes 2.75 as 2,75 and 12345 as 12.345, of what Debian's `locales` brings; none
#   needs to be installed.
# with_comma.sh FOLDER PRELOADED PROGRAM [ARGUMENT...]: runs a test program in a process that has this locale.
set -euo pipefail
folder=$1
if [[ $2 == make ]]; then
  mkdir -p "$folder"
  rm -rf "$folder/de_DE"
  localedef --no-archive -i de_DE -f ISO-8859-1 "$folder/de_DE" 2>&1 || { echo "localedef makes no locale: apt install locales"; exit 1; }
  exit
fi
# Messages of the system stay in English: tests compare them.
unset LC_ALL
LOCPATH=$folder LANG=de_DE LC_MESSAGES=C LD_PRELOAD=$2 "${@:3}"
