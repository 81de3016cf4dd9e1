// SPDX-License-Identifier: Apache-2.0
#include "components/sent_messages.hpp"

#include "pdu/pdu.hpp"

#include <releve/output.hpp>

#include <algorithm>
#include <cstdlib>
#include <sstream>
#include <utility>

namespace releve::sms {

using namespace releve::literals;

namespace {

/// How long a commit is waited for; it comes after `commit` of [site], 1 s.
constexpr auto commit_limit = 2s;
/// After a start: so long, a message that is in the store as sent may be one of before a kill, whose records come
/// again.
constexpr auto come_again = 10min;
/// What is saved of them has to fit in a value of state.
constexpr std::size_t most_proofs = 100;

} // namespace

bool is_number(std::string_view text) {
    if (text.starts_with('+')) text.remove_prefix(1);
    return text.size() >= 3 && text.size() <= 15 && text.find_first_not_of("0123456789") == text.npos;
}

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

sent_messages::sent_messages(context& host, gsm_modem& by, std::int64_t most)
    : host_{host}
    , modem_{by}
    , limit_{most}
    , sent_{host.counter("messages_sent", "1", "Messages that the network took")} {}

void sent_messages::load() {
    limit_.restore(host_.state("spent").value_or(""));
    total_ = std::strtoll(host_.state("total").value_or("0").c_str(), nullptr, 10);
    started_ = host_.steady();
    proofs_.clear();
    std::istringstream saved{host_.state("proofs").value_or("")};
    for (std::string line; std::getline(saved, line);) { // they are done with: that is committed
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
    for (const auto& one : proofs_) all += one.message.place + ' ' + one.message.pdu + '\n';
    host_.set_state("proofs", all);
    is_stale_ = false;
}

std::int64_t sent_messages::seconds() const { return to_ns(host_.now()) / 1'000'000'000; }

bool sent_messages::has_room(std::size_t coming) {
    return limit_.has_room(static_cast<std::int64_t>(coming), seconds());
}

std::string sent_messages::limit_reached() const {
    return "the limit of " + std::to_string(limit_.most()) + " messages in 24 hours is reached";
}

bool sent_messages::wait_for(std::uint64_t emit) const {
    const auto until = host_.steady() + commit_limit;
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

/// And says so: a message that comes to a place is not to be taken for the one that was there.
void sent_messages::forget_acknowledged(const modem_turn& turn) {
    const auto safe = host_.acknowledged();
    while (!proofs_.empty() && proofs_.front().number <= safe) remove_oldest(turn);
    if (!is_stale_) return;
    save_proofs();
    forgotten_ = output{host_}.flush("saved"); // state belongs to an emit, and there is no record to make
}

bool sent_messages::is_tight(const modem_turn& turn, std::size_t coming) const {
    if (proofs_.empty()) return false;
    if (proofs_.size() + coming > most_proofs) return true;
    const auto room = turn->room();
    return room.total > 0 && static_cast<std::size_t>(std::max(room.total - room.used, 0)) < coming;
}

/// A host that can't commit for long (its disk is full) has messages to send none the less.
void sent_messages::make_room(std::size_t coming) {
    {
        const modem_turn turn{modem_, host_};
        turn.open();
        forget_acknowledged(turn);
        if (!is_tight(turn, coming)) return;
    }
    wait_for(proofs_.back().number);
    const modem_turn turn{modem_, host_};
    turn.open();
    forget_acknowledged(turn);
    if (!is_tight(turn, coming)) return;
    host_.log(level::warning, "not_committed",
              "the modem's store has no room for what was sent and is not committed by the host: if it is killed now, "
              "that is sent once more");
    while (is_tight(turn, coming)) remove_oldest(turn);
    forget_acknowledged(turn);
}

std::optional<std::string> sent_messages::send(const std::vector<octets>& messages) {
    fresh_.clear();
    const bool again = host_.steady() - started_ < come_again || messages == failed_;
    try {
        if (!proofs_.empty() || is_stale_) make_room(messages.size());
        wait_for(forgotten_);
        const modem_turn turn{modem_, host_};
        turn.open();
        failed_ = messages;
        try {
            fresh_ = turn->send(messages, again, modem_.kept());
        } catch (const modem_error& e) {
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

void sent_messages::note(std::size_t count) {
    limit_.note(static_cast<std::int64_t>(count), seconds());
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
    out.add(sent_, total_);
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
    } catch (const std::exception& e) { // the next one to be sent has the same trouble, and says so
        host_.log(level::debug, "left_in_store", e.what());
    }
}

} // namespace releve::sms
