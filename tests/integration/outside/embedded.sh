#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# embedded.sh TREE BUILD: other ways to build plugins than one folder with an installed SDK: several folders in one repository, the SDK
# as a part of the same build, and the versions that find_package(releve ...) accepts.
# shellcheck source-path=SCRIPTDIR source=installed.sh
. "$(dirname "$0")/installed.sh"
tree=$1
install_from "$2"
cd "$work"
plugins() { (cd "$1" && find . -name '*.so' -printf '%f\n' | sort | tr '\n' ' '); }

step "a repository of several folders, each with project()"
mkdir several
for name in first_meter second_meter; do releve new source "$name" --in several >/dev/null; done
cat >several/CMakeLists.txt <<'END'
cmake_minimum_required(VERSION 3.25)
project(several LANGUAGES CXX)
enable_testing()
add_subdirectory(first_meter)
add_subdirectory(second_meter)
END
built_and_tested several -DCMAKE_BUILD_TYPE=
grep -q -- '-O2' several/build/build.ninja || fail "without a build type, nothing is optimized"
cmake --install several/build --prefix "$work/several-installed" >/dev/null
found=$(plugins several-installed)
[[ $found == "first-meter.so second-meter.so " ]] || fail "installed: $found"
[[ -n $(find several-installed -path '*/lib*/releve/plugins/first-meter.so') ]] || fail "not where a host looks for plugins"

step "a name that an installed component has"
RELEVE_PLUGINS=several/build/first_meter releve new sink first_meter --in "$work/again" 2>warning.log >/dev/null ||
  fail "it is refused: $(cat warning.log)"
grep -q "has a component 'first_meter' too" warning.log || fail "no warning: $(cat warning.log)"

# embedded NAME WHAT TARGET...: a project that has the SDK in its build by WHAT, and one plugin
embedded() {
  step "$1"
  mkdir "$work/$1"
  releve new source "meter" --in "$work/$1" >/dev/null
  cat >"$work/$1/CMakeLists.txt" <<END
cmake_minimum_required(VERSION 3.25)
project(releve LANGUAGES CXX) # a name that says nothing
enable_testing()
$2
add_subdirectory(meter)
END
  (cd "$1" && CMAKE_PREFIX_PATH='' cmake -B build -DCMAKE_BUILD_TYPE=Debug -DCMAKE_FIND_USE_PACKAGE_REGISTRY=OFF &&
    cmake --build build --target "${@:3}") >embedded.log 2>&1 || fail "$(cat embedded.log)"
  exports_one_symbol "$work/$1/build/meter/meter.so"
  cmake --install "$work/$1/build" --component plugins --prefix "$work/$1/installed" >/dev/null
  found=$(plugins "$work/$1/installed")
  [[ $found == "meter.so " ]] || fail "installed: $found"
  RELEVE_PLUGINS=$work/$1/build/meter releve describe meter >/dev/null || fail "the host does not load it"
}
embedded fetched "include(FetchContent)
FetchContent_Declare(releve SOURCE_DIR $tree)
FetchContent_MakeAvailable(releve)" meter
embedded tree_added "add_subdirectory($tree releve-tree)" meter
step "versions"
version=$(sed -n 's/^set(PACKAGE_VERSION "\(.*\)")$/\1/p' "$(find "$prefix" -name releve-config-version.cmake)")
IFS=. read -r major minor patch <<<"$version"
[[ $major == 0 ]] || fail "version $version: this test is about 0.x"
next=$((minor + 1))
mkdir versions
cat >versions/CMakeLists.txt <<END
cmake_minimum_required(VERSION 3.25)
project(versions LANGUAGES CXX)
function(look expected)
  unset(releve_DIR CACHE)
  find_package(releve \${ARGN} QUIET)
  if(NOT releve_FOUND EQUAL expected)
    message(FATAL_ERROR "find_package(releve \${ARGN}): \${releve_FOUND} instead of \${expected}, of version $version")
  endif()
endfunction()
foreach(accepted "" 0 0.$minor 0.$minor.$patch 0.0...0.$next 0.$minor...0.9 0...0.$next 0...1 0...<1 0.$minor...<0.$next
                 0.$minor.$patch...0.$minor.$patch)
  look(1 \${accepted})
endforeach()
foreach(refused 1 1.0 0.$next 0.$minor.$((patch + 1)) 0.0 0.$next...0.99 1...2 0.0...<0.$minor 0...0.0.9)
  look(0 \${refused})
endforeach()
look(1 $version EXACT)
look(0 0.$minor.$((patch + 1)) EXACT)
END
(cd versions && cmake -B build) >versions.log 2>&1 || fail "$(cat versions.log)"

embedded sdk_added "add_subdirectory($tree/sdk releve-sdk)" meter meter_tests releve_conformance
ctest --test-dir sdk_added/build --output-on-failure --no-tests=error >test.log 2>&1 || fail "$(cat test.log)"
grep -q '100% tests passed, 0 tests failed out of 2' test.log || fail "$(cat test.log)"
