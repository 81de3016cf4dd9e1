// SPDX-License-Identifier: Apache-2.0
#include "sms_report.hpp"

#include "pdu.hpp"

#include <releve/failure.hpp>

#include <algorithm>
#include <cstdio>

namespace releve::sms {

using namespace releve::literals;

namespace {

constexpr std::int64_t day_seconds = 86'400;
constexpr std::size_t most_recipients = 5;

bool is_number(std::string_view text) {
    if (text.starts_with('+')) text.remove_prefix(1);
    return text.size() >= 3 && text.size() <= 15 && text.find_first_not_of("0123456789") == text.npos;
}

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
    , most_{host.options().integer("most_a_day")}
    , report_{host.options().boolean("report")}
    , valid_seconds_{std::chrono::duration_cast<std::chrono::seconds>(host.options().duration("valid")).count()}
    , sent_{host.counter("messages_sent", "1", "Messages that the network took")} {
    if (const auto why = text_.problem(); !why.empty()) host.refuse("text", why);
    if (to_.size() > most_recipients) host.refuse("to", "there are more than five numbers");
    for (std::size_t i = 0; i < to_.size(); ++i)
        if (!is_number(to_[i]))
            host.refuse("to[" + std::to_string(i) + "]", "write a number as \"+33612345678\", digits alone");
    const auto least = static_cast<std::int64_t>(to_.size() * parts_);
    if (most_ != 0 && most_ < least)
        host.refuse("most_a_day", "one text can take " + std::to_string(least) + " messages: it would wait for ever");
}

void sms_report::start() {
    spent_.clear();
    std::int64_t when = 0, count = 0;
    int read = 0;
    const auto kept = host_.state("spent").value_or("");
    for (const auto* at = kept.c_str(); std::sscanf(at, "%ld:%ld%n", &when, &count, &read) == 2; at += read)
        spent_.emplace_back(when, count);
    const auto total = host_.state("total").value_or("0");
    total_ = std::strtoll(total.c_str(), nullptr, 10);
}

std::vector<octets> sms_report::messages_of(const std::string& text) const {
    std::vector<octets> made;
    std::uint32_t reference = 2166136261; // FNV-1a: the same text is split alike when it is tried again
    for (const char c : text) reference = (reference ^ static_cast<unsigned char>(c)) * 16777619;
    for (const auto& to : to_)
        for (auto& part : split_text(text, static_cast<std::uint16_t>(reference))) {
            sms_submit message;
            message.recipient = address_of(to);
            message.report_wanted = report_;
            message.valid_seconds = valid_seconds_;
            message.data = std::move(part);
            made.push_back(write_pdu({{}, message}));
        }
    return made;
}

/// Whole lines, as many as fit in `parts`; a line that is too long alone is rejected.
std::vector<sms_report::piece> sms_report::pieces_of(const delivery& in) {
    std::vector<piece> all;
    for (std::size_t i = 0; i < in.size(); ++i) {
        if (!in.pending(i)) continue;
        const auto as = host_.look(in[i].series());
        if (!as) {
            in.reject(i, "its series is unknown to the host");
            continue;
        }
        const auto line = text_.line(in[i], as);
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

void sms_report::keep_to_limit(std::size_t coming) {
    if (most_ == 0) return;
    const auto now = to_ns(host_.now()) / 1'000'000'000;
    while (!spent_.empty() && spent_.front().first <= now - day_seconds) spent_.pop_front();
    std::int64_t count = static_cast<std::int64_t>(coming);
    for (const auto& one : spent_) count += one.second;
    if (count > most_)
        throw transient_error("the limit of " + std::to_string(most_) + " messages in 24 hours is reached");
}

void sms_report::note_sent(std::size_t count) {
    total_ += static_cast<std::int64_t>(count);
    spent_.emplace_back(to_ns(host_.now()) / 1'000'000'000, static_cast<std::int64_t>(count));
    std::string kept;
    for (const auto& [when, how_many] : spent_)
        kept += (kept.empty() ? "" : " ") + std::to_string(when) + ":" + std::to_string(how_many);
    host_.set_state("spent", kept);
    host_.set_state("total", std::to_string(total_));
    output out{host_};
    out.add(sent_, total_);
    out.flush();
}

void sms_report::write(const delivery& in) {
    for (const auto& one : pieces_of(in)) {
        const auto messages = messages_of(one.text);
        keep_to_limit(messages.size());
        const modem_turn turn{modem_, host_};
        turn.open();
        try {
            turn->send(messages);
        } catch (const modem_error& e) {
            if (e.is != at_trouble::permanent) rethrow(e);
            try {
                turn->give_up(messages);
            } catch (const modem_error& again) {
                host_.log(level::warning, "left_in_store", again.what());
            }
            for (const auto i : one.records) in.reject(i, e.what());
            continue;
        }
        for (const auto i : one.records) in.written(i);
        note_sent(messages.size());
    }
}

} // namespace releve::sms
