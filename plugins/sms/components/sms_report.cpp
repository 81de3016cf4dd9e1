// SPDX-License-Identifier: Apache-2.0
#include "components/sms_report.hpp"

#include "pdu/pdu.hpp"

#include <releve/failure.hpp>
#include <releve/kit/text/hash.hpp>
#include <releve/kit/text/utf8.hpp>

#include <algorithm>

namespace releve::sms {

using namespace releve::literals;

namespace {

constexpr std::size_t max_recipients = 5;
constexpr std::size_t largest_part{480}; // bytes of UTF-8 that a message of 160 characters can hold: three for each

} // namespace

void sms_report::describe(option_list& o) {
    o.connection("connection", "gsm_modem", "The modem").required();
    o.texts("to", "Numbers that the messages go to, five at most").required().at_least(1).example("[\"+33612345678\"]");
    o.text("text", "The line of a record, with {site}, {device}, {name}, {labels}, {value}, {unit}, {quality}, {time}")
        .fallback("{device} {name} {labels} {value} {unit}");
    o.integer("max_parts", "Messages that a text may be split over").fallback(3).at_least(1).at_most(10);
    o.integer("max_per_day", "Messages in 24 hours; more wait. 0: no limit").fallback(30).at_least(0).at_most(10'000);
    o.boolean("report", "Whether to ask the network for a delivery report on each message").fallback(false);
    o.duration("valid", "How long the network tries to deliver a message").fallback(24h).at_least(5min);
}

sms_report::sms_report(context& host)
    : host_{host}
    , modem_{host.connection<gsm_modem>("connection")}
    , to_{host.options().texts("to")}
    , text_{host.options().text("text")}
    , max_parts_{static_cast<std::size_t>(host.options().integer("max_parts"))}
    , report_{host.options().boolean("report")}
    , valid_seconds_{std::chrono::duration_cast<std::chrono::seconds>(host.options().duration("valid")).count()}
    , sent_{host, modem_, host.options().integer("max_per_day")} {
    if (const auto why = text_.problem(); !why.empty()) host.refuse("text", why);
    if (to_.size() > max_recipients) host.refuse("to", "there are more than five numbers");
    for (std::size_t i = 0; i < to_.size(); ++i)
        if (!is_number(to_[i]))
            host.refuse("to[" + std::to_string(i) + "]", "write a number as \"+33612345678\", digits alone");
    const auto max = host.options().integer("max_per_day"), needed = static_cast<std::int64_t>(to_.size() * max_parts_);
    if (max != 0 && max < needed)
        host.refuse("max_per_day", "one text can take " + std::to_string(needed) + " messages: it would wait for ever");
}

void sms_report::start() {
    clock_.emplace(host_.timezone());
    sent_.load();
    handled_.restore(host_.state("handled").value_or(""));
}

std::vector<octets> sms_report::messages_of(const std::string& text) const {
    std::vector<octets> made;
    const auto reference = static_cast<std::uint16_t>(kit::fnv1a(text)); // the same at each try
    for (const auto& to : to_)
        for (auto& one : messages_to(to, {text, reference, valid_seconds_, report_})) made.push_back(std::move(one));
    return made;
}

/// Whole lines, as many as fit in `max_parts`; a single line that is too long is rejected.
std::vector<sms_report::piece> sms_report::pieces_of(const delivery& in) {
    std::vector<piece> all;
    for (std::size_t i = 0; i < in.size(); ++i) {
        if (!in.pending(i)) continue;
        const auto as = host_.declared(in[i].series());
        if (!as) {
            in.reject(i, "its series is unknown to the host");
            continue;
        }
        if (in[i].is_text() && !kit::is_utf8(in[i].text())) {
            in.reject(i, "its text is not UTF-8");
            continue;
        }
        const auto line = text_.line(copy_of(in[i], as), *clock_);
        if (line.size() > max_parts_ * largest_part || split_text(line, 0).size() > max_parts_) {
            in.reject(i, "its text needs more than " + std::to_string(max_parts_) + " messages");
            continue;
        }
        if (all.empty() || split_text(all.back().text + '\n' + line, 0).size() > max_parts_)
            all.push_back({line, {i}});
        else
            (all.back().text += '\n') += line, all.back().records.push_back(i);
    }
    return all;
}

/// Of its number and its content: without a spool the host restarts its numbers at each start. A replayed dead letter
/// has another number.
std::string sms_report::fingerprint_of(const delivery& in) const {
    kit::fingerprint made;
    made.add(static_cast<std::int64_t>(in.id()));
    for (const auto& one : in.records()) {
        if (const auto as = host_.declared(one.series())) {
            made.add(as.name());
            for (std::uint32_t k = 0; k < as.c()->label_count; ++k) {
                made.add(view(as.c()->labels[k].key));
                made.add(view(as.c()->labels[k].value));
            }
        }
        made.add(to_ns(one.time()));
        if (one.is_text())
            made.add(one.text());
        else
            made.add(one.number());
    }
    return made.text();
}

void sms_report::write(const delivery& in) {
    const auto batch = fingerprint_of(in);
    const auto before = std::min(handled_.records_of(batch), in.size());
    for (std::size_t i = 0; i < before; ++i)
        if (in.pending(i)) in.written(i);
    for (const auto& one : pieces_of(in)) {
        const auto messages = messages_of(one.text);
        if (!sent_.has_room(messages.size())) throw transient_error(sent_.limit_reached());
        const auto why = sent_.send(messages);
        for (const auto i : one.records) why ? in.reject(i, *why) : in.written(i);
        if (why && sent_.sent() == 0) continue;
        handled_.note(batch, one.records.back() + 1);
        host_.set_state("handled", handled_.saved());
        sent_.note(why ? sent_.sent() : messages.size());
    }
}

void sms_report::write_group(std::span<const delivery> all) {
    sink::write_group(all);
    sent_.settle();
}

} // namespace releve::sms
