// SPDX-License-Identifier: Apache-2.0
#include "components/mail_sink.hpp"

#include <algorithm>

namespace releve::mail {
namespace {

/// Adds to a list of sentences, which stays short enough to be read.
void add_to(std::string& list, const std::string& sentence) {
    constexpr std::size_t most_bytes = 1500;
    if (list.size() > most_bytes) return;
    if (!list.empty()) list += "; ";
    list += sentence;
}

} // namespace

mail_sink::mail_sink(context& host)
    : host_{host}
    , how_{read_options(host)}
    , server_{host, how_.smtp}
    , pace_{how_.digest, how_.most_per_hour} {}

void mail_sink::probe() {
    const auto answer = server_.probe();
    const auto why = server_.where() + ": " + answer.sentence;
    if (answer.is == smtp_verdict::misconfigured) throw permanent_error(why);
    if (answer.is != smtp_verdict::taken) throw transient_error(why);
}

void mail_sink::start() { clock_ = std::make_unique<site_clock>(host_.timezone()); }

void mail_sink::write_group(std::span<const delivery> all) {
    if (begun_ && !is_in(all)) begun_.reset(); // the host has given its records up
    bool any = false;
    while (has_pending(all)) {
        if (!begun_) {
            if (!wait_until(pace_.next())) throw stopped{};
            auto next = begin_mail(all, how_, host_, *clock_);
            if (next.members.empty()) break;
            begun_ = std::move(next);
        }
        deliver();
        answer(all);
        begun_.reset();
        pace_.sent(host_.steady());
        any = true;
    }
    if (any) wait_until(pace_.rested());
}

bool mail_sink::has_pending(std::span<const delivery> all) const {
    return std::any_of(all.begin(), all.end(), [](const delivery& one) {
        for (std::size_t i = 0; i < one.size(); ++i)
            if (one.pending(i)) return true;
        return false;
    });
}

bool mail_sink::is_in(std::span<const delivery> all) const {
    return std::any_of(begun_->members.begin(), begun_->members.end(), [&](const begun_mail::member& of) {
        return std::any_of(all.begin(), all.end(), [&](const delivery& one) { return one.id() == of.delivery; });
    });
}

void mail_sink::deliver() {
    const bool too_old = host_.steady() - begun_->begun >= how_.give_up;
    std::string again;
    for (auto& to : begun_->recipients) {
        if (to.done) continue;
        auto answer = server_.send(how_.from, to.address, begun_->message);
        if (answer.is == smtp_verdict::later && too_old) {
            answer.is = smtp_verdict::refused;
            answer.sentence = "still not taken, given up: " + answer.sentence;
        }
        switch (answer.is) {
        case smtp_verdict::taken:
            to.done = true;
            host_.back(to.address);
            break;
        case smtp_verdict::refused:
            to.done = true;
            to.refusal = answer.sentence;
            host_.lost(to.address, answer.sentence);
            break;
        case smtp_verdict::later:
            add_to(again, to.address + ": " + answer.sentence);
            break;
        case smtp_verdict::unavailable:
            throw transient_error(server_.where() + ": " + answer.sentence);
        case smtp_verdict::misconfigured:
            throw permanent_error(server_.where() + ": " + answer.sentence);
        case smtp_verdict::stopped:
            throw stopped{};
        }
    }
    if (!again.empty()) throw transient_error(server_.where() + ": " + again);
}

void mail_sink::answer(std::span<const delivery> all) {
    std::string refusals, taken_by;
    for (const auto& to : begun_->recipients) {
        if (to.refusal.empty())
            (taken_by += taken_by.empty() ? "" : ", ") += to.address;
        else
            add_to(refusals, to.address + ": " + to.refusal);
    }
    if (!refusals.empty() && !taken_by.empty()) ((refusals += " (mailed to ") += taken_by) += ')';
    for (const auto& of : begun_->members)
        for (const auto& one : all) {
            if (one.id() != of.delivery || of.index >= one.size() || !one.pending(of.index)) continue;
            if (refusals.empty())
                one.written(of.index);
            else
                one.reject(of.index, refusals);
        }
}

bool mail_sink::wait_until(duration steady) {
    while (host_.steady() < steady)
        if (host_.wait(steady - host_.steady()) == wake::stopped) return false;
    return true;
}

} // namespace releve::mail
