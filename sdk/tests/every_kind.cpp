// SPDX-License-Identifier: Apache-2.0
// One component of each kind: whatever the SDK makes of a class is made here, and linked with another file of the same
// headers.
#include "every_header.hpp"

using namespace releve::literals;

namespace {

struct polled : releve::source {
    static constexpr auto summary = "Polled";
    static void describe(releve::option_list& o) { o.interval(1min); }
    explicit polled(releve::context& host)
        : count_{host.gauge("count", "1", "A number")} {}
    void collect(releve::output& out) override {
        out.add(count_, 0); // a literal 0 is a number, not an absent text
        out.add(count_, 7u);
        out.add(count_, 8, out.time(), releve::quality::suspect);
        out.add(count_, 0.5);
    }

private:
    releve::series count_;
};

struct streaming : releve::streaming_source {
    static constexpr auto summary = "Streaming";
    explicit streaming(releve::context&) {}
    void run(releve::output&) override {}
};

struct passing : releve::transform {
    static constexpr auto summary = "Passes everything on";
    explicit passing(releve::context&) {}
    void process(const releve::batch& in, releve::output& out) override { out.forward(in); }
};

struct taking : releve::sink {
    static constexpr auto summary = "Takes everything";
    explicit taking(releve::context&) {}
    void write(const releve::delivery&) override {}
};

struct shared : releve::connection {
    static constexpr auto summary = "Shared";
    explicit shared(releve::context&) {}
};

} // namespace

RELEVE_PLUGIN("every-kind", "1.0.0", releve::component<polled>("polled"), releve::component<streaming>("streaming"),
              releve::component<passing>("passing"), releve::component<taking>("taking"),
              releve::component<shared>("shared"))
