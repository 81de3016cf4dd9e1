// SPDX-License-Identifier: Apache-2.0
#include "components/gsm_sms.hpp"

#include "pdu/base16.hpp"

#include <releve/failure.hpp>
#include <releve/kit/text/hash.hpp>

#include <algorithm>
#include <utility>

namespace releve::sms {

using namespace releve::literals;

namespace {

/// Parts that wait for others, at most, and how much of a store stays free of them: one part has to arrive for the next
/// one to come.
constexpr std::size_t max_waiting_parts = 200;
constexpr int least_free = 2, free_share = 5;
constexpr std::size_t max_direct = 100;
constexpr std::size_t max_state = 950'000; // octets of the links together; a node has 1 MiB
constexpr std::size_t max_names = 1000;    // senders and recipients with a series of their own
constexpr std::string_view direct_id = "direct ";

/// The part of a second of a message's time, made from its octets: two messages of one second differ, and a message
/// that is read twice has one time.
std::int64_t ns_of(std::string_view pdu) { return static_cast<std::int64_t>(kit::fnv1a(pdu) % 1'000'000'000); }

time_point time_of(const pdu_time& at, std::string_view pdu) {
    return to_time(at.seconds * 1'000'000'000 + ns_of(pdu));
}

} // namespace

void gsm_sms::describe(option_list& o) {
    o.connection("connection", "gsm_modem", "The modem").required();
    o.texts("senders", "Accepted senders: numbers as the network writes them, or \"*\" for any")
        .required()
        .at_least(1)
        .example("[\"+33612345678\"]");
    o.duration("parts_timeout", "How long to wait for the rest of a message in several parts")
        .fallback(1h)
        .at_least(10s);
    o.duration("sweep", "How often the modem's store is read, besides when the modem says that a message came")
        .fallback(1min)
        .at_least(1s)
        .at_most(1h);
    o.tables("links", "Links to other sites: sms_link sends over them, and what arrives are records",
             link_end::describe);
}

gsm_sms::gsm_sms(context& host)
    : host_{host}
    , modem_{host.connection<gsm_modem>("connection")}
    , senders_{host.options().texts("senders")}
    , parts_timeout_{host.options().duration("parts_timeout")}
    , interval_{host.options().duration("sweep")}
    , used_{host.gauge("messages_stored", "1", "Messages in the modem's store")}
    , room_{host.gauge("message_places", "1", "Messages that the modem's store has room for")}
    , refused_{host.counter_metric("refused_messages_total", "Messages of senders that are not allowed")}
    , incomplete_{host.counter_metric("incomplete_messages_total", "Messages of which parts did not arrive")} {
    const auto links = host.options().tables("links");
    const auto lost = host.counter_metric("lost_link_records_total",
                                          "Records that came over a link, and whose series is refused here");
    const auto room = max_state / std::max<std::size_t>(links.size(), 1);
    for (std::size_t i = 0; i < links.size(); ++i)
        links_.push_back(
            std::make_unique<link_end>(host, modem_, links[i], "links[" + std::to_string(i) + "]", room, lost));
}

void gsm_sms::start() {
    for (auto& one : links_) one->load();
    const modem_turn turn{modem_, host_};
    turn.open(); // without a modem the start fails, and the host tries again at growing intervals
}

/// A packet or an acknowledgement made with the link's key; anything else from that number is an ordinary message.
bool gsm_sms::is_of_link(const stored_message& one, const sms_deliver& message, output& out) {
    for (auto& link : links_) {
        if (link->number() != message.sender.text) continue;
        const auto bytes =
            message.data.bytes.empty() ? from_base16(message.data.text) : std::optional{message.data.bytes};
        if (!bytes || bytes->empty()) continue;
        const auto number = link->take(*bytes, out);
        if (number == 0) continue;
        waiting_.push_back({number, {one}});
        return true;
    }
    return false;
}

bool gsm_sms::allows(const std::string& sender) const {
    return std::any_of(senders_.begin(), senders_.end(), [&](const auto& one) { return one == "*" || one == sender; });
}

/// A network can invent senders: beyond a limit they share one series.
series gsm_sms::series_of(const char* name, const char* help, bool event, const std::string& key,
                          const std::string& value) {
    const auto known = series_.find(name + ("\n" + value));
    if (known != series_.end()) return known->second;
    const auto declare = [&](const std::string& as) {
        return host_.declare(
            {.is = event ? kind::event : kind::text, .name = name, .help = help, .labels = {{key, as}}});
    };
    const auto made = [&] {
        try {
            return declare(series_.size() < max_names ? value : "other");
        } catch (const permanent_error&) {
            return declare("other");
        }
    }();
    series_.emplace(name + ("\n" + value), made);
    return made;
}

void gsm_sms::remember(std::vector<stored_message> of, output& out) {
    waiting_.push_back({out.flush(), std::move(of)});
}

void gsm_sms::emit(const sms_deliver& first, const read_text& text, const octets& bytes, std::vector<stored_message> of,
                   quality is, output& out) {
    const auto at = first.time ? time_of(*first.time, of.front().pdu) : host_.now();
    const auto& sender = first.sender.text;
    const bool is_octets = alphabet_of(first.data.coding) == pdu_alphabet::data8;
    if (!first.time || (!is_octets && !text.is_whole)) is = quality::suspect;
    if (!is_octets && !text.is_whole)
        host_.log(level::warning, "odd_text",
                  "a message from " + sender +
                      " has what is no text, or is of a national table: it is marked as suspect");
    if (is_octets)
        out.add(series_of("message_octets", "A message's octets, in base16", false, "sender", sender), to_base16(bytes),
                at, is);
    else
        out.add(series_of("message", "A message's text", false, "sender", sender), text.text, at, is);
    remember(std::move(of), out);
}

/// As the modem gave it: nothing that arrived is lost without a record.
void gsm_sms::unreadable(const std::string& pdu, const std::string& why, output& out) {
    host_.log(level::warning, "unreadable_message", "a message can't be read: " + why);
    out.add(series_of("message_unreadable", "A message that can't be read, as the modem gave it", false, "port",
                      modem_.port()),
            pdu, to_time(to_ns(host_.now())), quality::suspect);
}

void gsm_sms::read(const stored_message& one, output& out, found_parts& into) {
    const auto bytes = from_base16(one.pdu);
    try {
        if (!bytes) throw pdu_error{"it is not in base16"};
        const auto message = read_pdu(*bytes);
        if (std::holds_alternative<sms_status_report>(message.message)) {
            report(one.pdu, out);
            return remember({one}, out);
        }
        const auto* deliver = std::get_if<sms_deliver>(&message.message);
        if (deliver == nullptr) return; // one to be sent
        if (is_of_link(one, *deliver, out)) return;
        if (!allows(deliver->sender.text)) {
            refused_.add(1);
            host_.log(level::warning, "refused_sender",
                      "a message from " + deliver->sender.text + " was refused: it is not in 'senders'");
            return remember({one}, out);
        }
        const auto place = concatenation_of(deliver->data);
        if (place && place->total > 1) {
            into.parts.push_back({into.stored.size(), message.service_centre, *deliver, *place});
            return into.stored.push_back(one);
        }
        const auto* data = &deliver->data;
        const bool is_torn = !place && std::any_of(data->headers.begin(), data->headers.end(),
                                                   [](const auto& of) { return of.id == 0x00 || of.id == 0x08; });
        emit(*deliver, text_of({&data, 1}), data->bytes, {one}, is_torn ? quality::suspect : quality::good, out);
    } catch (const pdu_error& e) {
        unreadable(one.pdu, e.what(), out);
        remember({one}, out);
    }
}

void gsm_sms::emit(const part_set& set, const std::vector<stored_message>& stored, output& out) {
    const auto& first = set.parts.front().message;
    if (!set.is_complete()) {
        incomplete_.add(1);
        host_.log(level::warning, "missing_parts",
                  "a message from " + first.sender.text + " is incomplete: " + std::to_string(set.missing()) + " of " +
                      std::to_string(set.parts.front().place.total) + " parts did not arrive");
    } else if (set.is_mixed) {
        host_.log(level::warning, "mixed_parts",
                  "parts of two messages from " + first.sender.text +
                      " with the same reference came at once: they may be mixed, and are marked as suspect");
    }
    std::vector<stored_message> of;
    for (const auto& one : set.parts) of.push_back(stored[one.which]);
    for (const auto which : set.again) of.push_back(stored[which]);
    emit(first, set.text(), set.bytes(), std::move(of),
         set.is_complete() && !set.is_mixed ? quality::good : quality::suspect, out);
}

/// What is complete becomes a record, and what has waited for too long. Parts must not keep other messages from
/// arriving: where they fill the store, the oldest go out as they are.
void gsm_sms::join(const found_parts& all, const store_usage& usage, output& out) {
    std::map<std::string, duration> seen;
    const auto since = [&](const part_set& set) {
        auto first = host_.steady();
        for (const auto& one : set.parts) first = std::min(first, seen.at(all.stored[one.which].pdu));
        return first;
    };
    for (const auto& one : all.stored) {
        const auto known = first_seen_.find(one.pdu);
        seen.emplace(one.pdu, known == first_seen_.end() ? host_.steady() : known->second);
    }
    std::vector<part_set> waiting;
    std::size_t waiting_parts = 0;
    for (auto& set : sets_of(all.parts)) {
        if (set.is_complete() || host_.steady() - since(set) >= parts_timeout_) {
            emit(set, all.stored, out);
        } else {
            waiting_parts += set.parts.size() + set.again.size();
            waiting.push_back(std::move(set));
        }
    }
    std::stable_sort(waiting.begin(), waiting.end(), [&](const auto& a, const auto& b) { return since(a) < since(b); });
    first_seen_ = std::move(seen);
    auto room = usage.total - usage.used; // when all that is on its way is acknowledged
    for (const auto& one : waiting_) room += static_cast<int>(one.messages.size());
    const auto reserve = std::max(least_free, usage.total / free_share);
    for (auto set = waiting.begin(); set != waiting.end(); ++set) {
        const bool store_fills = usage.total > 0 && room < std::min(reserve, usage.total);
        if (!store_fills && waiting_parts <= max_waiting_parts) return;
        host_.log(level::warning, "parts_fill_store",
                  "parts that wait for others take too much room: the oldest are taken as they are");
        emit(*set, all.stored, out);
        room += static_cast<int>(set->parts.size() + set->again.size());
        waiting_parts -= set->parts.size() + set->again.size();
    }
}

void gsm_sms::report(const std::string& pdu, output& out) {
    try {
        const auto bytes = from_base16(pdu);
        if (!bytes) throw pdu_error{"it is not in base16"};
        const auto message = read_pdu(*bytes);
        const auto* of = std::get_if<sms_status_report>(&message.message);
        if (of == nullptr) throw pdu_error{"it came as a delivery report, and is none"};
        const auto* state = of->status < 0x20   ? "delivered"
                            : of->status < 0x40 ? "trying"
                            : of->status < 0x80 ? "failed"
                                                : "unknown"; // reserved, 3GPP TS 23.040, 9.2.3.15
        const auto at = of->ended ? of->ended : of->time;
        out.add(series_of("delivery", "What became of a sent message", true, "recipient", of->recipient.text),
                std::string{state} + " reference " + std::to_string(of->reference) + " status " +
                    std::to_string(of->status),
                at ? time_of(*at, pdu) : host_.now());
    } catch (const pdu_error& e) {
        unreadable(pdu, e.what(), out);
    }
}

void gsm_sms::take_reports(const modem_turn& turn, output& out) {
    for (const auto& pdu : turn->take_reports()) report(pdu, out);
}

/// From the store. A message that stays there is told once, and that is said once.
void gsm_sms::remove(const modem_turn& turn, const stored_message& one) {
    if (one.id.starts_with(direct_id)) {
        std::erase_if(direct_, [&](const auto& other) { return other.id == one.id; });
        return;
    }
    auto& known = told_[one.id];
    if (known.pdu != one.pdu) known = {one.pdu};
    try {
        turn->remove(one);
    } catch (const modem_error& e) {
        if (!turn->is_open()) throw;
        if (!std::exchange(known.is_said, true))
            host_.log(level::warning, "left_in_store", "message " + one.id + " can't be removed: " + e.what());
    }
}

bool gsm_sms::is_told(const stored_message& one) const {
    const auto known = told_.find(one.id);
    return known != told_.end() && known->second.pdu == one.pdu;
}

void gsm_sms::forget_acknowledged(const modem_turn& turn) {
    const auto safe = host_.acknowledged();
    while (!waiting_.empty() && waiting_.front().number <= safe) {
        for (const auto& one : waiting_.front().messages) remove(turn, one);
        waiting_.erase(waiting_.begin());
    }
}

/// In the store, and those that came without being stored.
std::vector<stored_message> gsm_sms::all_of(const modem_turn& turn) {
    auto all = turn->list();
    std::erase_if(told_, [&](const auto& known) {
        return std::none_of(all.begin(), all.end(),
                            [&](const auto& one) { return one.id == known.first && one.pdu == known.second.pdu; });
    });
    for (const auto& one : all) {
        if (!is_told(one)) continue;
        if (!std::exchange(told_[one.id].is_said, true))
            host_.log(level::warning, "left_in_store",
                      "message " + one.id + " is still in the store, although it was removed; it is not told again");
        remove(turn, one);
    }
    for (auto& pdu : turn->take_direct()) {
        if (direct_.size() == max_direct) {
            host_.log(level::warning, "lost_message",
                      "a message that the modem does not store is lost: a hundred wait for their commit");
            continue;
        }
        direct_.push_back(
            {std::string{direct_id} + std::to_string(++directs_), stored_message::state::unread, std::move(pdu)});
    }
    all.insert(all.end(), direct_.begin(), direct_.end());
    return all;
}

bool gsm_sms::is_handled(const stored_message& one) const {
    return is_told(one) || std::any_of(waiting_.begin(), waiting_.end(), [&](const auto& sent) {
               return std::any_of(sent.messages.begin(), sent.messages.end(),
                                  [&](const auto& other) { return other.id == one.id && other.pdu == one.pdu; });
           });
}

void gsm_sms::sweep(const modem_turn& turn, output& out) {
    forget_acknowledged(turn);
    found_parts parts;
    for (const auto& one : all_of(turn))
        if (!is_handled(one)) read(one, out, parts);
    const auto usage = turn->usage();
    join(parts, usage, out);
    take_reports(turn, out);
    out.add(used_, usage.used);
    if (usage.total > 0) out.add(room_, usage.total);
    out.flush();
    const auto subject = modem_.port() + " store";
    if (usage.total > 0 && usage.used >= usage.total)
        host_.lost(subject, "it is full: the network keeps messages until there is room");
    else
        host_.back(subject);
}

/// Until the modem says something, or records for a link or an acknowledgement come. False: the node is to end.
bool gsm_sms::wait_for_work(duration timeout) {
    std::vector<releve_wait> fds{{modem_.modem_fd(), RELEVE_READABLE, 0}};
    for (const auto& one : links_)
        if (one->tray_fd() >= 0) fds.push_back({one->tray_fd(), RELEVE_READABLE, 0});
    return host_.wait(fds, links_.empty() ? timeout : std::min(timeout, duration{1s})) != wake::stopped;
}

void gsm_sms::run(output& out) {
    waiting_.clear(); // what was not acknowledged is read again
    for (auto due = host_.steady();;) {
        {
            const modem_turn turn{modem_, host_};
            try {
                turn.open();
                const bool news = turn->listen();
                if (news || host_.steady() >= due) {
                    sweep(turn, out);
                    due = host_.steady() + interval_;
                }
                for (auto& link : links_) {
                    link->prepare(out);
                    link->send(turn, out);
                }
                take_reports(turn, out);
                out.flush();
                forget_acknowledged(turn);
            } catch (const modem_error& e) {
                rethrow(e);
            }
        }
        if (!wait_for_work(std::max(due - host_.steady(), duration{0}))) return;
    }
}

} // namespace releve::sms
