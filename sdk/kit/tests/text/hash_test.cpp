// SPDX-License-Identifier: Apache-2.0
#include <releve/kit/text/hash.hpp>

#include <releve/testing/catch.hpp>

using releve::kit::fingerprint;
using releve::kit::fnv1a;

namespace {

template <class... Values>
std::string fingerprint_of(const Values&... values) {
    fingerprint made;
    (made.add(values), ...);
    return made.text();
}

} // namespace

TEST_CASE("FNV-1a has the values that its authors give") {
    static_assert(fnv1a("") == 0xcbf29ce484222325);
    static_assert(fnv1a("a") == 0xaf63dc4c8601ec8c);
    CHECK(fnv1a("foobar") == 0x85944171f73967e8);
    CHECK(fnv1a("bar", fnv1a("foo")) == fnv1a("foobar"));
}

TEST_CASE("a fingerprint tells values, their order and their borders apart, and stays the same") {
    using text = std::string_view;
    CHECK(fingerprint_of(text{"ab"}, text{"c"}) != fingerprint_of(text{"a"}, text{"bc"}));
    CHECK(fingerprint_of(std::int64_t{1}, std::int64_t{2}) != fingerprint_of(std::int64_t{2}, std::int64_t{1}));
    CHECK(fingerprint_of(0.5) != fingerprint_of(-0.5));
    CHECK(fingerprint_of(text{"ab"}) == fingerprint_of(text{"ab"}));
    CHECK(fingerprint_of(text{"ab"}).size() == 32);
    CHECK(fingerprint_of() == "cbf29ce4842223259e3779b97f4a7c15");
}
