// SPDX-License-Identifier: Apache-2.0
#include <releve/sink.hpp>
#include <releve/testing/catch.hpp>
#include <releve/testing/testing.hpp>

#include <string>

namespace rt = releve::testing;
using releve::quality;

namespace {

class seen_types final : public releve::sink {
public:
    static inline std::string seen;
    static constexpr auto summary = "The type of each record";
    explicit seen_types(releve::context&) {}
    void write(const releve::delivery& in) override {
        for (std::size_t i = 0; i < in.size(); ++i) seen += in[i].is_text() ? 't' : in[i].number() == 0 ? '0' : 'n';
    }
};

const rt::plugin types{releve::component<seen_types>("seen_types")};

} // namespace

TEST_CASE("a literal 0 is a number, not a text at address 0") {
    rt::node n{types, "seen_types"};
    rt::upstream meter{n, "meter"};
    const auto power = meter.gauge("power", "W");
    const auto words = meter.text("words");
    REQUIRE(n.start());
    auto batch = meter.batch();
    batch.add(power, 0).add(power, 0, n.now()).add(power, 0, n.now(), quality::suspect).add(power, 0u).add(power, 1LL);
    batch.add(words, "0").add(words, std::string{});
    REQUIRE(n.write(batch));
    CHECK(seen_types::seen == "0000ntt");
}
