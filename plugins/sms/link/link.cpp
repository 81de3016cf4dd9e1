// SPDX-License-Identifier: Apache-2.0
#include "link/link.hpp"

#include "packet/dictionary.hpp"
#include "packet/texts.hpp"

#include <releve/kit/text/utf8.hpp>

#include <algorithm>
#include <set>

namespace releve::sms {

namespace {

constexpr std::int64_t hour = 3600, day = 24 * hour;
constexpr std::size_t max_early = 64;
/// Packets that are acknowledged together, unless one has waited for too long.
constexpr int read_together = 4;
/// When something is wrong: the usual delay of messages.
constexpr std::int64_t max_soon = hour;
constexpr std::size_t max_packed = 500; // records at once
constexpr std::size_t max_series = 1000;

std::size_t size_of(const series_definition& series) {
    auto size = series.name.size() + series.unit.size();
    for (const auto& label : series.labels) size += label.size();
    return size;
}

/// Max octets of name, unit and labels.
series_definition beginning_of(const series_definition& series, std::size_t size) {
    auto made = series;
    const auto cut = [&](std::string& text) {
        text.resize(std::min(text.size(), size));
        size -= text.size();
    };
    cut(made.name);
    cut(made.unit);
    for (auto& label : made.labels) cut(label);
    std::erase(made.labels, std::string{});
    return made;
}

/// Whether a message has room for a series that follows those of the dictionary.
bool fits(const series_definition& series, std::span<const series_definition> dictionary, std::size_t room) {
    packet_state state;
    const auto like = dictionary.last(std::min(dictionary.size(), definitions_compared));
    state.series.assign(like.begin(), like.end());
    state.tracks.resize(like.size());
    bit_writer body;
    body.bits(0, 4); // of a first definition
    write_definitions(body, state, &series, 1);
    return body.bytes().size() + frame_size <= room;
}

/// How many records precede a setting that changes from a text to a number: in a packet numbers precede texts.
std::size_t in_order(std::span<const packet_record> records, const std::vector<series_definition>& dictionary) {
    std::set<std::uint32_t> texts;
    for (std::size_t i = 0; i < records.size(); ++i) {
        const auto& of = dictionary[records[i].series];
        const auto is_same = [&](auto other) {
            return dictionary[other].name == of.name && dictionary[other].labels == of.labels;
        };
        if (of.text)
            texts.insert(records[i].series);
        else if (std::any_of(texts.begin(), texts.end(), is_same))
            return i;
    }
    return records.size();
}

/// Counts one more message; false: there is no room for it.
bool spend(kit::rate_limit& limit, std::int64_t now_s) {
    const std::chrono::seconds now{now_s};
    if (!limit.has_room(1, now)) return false;
    limit.note(1, now);
    return true;
}

/// How far `one` is ahead of `other`; numbers wrap.
int ahead(std::uint16_t one, std::uint16_t other) {
    return static_cast<std::int16_t>(static_cast<std::uint16_t>(one - other));
}

} // namespace

octets seal_acknowledgement(const acknowledgement& what, std::span<const std::uint8_t> key) {
    const octets body{static_cast<std::uint8_t>(what.known >> 8), static_cast<std::uint8_t>(what.known),
                      static_cast<std::uint8_t>(what.stuck ? 1 : 0)};
    return seal(packet_kind::acknowledgement, what.number, body, {}, key);
}

std::optional<acknowledgement> open_acknowledgement(std::span<const std::uint8_t> message,
                                                    std::span<const std::uint8_t> key) {
    frame f;
    if (open_frame(message, key, f) != frame_fault::none || f.kind != packet_kind::acknowledgement ||
        f.body.size() != 3 || !crc_agrees(message, {}))
        return {};
    return acknowledgement{f.number, static_cast<std::uint16_t>(f.body[0] << 8 | f.body[1]), (f.body[2] & 1) != 0};
}

link_sender::link_sender(std::span<const std::uint8_t> key, std::vector<series_definition> dictionary,
                         link_settings settings)
    : key_{key.begin(), key.end()}
    , dictionary_{std::move(dictionary)}
    , settings_{settings}
    , writer_{key, settings.room}
    , mirror_{key}
    , limit_{settings.max_per_day} {}

std::uint32_t link_sender::number_of(const series_definition& series) {
    const auto known = std::find(dictionary_.begin(), dictionary_.end(), series);
    if (known != dictionary_.end()) return static_cast<std::uint32_t>(known - dictionary_.begin());
    if (const auto* why = bad_definition(series)) throw packet_error{"series " + series.name + ": " + why};
    const auto before = dictionary_.size();
    for (std::size_t written = 0; !fits(series, dictionary_, settings_.room);) {
        auto size = size_of(series) - 1;
        while (size > written && !fits(beginning_of(series, size), dictionary_, settings_.room)) --size;
        if (size == written) throw packet_error{"series " + series.name + ": its definition is too long for messages"};
        dictionary_.push_back(beginning_of(series, size));
        written = size;
    }
    if (dictionary_.size() >= max_series) {
        dictionary_.resize(before);
        throw packet_error{"series " + series.name + ": a link has at most " + std::to_string(max_series) + " series"};
    }
    dictionary_.push_back(series);
    return static_cast<std::uint32_t>(dictionary_.size() - 1);
}

std::string link_sender::refuses(const packet_record& record) const {
    if (!kit::is_utf8(record.text)) return "a text over a link has to be UTF-8, and this one is not";
    if (!kit::is_storable(record.text)) return "a text over a link has no NUL, and this one has";
    const auto max = longest_text(settings_.room);
    if (record.text.size() <= max) return {};
    return "a text over a link has at most " + std::to_string(max) + " octets, and this one has " +
           std::to_string(record.text.size());
}

void link_sender::add(std::span<const packet_record> records, std::int64_t now) {
    if (waiting_.empty()) waiting_since_ = now;
    waiting_.insert(waiting_.end(), records.begin(), records.end());
}

std::size_t link_sender::open() const {
    std::size_t count = 0;
    for (const auto& one : groups_)
        for (const auto& message : one.messages) count += message.acknowledged ? 0 : 1;
    return count;
}

bool link_sender::at_rest() const { return waiting_.empty() && open() == 0; }

void link_sender::pack(std::vector<packet_message> messages, std::vector<packet_record> records, std::int64_t now) {
    group made;
    for (auto& one : messages) {
        mirror_.read(one.bytes);
        made.messages.push_back({std::move(one), crc16(mirror_.state().bytes()), false, 0, now});
    }
    made.records = std::move(records);
    groups_.push_back(std::move(made));
    const auto is_closed = [](const group& one) {
        return std::all_of(one.messages.begin(), one.messages.end(), [](const sent& m) { return m.acknowledged; });
    };
    const auto weight = [](const group& one) {
        auto sum = one.records.size();
        for (const auto& record : one.records) sum += record.text.size() / sizeof record;
        return sum;
    };
    std::size_t all = 0;
    for (const auto& one : groups_) all += weight(one);
    while ((groups_.size() > settings_.max_kept || all > settings_.max_kept_records) && is_closed(groups_.front())) {
        all -= weight(groups_.front());
        groups_.pop_front();
    }
}

bool link_sender::forget_kept() {
    const auto is_closed = [](const group& one) {
        return std::all_of(one.messages.begin(), one.messages.end(), [](const sent& m) { return m.acknowledged; });
    };
    const auto open = std::find_if_not(groups_.begin(), groups_.end(), is_closed);
    const auto closed = open - groups_.begin();
    groups_.erase(groups_.begin(), groups_.begin() + (closed + 1) / 2);
    return closed > 0;
}

bool link_sender::prepare(std::int64_t now) {
    const bool gathered = waiting_.size() >= max_packed || now >= waiting_since_ + settings_.gather_s;
    if (!waiting_.empty() && !gathered) return false;
    bool made = false;
    const auto known = writer_.state().series.size();
    if (known < dictionary_.size() && (!waiting_.empty() || !defined_)) {
        auto messages = writer_.define(std::span{dictionary_}.subspan(known));
        if (!defined_) first_ = messages.front().number;
        pack(std::move(messages), {}, now);
        defined_ = made = true;
    }
    if (!waiting_.empty() && open() < settings_.max_open) {
        const auto candidates = std::span{waiting_}.first(std::min(waiting_.size(), max_packed));
        const auto count = static_cast<std::ptrdiff_t>(in_order(candidates, dictionary_));
        std::vector<packet_record> some{waiting_.begin(), waiting_.begin() + count};
        waiting_.erase(waiting_.begin(), waiting_.begin() + count);
        auto messages = writer_.report(some);
        pack(std::move(messages), std::move(some), now);
        made = true;
    }
    return made;
}

void link_sender::failed(std::span<const std::uint8_t> message, std::int64_t due_again) {
    for (auto& one : groups_)
        for (auto& m : one.messages)
            if (!m.acknowledged &&
                std::equal(message.begin(), message.end(), m.message.bytes.begin(), m.message.bytes.end()))
                m.due = due_again, m.tries = std::max(m.tries - 1, 0);
}

std::vector<octets> link_sender::due(std::int64_t now) {
    std::vector<octets> made;
    for (auto& one : groups_)
        for (auto& message : one.messages) {
            if (message.acknowledged || message.due > now) continue;
            if (!spend(limit_, now)) return made;
            made.push_back(message.message.bytes);
            message.due = now + std::min(settings_.resend_after_s << std::min(message.tries, 8), 4 * day);
            ++message.tries;
        }
    return made;
}

link_sender::sent* link_sender::find(std::uint16_t number) {
    for (auto& one : groups_)
        for (auto& message : one.messages)
            if (message.message.number == number) return &message;
    return nullptr;
}

/// Sends all that the other end, which has read up to `read`, may not have as new packets after `after`, with the whole
/// dictionary.
void link_sender::restart(std::uint16_t read, std::uint16_t after) {
    std::vector<packet_record> again;
    std::erase_if(groups_, [&](group& one) {
        const bool has =
            !one.messages.empty() && ahead(one.messages.back().message.number, read) <= 0 &&
            std::all_of(one.messages.begin(), one.messages.end(), [](const sent& m) { return m.acknowledged; });
        if (!has) again.insert(again.end(), one.records.begin(), one.records.end());
        return !has;
    });
    waiting_since_ = 0;
    waiting_.insert(waiting_.begin(), again.begin(), again.end());
    writer_.restart(after);
    defined_ = false;
    behind_ = 0;
}

void link_sender::take(std::span<const std::uint8_t> message, std::int64_t now) {
    const auto said = open_acknowledgement(message, key_);
    if (!said || !defined_) return;
    const auto last = writer_.state().number;
    if (ahead(said->number, last) > 0) return restart(said->number, said->number); // this end was restored
    // What is too far ahead of it would be taken for a packet of before.
    const auto after = ahead(last, said->number) > max_packets_ahead / 2 ? said->number : last;
    const bool earlier_dictionary = ahead(said->number, static_cast<std::uint16_t>(first_ - 1)) < 0;
    const auto* const at = find(said->number);
    bool lost_ground = false; // it covers less than an earlier one, or packets that were replaced since
    for (const auto& one : groups_)
        for (const auto& m : one.messages) lost_ground |= m.acknowledged && ahead(m.message.number, said->number) > 0;
    if (earlier_dictionary || lost_ground || (said->stuck && at == nullptr)) {
        // A single one may be late; an end that was restored sends more.
        if (!said->stuck || ++behind_ < 2) return;
        const bool can_go_on = find(static_cast<std::uint16_t>(said->number + 1)) != nullptr;
        if (earlier_dictionary || !can_go_on ||
            (at == nullptr && said->number != static_cast<std::uint16_t>(first_ - 1)))
            return restart(said->number, after);
    }
    if (at != nullptr && at->known != said->known)
        return restart(said->number, after); // it read other packets with these numbers
    behind_ = 0;
    for (auto& one : groups_)
        for (auto& m : one.messages) {
            const bool has = ahead(m.message.number, said->number) <= 0;
            if (!has && m.acknowledged) m.due = now, m.tries = 0;
            m.acknowledged = has;
        }
}

link_receiver::link_receiver(std::span<const std::uint8_t> key, int max_per_day, std::int64_t acknowledge_after_s)
    : key_{key.begin(), key.end()}
    , reader_{key}
    , limit_{max_per_day}
    , acknowledge_after_{acknowledge_after_s}
    , soon_{std::min(max_soon, acknowledge_after_s)} {}

void link_receiver::owe(std::int64_t at) { owed_at_ = owed_at_ ? std::min(*owed_at_, at) : at; }

std::vector<packet_record> link_receiver::take(std::span<const std::uint8_t> message, std::int64_t now) {
    std::vector<packet_record> all;
    auto content = reader_.read(message);
    switch (content.verdict) {
    case packet_verdict::accepted:
        break;
    case packet_verdict::early:
        if (early_.size() < max_early) early_.emplace(content.number, octets{message.begin(), message.end()});
        owe(now + soon_);
        return {};
    case packet_verdict::repeated:
        owe(now + soon_);
        return {};
    case packet_verdict::other_state:
        other_state_ = true;
        owe(now + soon_);
        return {};
    default:
        return {};
    }
    while (content.verdict == packet_verdict::accepted) {
        all.insert(all.end(), content.records.begin(), content.records.end());
        other_state_ = false;
        ++read_;
        std::erase_if(early_, [&](const auto& one) { return ahead(one.first, content.number) <= 0; });
        const auto next = early_.find(static_cast<std::uint16_t>(content.number + 1));
        if (next == early_.end()) break;
        content = reader_.read(next->second);
        if (content.verdict == packet_verdict::other_state) {
            early_.clear();
            other_state_ = true;
        }
    }
    owe(now + (read_ >= read_together || !early_.empty() || other_state_ ? soon_ : acknowledge_after_));
    return all;
}

std::optional<octets> link_receiver::due(std::int64_t now) {
    if (!owed_at_ || *owed_at_ > now || !spend(limit_, now)) return {};
    const bool stuck = other_state_ || !early_.empty();
    owed_at_.reset();
    read_ = 0;
    if (stuck) owed_at_ = now + 6 * hour;
    return seal_acknowledgement({reader_.state().number, crc16(reader_.state().bytes()), stuck}, key_);
}

} // namespace releve::sms
