#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# sanitized.sh BUILD: a plugin that its author builds with a sanitizer passes its tests with the installed SDK, and the installed
# host, which was built without, refuses it in a sentence instead of ending.
# shellcheck source-path=SCRIPTDIR source=installed.sh
. "$(dirname "$0")/installed.sh"
install_from "$1"
cd "$work"

step "AddressSanitizer"
releve new source meter >/dev/null
CXX=g++ built_and_tested meter -DCMAKE_CXX_FLAGS=-fsanitize=address

step "ThreadSanitizer"
mkdir threads
CXX=g++ cmake -S meter -B threads -DCMAKE_CXX_FLAGS=-fsanitize=thread >build.log 2>&1 || fail "$(cat build.log)"
cmake --build threads --target meter >build.log 2>&1 || fail "$(cat build.log)"

cat >site.toml <<'END'
[source.meter]
component = "meter"
path      = "value"
END
# refused FOLDER WORDS: the host names the file and the sanitizer, and lives
refused() {
  local code=0
  RELEVE_PLUGINS=$work/$1 releve plugins >plugins.log 2>&1 || fail "releve plugins: $(cat plugins.log)"
  grep -q "can't be used: $work/$1/meter.so: was built with $2, and this host was not" plugins.log || fail "$(cat plugins.log)"
  RELEVE_PLUGINS=$work/$1 releve check site.toml >check.log 2>&1 || code=$?
  [[ $code -eq 3 ]] || fail "check: $code: $(cat check.log)"
  grep -q "was built with $2" check.log || fail "$(cat check.log)"
}
step "the host"
refused meter/build AddressSanitizer
refused threads ThreadSanitizer
