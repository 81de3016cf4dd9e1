// SPDX-License-Identifier: Apache-2.0
// Catch2's main, compiled once. Version 3 has it in its own library.
#if !__has_include(<catch2/catch_all.hpp>)
#define CATCH_CONFIG_MAIN
#include <catch2/catch.hpp>
#endif
