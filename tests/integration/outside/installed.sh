# shellcheck shell=bash
# SPDX-License-Identifier: Apache-2.0
# To be sourced: installs the SDK and the host of a build into a separate folder, so that nothing else of the tree is seen.
#   install_from BUILD    sets $work (removed at the end), $prefix, and PATH
set -euo pipefail

fail() { echo "FAILED: $*" >&2; exit 1; }
step() { echo "== $*"; }

install_from() {
  work=$(realpath "$(mktemp -d)")
  trap 'rm -rf "$work"' EXIT
  prefix=$work/installed
  local component
  for component in sdk host; do
    cmake --install "$1" --component "$component" --prefix "$prefix" >"$work/install.log" || fail "$(cat "$work/install.log")"
  done
  export PATH="$prefix/bin:$PATH" CMAKE_PREFIX_PATH="$prefix" CMAKE_GENERATOR=Ninja CMAKE_BUILD_PARALLEL_LEVEL=2
  if command -v ccache >/dev/null; then # which finds what an earlier run compiled in another temporary folder
    export CMAKE_C_COMPILER_LAUNCHER=ccache CMAKE_CXX_COMPILER_LAUNCHER=ccache CCACHE_BASEDIR=$work CCACHE_NOHASHDIR=1
  fi
  unset RELEVE_PLUGINS RELEVE_PLUGIN_FILE CXXFLAGS CFLAGS LDFLAGS
}

# build FOLDER [cmake option...]: into FOLDER/build
build() {
  (cd "$1" && shift && cmake -B build -DCMAKE_BUILD_TYPE=Release "$@" && cmake --build build) >"$work/build.log" 2>&1 ||
    fail "building $1: $(cat "$work/build.log")"
}

# built_and_tested FOLDER: and at least two tests (its own, and the conformance check) passed
built_and_tested() {
  build "$@"
  ctest --test-dir "$1/build" --output-on-failure --no-tests=error >"$work/test.log" 2>&1 || fail "testing $1: $(cat "$work/test.log")"
  grep -Eq '100% tests passed, 0 tests failed out of [2-9]' "$work/test.log" || fail "$1 has fewer tests than it should: $(cat "$work/test.log")"
}

# The one symbol that a plugin may export.
exports_one_symbol() {
  local symbols
  symbols=$(nm -D --defined-only --format=posix "$1" | cut -d' ' -f1)
  [[ $symbols == releve_plugin ]] || fail "$1 exports: $symbols"
}
