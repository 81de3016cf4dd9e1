// SPDX-License-Identifier: Apache-2.0
#include "components/mail_sink.hpp"

#include <algorithm>

namespace releve::mail {
namespace {

/// Adds to a list of sentences, unless it is too long to be read already.
void add_to(std::string& list, const std::string& sentence) {
    constexpr std::size_t max_bytes = 1500;
    if (list.size() > max_bytes) return;
    if (!list.empty()) list += "; ";
    list += sentence;
}

} // namespace

mail_sink::mail_sink(context& host)
    : host_{host}
    , options_{read_options(host)}
    , server_{host, options_.smtp}
    , pace_{options_.digest, options_.max_per_hour} {}

void mail_sink::probe() {
    const auto result = server_.probe();
    const auto why = server_.where() + ": " + result.sentence;
    if (result.status == smtp_status::misconfigured) throw permanent_error(why);
    if (result.status != smtp_status::taken) throw transient_error(why);
}

void mail_sink::start() { clock_.emplace(host_.timezone()); }

void mail_sink::write_group(std::span<const delivery> all) {
    if (outgoing_ && !is_in(all)) outgoing_.reset(); // the host has given up its records
    bool any = false;
    while (has_pending(all)) {
        if (!outgoing_) {
            if (!wait_until(pace_.next(host_.steady()))) throw stopped{};
            auto next = compose_mail(all, options_, host_, *clock_, bound_.bytes());
            if (next.members.empty()) break;
            outgoing_ = std::move(next);
        }
        if (!deliver()) {
            outgoing_.reset();
            continue;
        }
        answer(all);
        outgoing_.reset();
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
    return std::any_of(outgoing_->members.begin(), outgoing_->members.end(), [&](const outgoing_mail::member& of) {
        return std::any_of(all.begin(), all.end(), [&](const delivery& one) { return one.id() == of.delivery; });
    });
}

void mail_sink::refuse(outgoing_mail::recipient& to, const std::string& why) {
    to.done = true;
    to.refusal = why;
    host_.lost(to.address, why);
}

bool mail_sink::deliver() {
    const auto elapsed = host_.steady() - outgoing_->composed;
    const bool too_old = elapsed >= options_.give_up;
    const auto has_it = [](const outgoing_mail::recipient& one) { return one.done && one.refusal.empty(); };
    std::string again, blocked;
    bool blocked_after_it = false;
    for (auto& to : outgoing_->recipients) {
        if (to.done) continue;
        const auto result = server_.send(options_.from, to.address, outgoing_->message);
        bound_.offered(result.size_limit);
        switch (result.status) {
        case smtp_status::taken:
            to.done = true;
            host_.back(to.address);
            break;
        case smtp_status::refused:
            refuse(to, result.sentence);
            break;
        case smtp_status::too_large:
            bound_.refused(outgoing_->message.size());
            if (outgoing_->members.size() > 1 &&
                std::none_of(outgoing_->recipients.begin(), outgoing_->recipients.end(), has_it))
                return false;
            refuse(to, "a mail of " + std::to_string(outgoing_->message.size()) +
                           " bytes is too large: " + result.sentence);
            break;
        case smtp_status::later:
            if (too_old)
                refuse(to, "not taken within give_up: " + result.sentence);
            else
                add_to(again, to.address + ": " + result.sentence);
            break;
        case smtp_status::blocked:
            add_to(blocked, to.address + ": " + result.sentence);
            to.blocked = result.sentence;
            blocked_after_it = blocked_after_it || result.submitted;
            break;
        case smtp_status::unavailable:
            throw transient_error(server_.where() + ": " + result.sentence);
        case smtp_status::misconfigured:
            throw permanent_error(server_.where() + ": " + result.sentence);
        case smtp_status::stopped:
            throw stopped{};
        }
    }
    // While nobody gets any mail, it waits for its options. Where others get theirs, it would be in the way of the
    // next.
    const auto& all = outgoing_->recipients;
    if (too_old && (blocked_after_it || std::any_of(all.begin(), all.end(), has_it))) {
        for (auto& to : outgoing_->recipients)
            if (!to.done && !to.blocked.empty()) refuse(to, "not taken within give_up: " + to.blocked);
        blocked.clear();
    }
    if (!blocked.empty()) add_to(blocked, again);
    if (!blocked.empty()) throw permanent_error(server_.where() + ": " + blocked);
    if (!again.empty()) throw transient_error(server_.where() + ": " + again);
    if (std::any_of(all.begin(), all.end(), has_it)) bound_.taken();
    return true;
}

void mail_sink::answer(std::span<const delivery> all) {
    std::string refusals, taken_by;
    for (const auto& to : outgoing_->recipients) {
        if (to.refusal.empty())
            (taken_by += taken_by.empty() ? "" : ", ") += to.address;
        else
            add_to(refusals, to.address + ": " + to.refusal);
    }
    if (!refusals.empty() && !taken_by.empty()) ((refusals += " (mailed to ") += taken_by) += ')';
    for (const auto& of : outgoing_->members)
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
