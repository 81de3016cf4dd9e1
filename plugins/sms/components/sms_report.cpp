// SPDX-License-Identifier: Apache-2.0
#include "components/sms_report.hpp"

#include "pdu/pdu.hpp"
#include "pdu/unicode.hpp"

#include <releve/failure.hpp>

#include <algorithm>
#include <bit>

namespace releve::sms {

using namespace releve::literals;

namespace {

constexpr std::size_t most_recipients = 5;

/// FNV-1a.
class hash {
public:
    void add(std::string_view text) {
        for (const char c : text) add_octet(static_cast<unsigned char>(c));
        add_octet(0);
    }
    void add(std::uint64_t number) {
        for (int i = 0; i < 8; ++i, number >>= 8) add_octet(number & 0xff);
    }
    std::uint64_t value() const { return value_; }

private:
    void add_octet(std::uint64_t octet) { value_ = (value_ ^ octet) * 0x100000001b3; }
    std::uint64_t value_ = 0xcbf29ce484222325;
};

} // namespace

void sms_report::describe(option_list& o) {
    o.connection("connection", "gsm_modem", "The modem").required();
    o.texts("to", "Numbers that the messages go to, five at most").required().at_least(1).example("[\"+33612345678\"]");
    o.text("text", "The line of a record, with {site}, {device}, {name}, {labels}, {value}, {unit}, {quality}, {time}")
        .fallback("{device} {name} {labels} {value} {unit}");
    o.integer("parts", "Messages that a text may be split over").fallback(3).at_least(1).at_most(10);
    o.integer("most_a_day", "Messages in 24 hours, what does not fit waits; 0: any number")
        .fallback(30)
        .at_least(0)
        .at_most(10'000);
    o.boolean("report", "Whether the network is asked what became of each message").fallback(false);
    o.duration("valid", "How long the network tries to deliver a message").fallback(24h).at_least(5min);
}

sms_report::sms_report(context& host)
    : host_{host}
    , modem_{host.connection<gsm_modem>("connection")}
    , to_{host.options().texts("to")}
    , text_{host.options().text("text")}
    , parts_{static_cast<std::size_t>(host.options().integer("parts"))}
    , report_{host.options().boolean("report")}
    , valid_seconds_{std::chrono::duration_cast<std::chrono::seconds>(host.options().duration("valid")).count()}
    , sent_{host, modem_, host.options().integer("most_a_day")} {
    if (const auto why = text_.problem(); !why.empty()) host.refuse("text", why);
    if (to_.size() > most_recipients) host.refuse("to", "there are more than five numbers");
    for (std::size_t i = 0; i < to_.size(); ++i)
        if (!is_number(to_[i]))
            host.refuse("to[" + std::to_string(i) + "]", "write a number as \"+33612345678\", digits alone");
    const auto most = host.options().integer("most_a_day"), least = static_cast<std::int64_t>(to_.size() * parts_);
    if (most != 0 && most < least)
        host.refuse("most_a_day", "one text can take " + std::to_string(least) + " messages: it would wait for ever");
}

void sms_report::start() {
    clock_.emplace(host_.timezone());
    sent_.load();
    answered_.restore(host_.state("answered").value_or(""));
}

std::vector<octets> sms_report::messages_of(const std::string& text) const {
    std::vector<octets> made;
    std::uint32_t reference = 2166136261; // FNV-1a: the same text is split alike when it is tried again
    for (const char c : text) reference = (reference ^ static_cast<unsigned char>(c)) * 16777619;
    for (const auto& to : to_)
        for (auto& one : messages_to(to, {text, static_cast<std::uint16_t>(reference), valid_seconds_, report_}))
            made.push_back(std::move(one));
    return made;
}

/// Whole lines, as many as fit in `parts`; a line that is too long alone is rejected.
std::vector<sms_report::piece> sms_report::pieces_of(const delivery& in) {
    std::vector<piece> all;
    for (std::size_t i = 0; i < in.size(); ++i) {
        if (!in.pending(i)) continue;
        const auto as = host_.declared(in[i].series());
        if (!as) {
            in.reject(i, "its series is unknown to the host");
            continue;
        }
        const auto line = text_.line(copy_of(in[i], as), *clock_);
        if (!code_points(line)) {
            in.reject(i, "its text is not UTF-8");
            continue;
        }
        if (split_text(line, 0).size() > parts_) {
            in.reject(i, "its text needs more than " + std::to_string(parts_) + " messages");
            continue;
        }
        if (all.empty() || split_text(all.back().text + '\n' + line, 0).size() > parts_)
            all.push_back({line, {i}});
        else
            (all.back().text += '\n') += line, all.back().records.push_back(i);
    }
    return all;
}

/// Its number, and what is in it: without a spool the host numbers anew after a start. A dead letter that is replayed
/// has another number.
std::uint64_t sms_report::name_of(const delivery& in) const {
    hash made;
    made.add(in.id());
    for (const auto& one : in.records()) {
        if (const auto as = host_.declared(one.series())) {
            made.add(as.name());
            for (std::uint32_t k = 0; k < as.c()->label_count; ++k) {
                made.add(view(as.c()->labels[k].key));
                made.add(view(as.c()->labels[k].value));
            }
        }
        made.add(static_cast<std::uint64_t>(to_ns(one.time())));
        if (one.is_text())
            made.add(one.text());
        else
            made.add(std::bit_cast<std::uint64_t>(one.number()));
    }
    return made.value();
}

void sms_report::write(const delivery& in) {
    const auto name = name_of(in);
    const auto before = std::min(answered_.records_of(name), in.size());
    for (std::size_t i = 0; i < before; ++i)
        if (in.pending(i)) in.written(i);
    for (const auto& one : pieces_of(in)) {
        const auto messages = messages_of(one.text);
        if (!sent_.has_room(messages.size())) throw transient_error(sent_.limit_reached());
        const auto why = sent_.send(messages);
        for (const auto i : one.records) why ? in.reject(i, *why) : in.written(i);
        if (why && sent_.went() == 0) continue;
        answered_.note(name, one.records.back() + 1);
        host_.set_state("answered", answered_.saved());
        sent_.note(why ? sent_.went() : messages.size());
    }
}

void sms_report::write_group(std::span<const delivery> all) {
    sink::write_group(all);
    sent_.settle();
}

} // namespace releve::sms
