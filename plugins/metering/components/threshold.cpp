// SPDX-License-Identifier: Apache-2.0
// Numbers watched against limits: an event when one is crossed, and one when all is well again.
#include <releve/record_text.hpp>
#include <releve/series_text.hpp>
#include <releve/transform.hpp>

#include <sstream>
#include <unordered_map>

class threshold final : public releve::transform {
    struct watched {
        std::string key; // of its state; empty: it is not watched
        releve::series event;
        std::string is = "well", next = "well"; // what it is said to be, and what its last values speak for
        int hits = 0;                           // in a row, for `next`
    };
    releve::context& host_;
    std::vector<std::string> patterns_;
    bool has_above_, has_below_;
    double above_, below_, hysteresis_;
    std::int64_t hits_;
    std::unordered_map<std::uint32_t, watched> all_; // by the number of the series

public:
    static constexpr auto summary = "Numbers watched against limits";
    static void describe(releve::option_list& o) {
        o.texts("series", "Series to watch: names or identities, with * and ?")
            .required()
            .at_least(1)
            .example(R"(["temperature{channel=\"boiler_room\"*"])");
        o.number("above", "A greater value is high").example("30");
        o.number("below", "A smaller value is low");
        o.number("hysteresis", "How far back behind the limit a value has to be to be well again")
            .fallback(0)
            .at_least(0);
        o.integer("hits", "Values in a row that it takes to change what is said").fallback(1).at_least(1).at_most(1000);
    }
    explicit threshold(releve::context& host)
        : host_{host}
        , patterns_{host.options().texts("series")}
        , has_above_{host.options().given("above")}
        , has_below_{host.options().given("below")}
        , above_{host.options().number("above")}
        , below_{host.options().number("below")}
        , hysteresis_{host.options().number("hysteresis")}
        , hits_{host.options().integer("hits")} {
        if (!has_above_ && !has_below_) throw releve::bad_option("above", "give 'above', 'below', or both");
        if (has_above_ && has_below_ && below_ > above_)
            throw releve::bad_option("below", "it is greater than 'above': no value would be well");
    }

    void process(const releve::batch& in, releve::output& out) override {
        for (const auto record : in) {
            const bool believed =
                record.quality() == releve::quality::good || record.quality() == releve::quality::estimated;
            if (!record.is_number() || !believed) continue;
            auto& one = watch(record.series());
            if (!one.key.empty()) judge(one, record, out);
        }
    }

private:
    void judge(watched& one, const releve::record& record, releve::output& out) const {
        const double value = record.number();
        const std::string speaks_for = has_above_ && value > above_ - (one.is == "high" ? hysteresis_ : 0)  ? "high"
                                       : has_below_ && value < below_ + (one.is == "low" ? hysteresis_ : 0) ? "low"
                                                                                                            : "well";
        const auto before = std::pair{one.next, one.hits};
        one.hits = speaks_for == one.is ? 0 : speaks_for == one.next ? one.hits + 1 : 1;
        one.next = speaks_for;
        if (one.hits >= hits_) {
            one.is = speaks_for;
            one.hits = 0;
            const auto limit = one.is == "high"  ? " above " + releve::shortest(above_)
                               : one.is == "low" ? " below " + releve::shortest(below_)
                                                 : "";
            out.add(one.event, one.is + ' ' + releve::shortest(value) + limit, record.time());
        }
        if (before != std::pair{one.next, one.hits})
            host_.set_state(one.key, one.is + ' ' + one.next + ' ' + std::to_string(one.hits));
    }

    watched& watch(releve::series of) {
        const auto [at, is_new] = all_.try_emplace(of.number());
        auto& one = at->second;
        const auto as = host_.declared(of);
        if (!is_new || !releve::matches(as, patterns_)) return one;
        std::vector<releve::label> labels{{"threshold", std::string{host_.node()}}};
        for (std::uint32_t i = 0; i < as.label_count(); ++i)
            labels.push_back({std::string{as.label_key(i)}, std::string{as.label_value(i)}});
        one.event = host_.event(std::string{as.name()} + "_alert",
                                "high, low or well again, with the value and the limit", std::move(labels));
        one.key = releve::identity(as);
        std::istringstream{host_.state(one.key).value_or("well well 0")} >> one.is >> one.next >> one.hits;
        return one;
    }
};

RELEVE_PLUGIN("threshold", "1.0.0", releve::component<threshold>("threshold"))
