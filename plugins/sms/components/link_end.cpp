// SPDX-License-Identifier: Apache-2.0
#include "components/link_end.hpp"

#include "link/deflated.hpp"
#include "packet/steps.hpp"
#include "pdu/base16.hpp"
#include "pdu/pdu.hpp"
#include "pdu/unicode.hpp"

#include <releve/kit/text/number.hpp>
#include <releve/kit/text/utf8.hpp>

#include <sodium.h>

#include <algorithm>
#include <cmath>
#include <cstdlib>

namespace releve::sms {

using namespace releve::literals;

namespace {

constexpr std::size_t max_waiting = 5000; // records
constexpr std::size_t chunk = 60'000;     // octets of a value of state
constexpr std::int64_t retry_after_s = 300;
constexpr std::int64_t latest_s = 9'000'000'000; // the contract's times are nanoseconds in 64 bits

octets key_of(std::string_view hex, const std::string& path) {
    auto made = from_base16(hex);
    if (!made || made->size() != packet_key_size)
        throw bad_option(path + ".key", "a key has 64 hexadecimal digits, as `openssl rand -hex 32` makes them");
    return *made;
}

/// The key of one direction: HMAC-SHA-256 of the name of the end that sends.
octets direction_key(const octets& key, std::string_view who) {
    octets made(crypto_auth_hmacsha256_BYTES);
    crypto_auth_hmacsha256_state state;
    crypto_auth_hmacsha256_init(&state, key.data(), key.size());
    crypto_auth_hmacsha256_update(&state, reinterpret_cast<const unsigned char*>(who.data()), who.size());
    crypto_auth_hmacsha256_final(&state, made.data());
    return made;
}

link_settings link_settings_of(const option_values& options) {
    link_settings made;
    made.max_per_day = static_cast<int>(options.integer("max_per_day"));
    made.resend_after_s = std::chrono::duration_cast<std::chrono::seconds>(options.duration("resend_after")).count();
    made.gather_s = std::chrono::duration_cast<std::chrono::seconds>(options.duration("gather")).count();
    made.room = options.choice("form") == "base16" ? sms_octets_base16 : sms_octets;
    return made;
}

series_description description_of(const series_definition& of) {
    series_description made{.is = of.text      ? kind::text
                                  : of.counter ? kind::counter
                                               : kind::gauge,
                            .name = of.name,
                            .unit = of.unit,
                            .help = "As received over the link"};
    if (!of.text) made.resolution = std::pow(10.0, -of.decimals);
    for (const auto& one : of.labels) {
        const auto at = one.find('=');
        if (one == setting_label || one == event_label)
            made.is = one == setting_label ? kind::setting : kind::event;
        else if (at != one.npos)
            made.labels.push_back({one.substr(0, at), one.substr(at + 1)});
    }
    return made;
}

} // namespace

void link_end::describe(option_list& o) {
    o.text("number", "The other end's number, as the network writes it").required().example("\"+33612345678\"");
    o.secret("key", "Secret that both ends share, 64 hexadecimal digits: openssl rand -hex 32").required();
    o.choice("end", {"a", "b"}, "Which end this is: one is a, the other is b").required();
    o.choice("form", {"octets", "base16"},
             "How packets are written; base16 is text, for modems and gateways that carry nothing else")
        .fallback("octets");
    o.duration("gather", "How long to gather records that go together").fallback(1min).at_least(1s).at_most(24h);
    o.integer("max_per_day", "Messages in 24 hours").fallback(20).at_least(2).at_most(100'000);
    o.duration("resend_after",
               "Until a packet without an acknowledgement is sent again; then twice as long, up to 4 days")
        .fallback(30h)
        .at_least(1s)
        .at_most(96h);
    o.duration("acknowledge_after", "How long to gather acknowledgements")
        .fallback(20h)
        .at_least(1s)
        .at_most(96h)
        .advanced();
}

link_end::link_end(context& host, gsm_modem& modem, const option_values& options, const std::string& path,
                   std::size_t room, metric lost)
    : host_{host}
    , number_{options.text("number")}
    , base16_{options.choice("form") == "base16"}
    , key_out_{direction_key(key_of(options.secret("key"), path), options.choice("end") == "a" ? "a" : "b")}
    , key_in_{direction_key(key_of(options.secret("key"), path), options.choice("end") == "a" ? "b" : "a")}
    , sender_{key_out_, {}, link_settings_of(options)}
    , receiver_{key_in_, static_cast<int>(options.integer("max_per_day")),
                std::chrono::duration_cast<std::chrono::seconds>(options.duration("acknowledge_after")).count()}
    , tray_{modem.tray(number_)}
    , room_{room}
    , open_{host.gauge("link_open", "1", "Packets that the other end has not acknowledged", {{"link", number_}})}
    , messages_{host.counter("link_messages", "1", "Messages that the link has sent", {{"link", number_}})}
    , lost_{lost} {
    if (!is_number(number_)) throw bad_option(path + ".number", "write a number as \"+33612345678\", digits alone");
    ++tray_->links;
}

link_end::~link_end() { --tray_->links; }

std::int64_t link_end::seconds() const { return to_ns(host_.now()) / 1'000'000'000; }

bool link_end::has_room() const noexcept { return sender_.waiting() < max_waiting && !is_full_; }

int link_end::tray_fd() const noexcept { return has_room() ? tray_->fd() : -1; }

void link_end::load() {
    const auto read = [&](const std::string& what) {
        std::string all;
        for (std::size_t i = 0;; ++i) {
            const auto one = host_.state("link " + number_ + " " + what + " " + std::to_string(i));
            if (!one || one->empty()) return all;
            all += *one;
            if (what == "sender") chunks_ = i + 1;
        }
    };
    try {
        if (const auto saved = read("sender"); !saved.empty()) sender_.restore(inflated(saved));
        if (const auto saved = read("receiver"); !saved.empty()) receiver_.restore(inflated(saved));
    } catch (const std::exception& e) {
        host_.log(level::error, "link_state",
                  "the saved state of the link to " + number_ + " can't be read, the link restarts: " + e.what());
    }
    sent_ = kit::integer_in<std::int64_t>(host_.state("link " + number_ + " sent").value_or("0")).value_or(0);
}

void link_end::save(output& out) {
    const auto write = [&](const std::string& what, const std::string& all) {
        std::size_t i = 0;
        for (std::size_t at = 0; at < all.size(); at += chunk)
            host_.set_state("link " + number_ + " " + what + " " + std::to_string(i++), all.substr(at, chunk));
        return i;
    };
    const auto receiver = deflated(receiver_.saved());
    const auto room = room_ - std::min(room_ / 2, receiver.size());
    auto sender = deflated(sender_.saved());
    while (sender.size() > room && sender_.forget_kept()) sender = deflated(sender_.saved());
    is_full_ = sender.size() > room / 2;
    const auto count = write("sender", sender);
    for (auto i = count; i < chunks_; ++i) host_.erase_state("link " + number_ + " sender " + std::to_string(i));
    chunks_ = count;
    const auto of_receiver = write("receiver", receiver);
    host_.erase_state("link " + number_ + " receiver " + std::to_string(of_receiver));
    host_.set_state("link " + number_ + " sent", std::to_string(sent_));
    out.add(open_, static_cast<double>(sender_.open()));
    out.add(messages_, static_cast<double>(sent_));
    saved_in_ = out.flush();
    for (auto& one : unsaved_) owed_.emplace_back(saved_in_, std::move(one));
    unsaved_.clear();
}

/// A series that the host refuses must not hold back the others: its records are lost, and that is logged.
series link_end::declared(const series_definition& of) const {
    try {
        return host_.declare(description_of(of));
    } catch (const permanent_error& e) {
        host_.log(level::error, "refused_series", "records of the link to " + number_ + " are lost: " + e.what());
        return {};
    }
}

void link_end::emit(const std::vector<packet_record>& records, output& out) {
    const auto& known = receiver_.dictionary();
    for (const auto& one : records) {
        if (one.series >= known.size()) continue;
        const auto& of = known[one.series];
        if (declared_.size() <= one.series) declared_.resize(one.series + 1), declared_as_.resize(one.series + 1);
        auto& as = declared_[one.series];
        if (declared_as_[one.series] != of) {
            as = declared(of);
            declared_as_[one.series] = of;
        }
        if (!as || std::abs(one.time) > latest_s) {
            lost_.add(1);
            continue;
        }
        const auto grade = static_cast<quality>(one.quality);
        if (of.text && (grade != quality::absent || !one.text.empty())) {
            const bool is_whole = kit::is_storable(one.text); // an earlier version sent any
            out.add(as, is_whole ? one.text : without_controls(one.text), to_time(one.time * 1'000'000'000),
                    is_whole ? grade : quality::suspect);
            continue;
        }
        const auto value = grade == quality::absent ? std::nan("") : value_of(one.steps, of.decimals);
        out.add(as, value, to_time(one.time * 1'000'000'000), grade);
    }
}

std::uint64_t link_end::take(std::span<const std::uint8_t> message, output& out) {
    frame f;
    if (open_acknowledgement(message, key_out_)) {
        sender_.take(message, seconds());
    } else if (open_frame(message, key_in_, f) == frame_fault::none) {
        emit(receiver_.take(message, seconds()), out);
    } else {
        return 0;
    }
    save(out);
    return saved_in_;
}

void link_end::prepare(output& out) {
    while (!owed_.empty() && owed_.front().first <= host_.acknowledged()) {
        owed_.front().second->keep();
        owed_.erase(owed_.begin());
    }
    const auto now = seconds();
    bool changed = false;
    while (has_room()) {
        auto item = tray_->take();
        if (!item) break;
        std::vector<packet_record> records;
        for (std::size_t i = 0; i < item->records.size(); ++i) {
            auto& one = item->records[i];
            try {
                if (const auto why = sender_.refuses(one.value); !why.empty()) throw packet_error{why};
                one.value.series = sender_.number_of(one.series);
                records.push_back(std::move(one.value));
            } catch (const packet_error& e) {
                item->receipt->refuse(i, e.what());
            }
        }
        sender_.add(records, now);
        unsaved_.push_back(std::move(item->receipt));
        changed = true;
    }
    changed |= sender_.prepare(now);
    if (changed) save(out);
}

octets link_end::submit(const octets& message) const {
    sms_submit made;
    made.recipient = address_of(number_);
    if (base16_) {
        made.data.text = to_base16(message);
    } else {
        made.data.coding = 4;
        made.data.bytes = message;
    }
    return write_pdu({{}, made});
}

void link_end::send(const modem_turn& turn, output& out) {
    if (host_.acknowledged() < saved_in_) return;
    const auto now = seconds();
    auto messages = sender_.due(now);
    const auto packets = messages.size();
    if (auto acknowledgement = receiver_.due(now)) messages.push_back(std::move(*acknowledgement));
    for (std::size_t i = 0; i < messages.size(); ++i) {
        try {
            for (const auto& one : turn->send({submit(messages[i])}, true, {}))
                turn->remove(one); // the link recognizes duplicates
            ++sent_;
        } catch (const modem_error& e) {
            for (auto k = i; k < packets; ++k) sender_.failed(messages[k], now + retry_after_s);
            if (packets < messages.size()) receiver_.failed(now + retry_after_s);
            save(out);
            host_.lost("link " + number_, e.what());
            if (e.is == at_trouble::permanent || turn->is_open()) return; // messages are received all the same
            throw;
        }
    }
    if (messages.empty()) return;
    host_.back("link " + number_);
    save(out);
}

} // namespace releve::sms
