// SPDX-License-Identifier: Apache-2.0
#include <releve/kit/io/bell.hpp>
#include <releve/kit/io/descriptor.hpp>

#include <releve/testing/catch.hpp>

#include <fcntl.h>

#include <utility>

using releve::kit::descriptor;

namespace {

descriptor open_null() { return descriptor{::open("/dev/null", O_RDONLY | O_CLOEXEC)}; }
bool is_open(int fd) { return ::fcntl(fd, F_GETFD) >= 0; }

} // namespace

TEST_CASE("a descriptor is closed once, by its owner") {
    int fd = -1;
    {
        auto one = open_null();
        fd = one.get();
        auto other = std::move(one);
        CHECK_FALSE(one); // NOLINT(bugprone-use-after-move): it owns nothing then
        CHECK(other.get() == fd);
        CHECK(is_open(fd));
    }
    CHECK_FALSE(is_open(fd));
}

TEST_CASE("what a descriptor had before is closed when it gets another one") {
    auto one = open_null(), two = open_null();
    const int first = one.get(), second = two.get();
    one = std::move(two);
    CHECK_FALSE(is_open(first));
    CHECK(one.get() == second);
    auto& same = one;
    one = std::move(same);
    CHECK(is_open(second));
    CHECK(one.release() == second);
    CHECK_FALSE(one);
    CHECK(is_open(second));
    ::close(second);
    CHECK_FALSE(descriptor{});
}
