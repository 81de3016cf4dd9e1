#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# compilers.sh SDK-INCLUDE KIT COMPILER...: the kit compiles with each compiler ("clang++ -stdlib=libc++" is one), all of it as one source, as
# sanitized builds compile it. (Each source includes its own header first, so that each header compiles alone.)
set -eu
sdk=$1 kit=$2
shift 2
for compiler in "$@"; do
    echo "== $compiler"
    for source in "$kit"/text/*.cpp "$kit"/time/*.cpp "$kit"/io/*.cpp; do
        echo "#include \"$source\""
    done | $compiler -std=c++20 -fsyntax-only -Wall -Wextra -Wpedantic -Wconversion -Werror "-I$sdk" "-I$kit/include" -x c++ -
done
