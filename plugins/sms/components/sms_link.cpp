// SPDX-License-Identifier: Apache-2.0
#include "components/sms_link.hpp"

#include "packet/dictionary.hpp"
#include "packet/steps.hpp"

#include <releve/failure.hpp>

#include <algorithm>
#include <cmath>
#include <iterator>
#include <span>

namespace releve::sms {

using namespace releve::literals;

namespace {

constexpr std::size_t together = 200; // records: the link takes no more than it can keep
constexpr std::string_view own_label = "releve";

/// How many decimals a resolution has; nothing: it is not known, or not a power of ten.
std::optional<int> decimals_of(double resolution) {
    for (int decimals = -9; decimals <= 9; ++decimals)
        if (resolution > 0 && std::fabs(resolution / value_of(1, decimals) - 1) < 1e-9) return decimals;
    return {};
}

series_definition definition_of(const series_view& of, int decimals, bool is_text) {
    series_definition made{std::string{of.name()}, std::string{of.unit()},   {},
                           is_text ? 0 : decimals, of.is() == kind::counter, is_text};
    const auto& c = *of.c();
    for (std::uint32_t i = 0; i < c.label_count; ++i)
        made.labels.push_back(std::string{view(c.labels[i].key)} + "=" + std::string{view(c.labels[i].value)});
    if (of.is() == kind::setting) made.labels.emplace_back(setting_label);
    if (of.is() == kind::event) made.labels.emplace_back(event_label);
    std::sort(made.labels.begin(), made.labels.end());
    return made;
}

} // namespace

void sms_link::describe(option_list& o) {
    o.connection("connection", "gsm_modem", "The modem").required();
    o.text("to", "The number of a link of gsm_sms").required().example("\"+33612345678\"");
    o.integer("decimals", "Decimals of values whose series has no resolution").fallback(3).at_least(-9).at_most(9);
    o.duration("timeout", "How long the link may take until records are safe with it")
        .fallback(30s)
        .at_least(1s)
        .at_most(50s)
        .advanced();
}

sms_link::sms_link(context& host)
    : host_{host}
    , number_{host.options().text("to")}
    , decimals_{static_cast<int>(host.options().integer("decimals"))}
    , timeout_{host.options().duration("timeout")}
    , tray_{host.connection<gsm_modem>("connection").tray(number_)} {}

void sms_link::start() {
    if (tray_->links == 0)
        throw permanent_error("no gsm_sms of this modem has " + number_ +
                              " in its 'links': is 'to' written in the same way there?");
}

void sms_link::write(const delivery& in) {
    std::vector<link_record> records;
    std::vector<std::size_t> places; // of them, in the delivery
    for (std::size_t i = 0; i < in.size(); ++i) {
        if (!in.pending(i)) continue;
        const auto one = in[i];
        const auto of = host_.declared(one.series());
        if (!of) {
            in.reject(i, "its series is unknown to the host");
            continue;
        }
        const bool absent = one.quality() == quality::absent;
        const bool is_text = one.is_text() || (absent && (of.is() == kind::text || of.is() == kind::event));
        link_record made;
        made.series = definition_of(of, decimals_of(of.resolution()).value_or(decimals_), is_text);
        made.value.time = to_ns(one.time()) / 1'000'000'000;
        made.value.quality = static_cast<std::uint8_t>(one.quality());
        const bool no_number = is_text || absent;
        const auto steps = no_number ? 0 : nearest_steps(one.number(), made.series.decimals);
        const auto* why = bad_definition(made.series);
        if (why == nullptr && !of.label(own_label).empty()) why = "the label 'releve' is for the link's own use";
        if (why != nullptr || !steps) {
            in.reject(i, why != nullptr ? why : "its value is out of the range of packets");
            continue;
        }
        made.value.steps = *steps;
        if (one.is_text()) made.value.text = one.text();
        records.push_back(std::move(made));
        places.push_back(i);
    }
    if (records.empty()) return;
    struct left {
        std::shared_ptr<link_receipt> receipt;
        std::span<const std::size_t> places;
    };
    std::vector<left> all;
    for (std::size_t at = 0; at < records.size(); at += together) {
        const auto count = std::min(together, records.size() - at);
        const auto first = records.begin() + static_cast<std::ptrdiff_t>(at);
        all.push_back({tray_->leave({std::make_move_iterator(first),
                                     std::make_move_iterator(first + static_cast<std::ptrdiff_t>(count))}),
                       std::span{places}.subspan(at, count)});
    }
    const auto until = host_.steady() + timeout_;
    bool is_stopped = false, was_there = false, is_missing = false;
    for (const auto& one : all) {
        while (!one.receipt->is_kept() && !is_stopped && host_.steady() < until)
            is_stopped = host_.wait(one.receipt->fd(), RELEVE_READABLE, until - host_.steady()) == wake::stopped;
        if (one.receipt->is_kept()) {
            for (const auto& [which, why] : one.receipt->refused()) in.reject(one.places[which], why);
            for (const auto place : one.places)
                if (in.pending(place)) in.written(place);
            continue;
        }
        is_missing = true;
        was_there |= tray_->withdraw(one.receipt);
    }
    if (!is_missing) return;
    if (was_there)
        throw transient_error("no gsm_sms takes records for " + number_ +
                              ": it has no such link, waits for its modem, or has 5000 records waiting");
    throw transient_error("the records are not safe with the link to " + number_ + " yet");
}

} // namespace releve::sms
