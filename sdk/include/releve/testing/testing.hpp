// SPDX-License-Identifier: Apache-2.0
// releve::testing: a host that keeps everything in memory, for the tests of a plugin.
//
//     releve::testing::node n{releve::testing::plugin{}, "cpu_temperature", R"(path = "testdata/temp")"};
//     REQUIRE(n.start());
//     REQUIRE(n.collect());
//     CHECK(n.last("temperature", {{"device", "cpu"}}).value == 47.5);
//
// Time is virtual and starts at 2026-01-01 00:00 UTC; it moves only when the test moves it (advance, run_until) or when
// a node waits inside a function that the test called. Each node has its own thread, on which all of its functions
// run; the test's thread waits meanwhile, up to setup::watchdog of real time, then throws `stuck`, which says what the
// node was doing. All functions here may be called by one thread at a time.
#ifndef RELEVE_TESTING_TESTING_HPP
#define RELEVE_TESTING_TESTING_HPP
#include <releve/testing/device.hpp>
#include <releve/testing/node.hpp>
#include <releve/testing/plugin.hpp>
#include <releve/testing/records.hpp>
#include <releve/testing/seen.hpp>
#include <releve/testing/site.hpp>
#endif
