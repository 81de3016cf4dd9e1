// SPDX-License-Identifier: Apache-2.0
// A device and a database that say what harms a terminal, a log, JSON or a spreadsheet, wherever a plugin can say it.
#include <releve/askable.hpp>
#include <releve/connection.hpp>
#include <releve/sink.hpp>
#include <releve/source.hpp>
using namespace releve::literals;

namespace {

/// One of each: ESC and OSC, C1, marks of direction, line separators, NUL, what is not UTF-8, a surrogate, formulas.
const std::string hostile =
    std::string{"=cmd|'/c calc'!A1\t\"'\\\033[2J\033]0;title\007\u009b31m\u202eabc\u2066\u2028\r\n-x hostile ends"} +
    '\0' + "\xff\xc3\xed\xa0\x80\xf0\x9f\x8f" + "\ufeff\x7f";

} // namespace

class hostile_line final : public releve::connection, public releve::askable {
public:
    static constexpr auto summary = "Answers in hostile text";
    static void describe(releve::option_list&) {}
    explicit hostile_line(releve::context&) {}
    std::optional<std::string> reply(const releve::question&) override { throw releve::transient_error(hostile); }
};

class hostile_source final : public releve::source {
    releve::context& host_;
    releve::series text_, label_;
    int polls_ = 0;

public:
    static constexpr auto summary = "Sends hostile text";
    static void describe(releve::option_list& o) {
        o.connection("line", "hostile_line", "What it reads");
        o.interval(1s).at_least(1s);
    }
    explicit hostile_source(releve::context& host)
        : host_{host}
        , text_{host.text("text", "What the device says")}
        , label_{host.gauge("level", "1", "A level", {{"name", hostile}})} {}

    void collect(releve::output& out) override {
        host_.log(releve::level::warning, "hostile", hostile);
        host_.lost(hostile, hostile);
        out.add(text_, hostile);
        out.add(label_, 1.5);
        if (++polls_ == 1) {
            std::string large;
            while (large.size() < (1U << 20)) large += hostile;
            out.add(text_, large);
        } else {
            throw releve::transient_error(hostile);
        }
    }
};

class hostile_sink final : public releve::sink {
public:
    static constexpr auto summary = "Refuses in hostile text";
    static void describe(releve::option_list&) {}
    explicit hostile_sink(releve::context&) {}
    void write(const releve::delivery& in) override {
        for (std::size_t i = 0; i < in.size(); ++i) in.reject(i, hostile);
    }
};

RELEVE_PLUGIN("hostile", "1.0.0", releve::component<hostile_line>("hostile_line"),
              releve::component<hostile_source>("hostile_source"), releve::component<hostile_sink>("hostile_sink"))
