#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# new.sh BUILD: what `releve new` writes builds and passes its tests as it is, against the SDK installed from BUILD.
# shellcheck source-path=SCRIPTDIR source=installed.sh
. "$(dirname "$0")/installed.sh"
install_from "$1"
cd "$work"

while read -r role name plugin option; do
  step "releve new $role $name $option"
  releve new "$role" "$name" ${option:+"$option"} >new.log || fail "releve new: $(cat new.log)"
  if grep -rIl 'my.node' "$name"; then fail "a placeholder is left"; fi
  for file in CMakeLists.txt README.md sample.toml "$name.cpp" "tests/${name}_test.cpp"; do
    [[ -f $name/$file ]] || fail "$name/$file is missing"
  done
  built_and_tested "$name"
  exports_one_symbol "$name/build/$plugin.so"
  RELEVE_PLUGINS=$name/build releve describe "$name" >describe.log || fail "releve describe: $(cat describe.log)"
  # Installed under the host's own prefix, it is found without a path.
  cmake --install "$name/build" --prefix "$prefix" >/dev/null
  releve plugins | grep -q "^$plugin 0.1.0 " || fail "not found where it was installed: $(releve plugins)"
done <<'END'
source water_level water-level
source heat_meter heat-meter --streaming
sink blackboard blackboard
transform double double
END

# refused WORDS ARGUMENT...: releve new fails with a sentence that has WORDS, and writes nothing
refused() {
  local words=$1
  shift
  if releve new "$@" >refused.log 2>&1; then fail "releve new $* was not refused"; fi
  grep -qF -- "$words" refused.log || fail "releve new $*: $(cat refused.log)"
}
step "refused"
refused "already exists and is not empty" source water_level
refused "is not a role: a plugin is a source, a sink or a transform" pump well
refused "can't be the name of a component" source Water-Level
refused "can't be the name of a component" source ../escaped
refused "is a target of every CMake build" sink test
refused "is the name of the host itself" source releve
refused "only a source can be streaming" sink --streaming heap
[[ ! -e well && ! -e test && ! -e heap && ! -e releve && ! -e ../escaped ]] || fail "something was written all the same"
