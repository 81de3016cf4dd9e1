#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# headers.sh INCLUDE-FOLDER TESTS-FOLDER COMPILER...: each header of the SDK compiles alone with the first compiler; the layout
# holds, and what the SDK makes of a class compiles, with all of them ("clang++ -stdlib=libc++" is one).
set -eu
include=$1 tests=$2 first=$3
shift 2
flags="-std=c++20 -fsyntax-only -Wall -Wextra -Wpedantic -Wconversion -Wshadow -Werror -I$include"
for header in "$include"/releve/*.h "$include"/releve/*.hpp "$include"/releve/testing/*.hpp; do
    # shellcheck disable=SC2086
    echo "#include \"$header\"" | $first $flags -x c++ - || { echo "$header does not compile alone" >&2; exit 1; }
done
for compiler in "$@"; do
    echo "== $compiler"
    # shellcheck disable=SC2086
    $compiler $flags "$tests/layout.cpp" "$tests/every_kind.cpp"
done
for compiler in gcc clang; do
    command -v $compiler >/dev/null || continue
    $compiler -std=c11 -fsyntax-only -Wall -Wextra -Wpedantic -Wconversion -Werror "-I$include" "$tests/layout.c"
done
