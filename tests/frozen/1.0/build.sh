#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# build.sh: how the plugins of this folder were compiled, once, on Debian 12 (amd64), against sdk/include of that day. They are
# never compiled again: what is tested is that these very bytes run. Not part of the build.
#   gcc, g++ 12.2.0    clang++, lld 14.0.6    libc++ 14.0.6    rustc 1.63.0    all from Debian's packages
set -euo pipefail
cd "$(dirname "$0")"
root=$(cd ../../.. && pwd)

size=(-Os -fPIC -shared -fvisibility=hidden -ffunction-sections -fdata-sections "-I$root/sdk/include")
# shellcheck disable=SC2054 # the commas are the linker's
link=(-fuse-ld=lld -s -Wl,--icf=all -Wl,--gc-sections -Wl,--build-id=none -Wl,-z,defs -Wl,-z,noseparate-code
  -Wl,--hash-style=gnu "-Wl,--version-script=$root/sdk/cmake/plugin.map")
cxx=(-std=c++20 -fvisibility-inlines-hidden)

gcc -std=c11 "${size[@]}" frozen.c "${link[@]}" -o frozen-c.so
g++ "${cxx[@]}" -DTOOL=cxx "${size[@]}" frozen.cpp "${link[@]}" -o frozen-cxx.so
# With libc++ and libc++abi inside, which a machine that runs the tests need not have.
clang++ "${cxx[@]}" -stdlib=libc++ -DTOOL=libcxx "${size[@]}" -Oz frozen.cpp "${link[@]}" -nostdlib++ \
  -Wl,-Bstatic -lc++ -lc++abi -Wl,-Bdynamic -lpthread -o frozen-libcxx.so
/usr/bin/rustc --edition 2021 --crate-type cdylib -C panic=abort -C opt-level=s -C codegen-units=1 -C strip=symbols \
  -C link-arg=-Wl,--build-id=none,-z,noseparate-code,--gc-sections frozen.rs -o frozen-rust.so

sha256sum build.sh frozen.c frozen.cpp frozen.rs frozen-*.so >SHA256SUMS
