// SPDX-License-Identifier: Apache-2.0
#include "link/deflated.hpp"
#include "tests/link/link_fixture.hpp"

using namespace link_fixture;

TEST_CASE("what a link saves is compressed and comes back, and damaged data are refused") {
    link_sender sender{key(), {}, with_limit()};
    for (int i = 0; i < 160; ++i)
        sender.number_of({"active_energy_drawn", "Wh", {"device=A" + std::to_string(i), "site=les-tilleuls"}, 0, true});
    sender.prepare(start);
    const auto saved = sender.saved();
    const auto small = deflated(saved);
    CHECK(small.size() * 5 < saved.size());
    CHECK(inflated(small) == saved);
    CHECK(inflated(deflated({})).empty());
    for (std::size_t size = 0; size < small.size(); ++size)
        CHECK_THROWS(inflated(std::string_view{small}.substr(0, size)));
    auto huge = small;
    huge[3] = '\x7f';
    CHECK_THROWS_WITH(inflated(huge), Catch::Contains("64 MiB"));
}
