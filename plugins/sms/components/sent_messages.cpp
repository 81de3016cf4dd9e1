// SPDX-License-Identifier: Apache-2.0
#include "components/sent_messages.hpp"

#include "pdu/pdu.hpp"

#include <releve/kit/text/number.hpp>
#include <releve/output.hpp>

#include <algorithm>
#include <sstream>
#include <utility>

namespace releve::sms {

using namespace releve::literals;

namespace {

/// How long to wait for a commit; it comes after `commit` of [site], 1 s.
constexpr auto commit_timeout = 2s;
/// For so long after a start, a message that is in the store as sent may be from before a kill, and its records come
/// again.
constexpr auto replay_window = 10min;
/// The saved proofs have to fit in a value of state.
constexpr std::size_t max_proofs = 100;

} // namespace

std::vector<octets> messages_to(const std::string& number, const text_message& of) {
    std::vector<octets> made;
    for (auto& part : split_text(of.text, of.reference)) {
        sms_submit message;
        message.recipient = address_of(number);
        message.report_wanted = of.report_wanted;
        message.valid_seconds = of.valid_seconds;
        message.data = std::move(part);
        made.push_back(write_pdu({{}, message}));
    }
    return made;
}

sent_messages::sent_messages(context& host, gsm_modem& modem, std::int64_t max_per_day)
    : host_{host}
    , modem_{modem}
    , limit_{max_per_day}
    , sent_series_{host.counter("messages_sent", "1", "Messages that the network took")} {}

void sent_messages::load() {
    limit_.restore(host_.state("spent").value_or(""));
    total_ = kit::integer_in<std::int64_t>(host_.state("total").value_or("0")).value_or(0);
    started_ = host_.steady();
    proofs_.clear();
    std::istringstream saved{host_.state("proofs").value_or("")};
    for (std::string line; std::getline(saved, line);) { // that they were sent is committed
        const auto blank = std::min(line.find(' '), line.size());
        proofs_.push_back(
            {0, {line.substr(0, blank), stored_message::state::sent, line.substr(std::min(blank + 1, line.size()))}});
    }
    keep_proofs();
}

void sent_messages::keep_proofs() const {
    std::vector<stored_message> all;
    for (const auto& one : proofs_) all.push_back(one.message);
    modem_.keep(this, std::move(all));
}

void sent_messages::save_proofs() {
    std::string all;
    for (const auto& one : proofs_) all += one.message.id + ' ' + one.message.pdu + '\n';
    host_.set_state("proofs", all);
    is_stale_ = false;
}

bool sent_messages::has_room(std::size_t count) { return limit_.has_room(static_cast<std::int64_t>(count), now()); }

std::string sent_messages::limit_reached() const {
    return "the limit of " + std::to_string(limit_.max()) + " messages in 24 hours is reached";
}

bool sent_messages::wait_for(std::uint64_t emit) const {
    const auto until = host_.steady() + commit_timeout;
    while (host_.acknowledged() < emit) {
        const auto left = until - host_.steady();
        if (left <= duration{0} || host_.wait(left) == wake::stopped) return false;
    }
    return true;
}

void sent_messages::remove_oldest(const modem_turn& turn) {
    turn->remove(proofs_.front().message);
    proofs_.erase(proofs_.begin());
    keep_proofs();
    is_stale_ = true;
}

/// And saves that: a message that gets the index of a removed one must not be taken for it.
void sent_messages::forget_acknowledged(const modem_turn& turn) {
    const auto safe = host_.acknowledged();
    while (!proofs_.empty() && proofs_.front().number <= safe) remove_oldest(turn);
    if (!is_stale_) return;
    save_proofs();
    forgotten_ = output{host_}.flush("saved"); // state belongs to an emit; there is no record
}

bool sent_messages::is_short_of_room(const modem_turn& turn, std::size_t count) const {
    if (proofs_.empty()) return false;
    if (proofs_.size() + count > max_proofs) return true;
    const auto usage = turn->usage();
    return usage.total > 0 && static_cast<std::size_t>(std::max(usage.total - usage.used, 0)) < count;
}

/// Messages have to go out even while the host can't commit (its disk is full).
void sent_messages::make_room(std::size_t count) {
    {
        const modem_turn turn{modem_, host_};
        turn.open();
        forget_acknowledged(turn);
        if (!is_short_of_room(turn, count)) return;
    }
    wait_for(proofs_.back().number);
    const modem_turn turn{modem_, host_};
    turn.open();
    forget_acknowledged(turn);
    if (!is_short_of_room(turn, count)) return;
    host_.log(
        level::warning, "not_committed",
        "the modem's store is full of sent messages that the host has not committed: if it is killed now, they are "
        "sent once more");
    while (is_short_of_room(turn, count)) remove_oldest(turn);
    forget_acknowledged(turn);
}

std::optional<std::string> sent_messages::send(const std::vector<octets>& messages) {
    fresh_.clear();
    responds_ = false;
    const bool again = host_.steady() - started_ < replay_window || messages == failed_;
    try {
        if (!proofs_.empty() || is_stale_) make_room(messages.size());
        wait_for(forgotten_);
        const modem_turn turn{modem_, host_};
        turn.open();
        failed_ = messages;
        try {
            fresh_ = turn->send(messages, again, modem_.kept());
        } catch (const modem_error& e) {
            responds_ = turn->is_open();
            if (e.is != at_trouble::permanent) throw;
            try {
                fresh_ = turn->give_up(messages, modem_.kept());
            } catch (const modem_error& again_wrong) {
                host_.log(level::warning, "left_in_store", again_wrong.what());
            }
            failed_.clear();
            return e.what();
        }
        failed_.clear();
    } catch (const modem_error& e) {
        rethrow(e);
    }
    return {};
}

void sent_messages::give_up(const std::vector<octets>& messages) {
    try {
        const modem_turn turn{modem_, host_};
        turn.open();
        for (const auto& one : turn->give_up(messages, modem_.kept())) turn->remove(one);
    } catch (const std::runtime_error& e) {
        host_.log(level::warning, "left_in_store", e.what());
    }
}

void sent_messages::note(std::size_t count) {
    limit_.note(static_cast<std::int64_t>(count), now());
    total_ += static_cast<std::int64_t>(count);
    host_.set_state("spent", limit_.saved());
    host_.set_state("total", std::to_string(total_));
    const auto before = proofs_.size();
    for (auto& one : std::exchange(fresh_, {})) proofs_.push_back({0, std::move(one)});
    if (before != proofs_.size()) {
        keep_proofs();
        save_proofs();
    }
    output out{host_};
    out.add(sent_series_, total_);
    const auto number = out.flush();
    for (auto i = before; i < proofs_.size(); ++i) proofs_[i].number = number;
}

void sent_messages::settle() {
    if (proofs_.empty()) return;
    wait_for(proofs_.back().number);
    if (proofs_.front().number > host_.acknowledged()) return;
    try {
        const modem_turn turn{modem_, host_};
        turn.open();
        forget_acknowledged(turn);
    } catch (const std::exception& e) { // the next send fails in the same way, and reports it
        host_.log(level::debug, "left_in_store", e.what());
    }
}

} // namespace releve::sms
