// SPDX-License-Identifier: Apache-2.0
#include "components/gsm_sms.hpp"

#include "pdu/base16.hpp"

#include <releve/failure.hpp>
#include <releve/kit/text/hash.hpp>

#include <algorithm>

namespace releve::sms {

using namespace releve::literals;

namespace {

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
    , refused_{host.counter_metric("refused_messages_total", "Messages of senders that are not allowed")} {
    const auto links = host.options().tables("links");
    for (std::size_t i = 0; i < links.size(); ++i)
        links_.push_back(std::make_unique<link_end>(host, modem_, links[i], "links[" + std::to_string(i) + "]"));
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

/// A network can invent senders: beyond the host's limit for series they share one.
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
            return declare(value);
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

void gsm_sms::emit(const sms_deliver& first, const std::string& text, const octets& bytes,
                   std::vector<stored_message> of, quality is, output& out) {
    const auto at = first.time ? time_of(*first.time, of.front().pdu) : host_.now();
    if (!first.time) is = quality::suspect;
    const auto& sender = first.sender.text;
    if (alphabet_of(first.data.coding) == pdu_alphabet::data8)
        out.add(series_of("message_octets", "A message's octets, in base16", false, "sender", sender), to_base16(bytes),
                at, is);
    else
        out.add(series_of("message", "A message's text", false, "sender", sender), text, at, is);
    remember(std::move(of), out);
}

void gsm_sms::read(const stored_message& one, output& out, std::map<parts_key, std::map<std::uint8_t, part>>& parts) {
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
        const auto joined = concatenation_of(deliver->data);
        if (!joined || joined->total < 2)
            return emit(*deliver, deliver->data.text, deliver->data.bytes, {one}, quality::good, out);
        parts[{deliver->sender.text, joined->reference, joined->total}].try_emplace(joined->part, part{one, *deliver});
    } catch (const pdu_error& e) {
        host_.log(level::warning, "unreadable_message", std::string{"a message can't be read: "} + e.what());
        out.add(series_of("message_unreadable", "A message that can't be read, as the modem gave it", false, "port",
                          modem_.port()),
                one.pdu, to_time(to_ns(host_.now())), quality::suspect);
        remember({one}, out);
    }
}

void gsm_sms::join(const parts_key& key, std::map<std::uint8_t, part>& parts, output& out) {
    const auto& [sender, reference, total] = key;
    const bool whole = parts.size() == total;
    const auto since = first_seen_.try_emplace(key, host_.steady()).first->second;
    if (!whole && host_.steady() - since < parts_timeout_) return;
    first_seen_.erase(key);
    std::string text;
    octets bytes;
    std::vector<stored_message> of;
    for (const auto& [number, one] : parts) {
        text += one.message.data.text;
        bytes.insert(bytes.end(), one.message.data.bytes.begin(), one.message.data.bytes.end());
        of.push_back(one.stored);
    }
    if (!whole)
        host_.log(level::warning, "missing_parts",
                  "a message from " + sender + " is incomplete: " + std::to_string(total - parts.size()) + " of " +
                      std::to_string(total) + " parts did not arrive");
    emit(parts.begin()->second.message, text, bytes, std::move(of), whole ? quality::good : quality::suspect, out);
}

void gsm_sms::report(const std::string& pdu, output& out) {
    const auto bytes = from_base16(pdu);
    if (!bytes) return;
    try {
        const auto message = read_pdu(*bytes);
        const auto* of = std::get_if<sms_status_report>(&message.message);
        if (of == nullptr) return;
        const auto* state = of->status < 0x20 ? "delivered" : of->status < 0x40 ? "trying" : "failed";
        const auto at = of->ended ? of->ended : of->time;
        out.add(series_of("delivery", "What became of a sent message", true, "recipient", of->recipient.text),
                std::string{state} + " reference " + std::to_string(of->reference) + " status " +
                    std::to_string(of->status),
                at ? time_of(*at, pdu) : host_.now());
    } catch (const pdu_error& e) {
        host_.log(level::warning, "unreadable_report", std::string{"a delivery report can't be read: "} + e.what());
    }
}

void gsm_sms::forget_acknowledged(const modem_turn& turn) {
    const auto safe = host_.acknowledged();
    while (!waiting_.empty() && waiting_.front().number <= safe) {
        for (const auto& one : waiting_.front().messages) turn->remove(one);
        waiting_.erase(waiting_.begin());
    }
}

void gsm_sms::sweep(const modem_turn& turn, output& out) {
    forget_acknowledged(turn);
    std::map<parts_key, std::map<std::uint8_t, part>> parts;
    const auto all = turn->list();
    for (const auto& one : all) {
        const bool known = std::any_of(waiting_.begin(), waiting_.end(), [&](const auto& sent) {
            return std::any_of(sent.messages.begin(), sent.messages.end(),
                               [&](const auto& other) { return other.id == one.id && other.pdu == one.pdu; });
        });
        if (!known) read(one, out, parts);
    }
    std::erase_if(first_seen_, [&](const auto& one) { return !parts.contains(one.first); });
    for (auto& [key, some] : parts) join(key, some, out);
    for (const auto& pdu : turn->take_reports()) report(pdu, out);
    const auto usage = turn->usage();
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
                for (const auto& pdu : turn->take_reports()) report(pdu, out);
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
