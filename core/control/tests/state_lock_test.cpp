// SPDX-License-Identifier: Apache-2.0
#include "control/state_lock.hpp"
#include "temporary_folder.hpp"

#include <releve/testing/catch.hpp>

#include <fstream>
#include <system_error>

using namespace releve::core;
using Catch::Matchers::ContainsSubstring;

TEST_CASE("one host at a time has a state folder, which is made where there is none") {
    const temporary_folder in;
    const auto state = in.path / "a" / "state";
    {
        const state_lock first{state};
        CHECK(std::filesystem::is_directory(state));
        CHECK_THROWS_AS(state_lock{state}, state_lock::taken);
        CHECK_THROWS_WITH(state_lock{state},
                          ContainsSubstring("another releve runs on the state folder " + state.string()));
        CHECK_NOTHROW(state_lock{in.path / "b"});
    }
    CHECK_NOTHROW(state_lock{state});
    CHECK(std::filesystem::is_empty(state)); // nothing is left behind
}

TEST_CASE("a state folder that can't be is no other host's") {
    const temporary_folder in;
    std::ofstream{in.path / "file"} << "x";
    CHECK_THROWS_AS(state_lock{in.path / "file" / "state"}, std::system_error);
}
