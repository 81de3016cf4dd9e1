// SPDX-License-Identifier: Apache-2.0
#include "print_sink.hpp"

#include "json_lines.hpp"
#include "text_lines.hpp"

#include <releve/kit/text/number.hpp>
#include <releve/kit/text/pattern.hpp>

#include <unistd.h>

#include <cstdlib>

namespace releve::print {
namespace {

/// NO_COLOR (no-color.org) counts when it is not empty.
bool colour_is_disabled() {
    const auto* no_color = std::getenv("NO_COLOR");
    const auto* term = std::getenv("TERM");
    return (no_color != nullptr && *no_color != '\0') || (term != nullptr && std::string_view{term} == "dumb");
}

bool only_changes(const option_values& options) {
    return options.given("every") ? options.choice("every") == "changed" : options.choice("format") == "text";
}

constexpr std::size_t write_at_bytes = 65'536;

} // namespace

void print_sink::describe(option_list& o) {
    o.choice("format", {"text", "json"}, "Columns for people, or JSON lines for programs").fallback("text");
    o.choice(
         "every", {"changed", "all"},
         "Which records: those whose value or quality differs from the last one shown, or all; not given: changed for "
         "text, all for json")
        .example("\"changed\"");
    o.texts("only", "Series to show, as patterns of their names or identities; not given: all")
        .example("[\"*_energy\", \"power\"]");
    o.choice("colour", {"auto", "always", "never"}, "Colours: auto on a terminal, unless NO_COLOR is set")
        .fallback("auto");
    o.choice("to", {"stdout", "stderr"}, "Where to").fallback("stdout");
}

print_sink::print_sink(context& host)
    : host_{host}
    , json_{host.options().choice("format") == "json"}
    , only_changes_{only_changes(host.options())}
    , colour_{host.options().choice("colour")}
    , only_{host.options().texts("only")}
    , file_{host, host.options().choice("to") == "stderr" ? STDERR_FILENO : STDOUT_FILENO,
            host.options().choice("to")} {
    for (std::size_t i = 0; i < only_.size(); ++i) {
        const auto problem =
            only_[i].empty() ? "an empty pattern matches no series" : kit::problem_of_pattern(only_[i]);
        if (!problem.empty()) host.refuse("only[" + std::to_string(i) + "]", problem);
    }
}

print_sink::~print_sink() = default;

void print_sink::start() {
    if (lines_) return; // after a restart of the node: what was shown is still on the screen
    if (json_) {
        lines_ = std::make_unique<json_lines>();
        return;
    }
    const bool coloured = colour_ == "always" || (colour_ == "auto" && file_.is_terminal() && !colour_is_disabled());
    clock_.emplace(host_.timezone());
    auto made = std::make_unique<text_lines>(*clock_, coloured);
    columns_ = made.get();
    lines_ = std::move(made);
}

bool print_sink::is_news(const record& one, series_view as) {
    const auto number = one.series().number();
    if (number >= shown_.size()) shown_.resize(number + 1);
    auto& before = shown_[number];
    if (!before.known) {
        before.known = true;
        before.selected = only_.empty() || kit::matches_any(only_, as);
        before.decimals = kit::decimals_of(as.resolution());
    }
    if (!before.selected || !only_changes_) return before.selected;
    std::string now{static_cast<char>('0' + one.c().quality)};
    now += one.is_text() ? std::string{one.text()} : kit::number_text(one.number(), before.decimals);
    if (now == before.value) return false;
    before.value = std::move(now);
    return true;
}

void print_sink::write(const delivery& in) { write_group({&in, 1}); }

void print_sink::gather(const delivery& in) {
    for (std::size_t i = 0; i < in.size(); ++i) {
        if (!in.pending(i)) continue;
        const auto one = in[i];
        const auto as = host_.declared(one.series());
        if (!as)
            in.reject(i, "its series is unknown to the host");
        else if (is_news(one, as))
            news_.push_back({one, as});
    }
}

void print_sink::write_group(std::span<const delivery> all) {
    start();
    if (columns_ != nullptr) columns_->fit(file_.columns());
    news_.clear();
    for (const auto& in : all) gather(in);
    for (const auto& one : news_) lines_->expect(one.of, one.as);
    text_.clear();
    for (const auto& one : news_) {
        lines_->add(one.of, one.as, text_);
        if (text_.size() < write_at_bytes) continue;
        file_.write(text_);
        text_.clear();
    }
    file_.write(text_);
}

} // namespace releve::print
