// SPDX-License-Identifier: Apache-2.0
// Catch2, version 3 where it is installed, else 2, with unified names. Write tests in the common
// subset: Catch::Approx, Catch::Matchers::ContainsSubstring, StartsWith, EndsWith, WithinAbs.
#ifndef RELEVE_TESTING_CATCH_HPP
#define RELEVE_TESTING_CATCH_HPP

#if __has_include(<catch2/catch_all.hpp>)
#include <catch2/catch_all.hpp>
#else
#include <catch2/catch.hpp>

#include <string>

namespace Catch {
using Detail::Approx;
namespace Matchers {
inline auto ContainsSubstring(const std::string& part, CaseSensitive::Choice how = CaseSensitive::Yes) {
    return Contains(part, how);
}
} // namespace Matchers
} // namespace Catch
#endif
#endif
