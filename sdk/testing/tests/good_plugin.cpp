// SPDX-License-Identifier: Apache-2.0
// One correct component of each kind.
#include <releve/connection.hpp>
#include <releve/sink.hpp>
#include <releve/source.hpp>
#include <releve/transform.hpp>

#include <mutex>

using namespace releve::literals;

namespace {

class bus final : public releve::connection {
    std::mutex mutex_;
    int asked_ = 0;

public:
    static constexpr auto summary = "A bus that several nodes query";
    static void describe(releve::option_list& o) {
        o.path("device", "Its device").required().example("\"/dev/bus\"");
        o.secret("pin", "Unlocks it");
    }
    explicit bus(releve::context& host) {
        if (host.options().path("device").size() > 4096) throw releve::bad_option("device", "no path is that long");
    }
    int ask() {
        const std::lock_guard lock{mutex_};
        return ++asked_;
    }
};

class polled final : public releve::source {
    bus& bus_;
    releve::series asked_;

public:
    static constexpr auto summary = "How often the bus was queried";
    static void describe(releve::option_list& o) {
        o.connection("connection", "bus", "The bus").required();
        o.integer("first", "First number").fallback(0).at_least(0).at_most(100);
        o.interval(10s).at_least(1s);
    }
    explicit polled(releve::context& host)
        : bus_{host.connection<bus>("connection")}
        , asked_{host.gauge("asked", "1", "Times asked")} {}
    void collect(releve::output& out) override { out.add(asked_, bus_.ask()); }
};

class ticking final : public releve::streaming_source {
    releve::context& host_;
    releve::series ticks_;

public:
    static constexpr auto summary = "A record per second";
    explicit ticking(releve::context& host)
        : host_{host}
        , ticks_{host.counter("ticks", "1", "Ticks")} {}
    void run(releve::output& out) override {
        for (int i = 0; host_.wait(1s) != releve::wake::stopped; ++i) out.add(ticks_, i);
    }
};

class passing final : public releve::transform {
public:
    static constexpr auto summary = "Forwards everything";
    explicit passing(releve::context&) {}
    void process(const releve::batch& in, releve::output& out) override { out.forward(in); }
};

class choosy final : public releve::sink {
public:
    static constexpr auto summary = "Writes numbers nowhere";
    explicit choosy(releve::context&) {}
    void write(const releve::delivery& in) override {
        for (std::size_t i = 0; i < in.size(); ++i)
            if (in.pending(i) && in[i].is_text()) in.reject(i, "a text is not a number");
    }
};

} // namespace

RELEVE_PLUGIN("good", "1.0.0", releve::component<bus>("bus"), releve::component<polled>("polled"),
              releve::component<ticking>("ticking"), releve::component<passing>("passing"),
              releve::component<choosy>("choosy"))
