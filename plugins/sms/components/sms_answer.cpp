// SPDX-License-Identifier: Apache-2.0
#include "components/sms_answer.hpp"

#include <releve/failure.hpp>
#include <releve/kit/text/pattern.hpp>
#include <releve/kit/text/printable.hpp>
#include <releve/kit/text/utf8.hpp>
#include <releve/output.hpp>

#include <algorithm>
#include <chrono>
#include <exception>
#include <iterator>
#include <sstream>

namespace releve::sms {

using namespace releve::literals;

namespace {

constexpr std::size_t max_saved = 600; // octets: 1,500 of them are less than a node's state may have
constexpr std::string_view message_series = "message", sender_label = "sender";

std::int64_t seconds_of(time_point t) { return to_ns(t) / 1'000'000'000; }

bool is_question(const record& one, series_view as) {
    return one.is_text() && as.name() == message_series && !as.label(sender_label).empty();
}

/// A field in braces that is not one of `fields`: it would be sent as it is.
std::string wrong_field(std::string_view text, std::initializer_list<std::string_view> fields) {
    for (auto open = text.find('{'); open != text.npos; open = text.find('{', open + 1)) {
        const auto field = text.substr(open, text.find('}', open) - open + 1);
        if (std::find(fields.begin(), fields.end(), field) == fields.end())
            return "there is no field " + std::string{field};
    }
    return {};
}

void describe_question(option_list& o) {
    o.text("word", "What a question begins with").required().example("\"INDEX\"");
    o.texts("series", "Names of the series that it is about, or patterns such as \"active_energy_*\"")
        .required()
        .at_least(1)
        .example("[\"active_energy_drawn*\", \"volume\"]");
    o.texts("labels", "Labels that the rest of the question gives the value of; when not given, device")
        .at_least(1)
        .example("[\"device\"]");
    o.text("text", "The line of a record, with the fields of sms_report's text")
        .fallback("{device} {name} {labels} {value} {unit} ({time})");
    o.text("help", "How to ask it, for the answer to an unknown word; when not given, the word")
        .example("\"INDEX and a dwelling, as INDEX A12\"");
}

std::vector<question> read_questions(context& host) {
    std::vector<question> made;
    const auto tables = host.options().tables("questions");
    for (std::size_t i = 0; i < tables.size(); ++i) {
        const auto& one = tables[i];
        const auto at = "questions[" + std::to_string(i) + "].";
        made.push_back({one.text("word"), one.texts("series"),
                        one.given("labels") ? one.texts("labels") : std::vector<std::string>{"device"},
                        report_text{one.text("text")}, one.text("help")});
        const auto& now = made.back();
        const auto word = read_question(now.word);
        if (word.word.empty() || !word.name.empty()) host.refuse(at + "word", "it is not one word");
        for (std::size_t k = 0; k < now.series.size(); ++k)
            if (const auto why = kit::problem_of_pattern(now.series[k]); !why.empty())
                host.refuse(at + "series[" + std::to_string(k) + "]", "it " + why);
        if (const auto why = now.text.problem(); !why.empty()) host.refuse(at + "text", why);
        for (std::size_t k = 0; k < i; ++k)
            if (read_question(made[k].word).word == word.word)
                host.refuse(at + "word", "it is questions[" + std::to_string(k) +
                                             "].word too: capitals and accents make no difference");
    }
    return made;
}

answer_texts read_texts(context& host) {
    const auto options = host.options();
    answer_texts made{options.text("no_word"),       options.text("no_name"),
                      options.text("no_record"),     report_text{options.text("old_text")},
                      options.duration("old_after"), static_cast<std::size_t>(options.integer("max_parts"))};
    if (const auto why = wrong_field(made.no_word, {"{words}"}); !why.empty())
        host.refuse("no_word", why + "; there is {words}");
    if (const auto why = wrong_field(made.no_name, {"{word}", "{names}"}); !why.empty())
        host.refuse("no_name", why + "; there are {word} and {names}");
    if (const auto why = wrong_field(made.no_record, {"{word}"}); !why.empty())
        host.refuse("no_record", why + "; there is {word}");
    if (const auto why = made.old.problem(); !why.empty()) host.refuse("old_text", why);
    return made;
}

} // namespace

void sms_answer::describe(option_list& o) {
    o.connection("connection", "gsm_modem", "The modem").required();
    o.texts("senders", "Accepted senders: numbers as the network writes them, or \"*\" for any number with a +")
        .required()
        .at_least(1)
        .example("[\"+33612345678\"]");
    o.tables("questions", "What may be asked", describe_question).required().at_least(1);
    o.text("no_word", "The answer to an unknown word, with {words}").fallback("Not known. Ask: {words}");
    o.text("no_name", "The answer to an unknown name, with {word} and {names}").fallback("{word}: name one of {names}");
    o.text("no_record", "The answer while there is no record, with {word}").fallback("{word}: nothing yet");
    o.duration("old_after", "Age from which a record is marked as old; 0: never").fallback(26h).at_least(0s);
    o.text("old_text", "Added to the line of an old record, with the fields of a line").fallback("(old)");
    o.integer("max_parts", "Messages that an answer may be split over").fallback(2).at_least(1).at_most(10);
    o.integer("max_per_day", "Messages in 24 hours").fallback(50).at_least(1).at_most(1000);
    o.integer("max_per_day_per_number", "Messages in 24 hours to one number").fallback(10).at_least(1).at_most(1000);
    o.duration("valid",
               "Age of a question up to which it is answered, and how long the network tries to deliver the answer")
        .fallback(1h)
        .at_least(5min)
        .at_most(12h);
    o.boolean("report", "Whether to ask the network for a delivery report on each message").fallback(false);
    o.integer("max_series", "Series that are remembered").fallback(1000).at_least(1).at_most(1500).advanced();
    o.duration("save_interval", "Least time between two savings of a series that keeps changing")
        .fallback(10min)
        .at_least(0s)
        .at_most(24h)
        .advanced();
}

sms_answer::sms_answer(context& host)
    : host_{host}
    , modem_{host.connection<gsm_modem>("connection")}
    , senders_{host.options().texts("senders")}
    , book_{read_questions(host), read_texts(host)}
    , max_per_number_{host.options().integer("max_per_day_per_number")}
    , report_{host.options().boolean("report")}
    , valid_{host.options().duration("valid")}
    , sent_{host, modem_, host.options().integer("max_per_day")}
    , known_{static_cast<std::size_t>(host.options().integer("max_series")), host.options().duration("save_interval")}
    , answered_{host.counter_metric("answered_questions_total", "Questions that were answered")}
    , refused_{host.counter_metric("refused_questions_total", "Questions of senders that are not accepted")}
    , unanswered_{host.counter_metric("passed_questions_total",
                                      "Questions without an answer: too old, or beyond a limit")}
    , unremembered_{
          host.counter_metric("unremembered_series_total", "Series that are not remembered: there is no room")} {
    for (std::size_t i = 0; i < senders_.size(); ++i)
        if (senders_[i] != "*" && !is_number(senders_[i]))
            host.refuse("senders[" + std::to_string(i) + "]",
                        R"(write a number as "+33612345678", digits alone, or "*" for anybody)");
}

void sms_answer::start() {
    clock_.emplace(host_.timezone());
    sent_.load();
    given_.restore(host_.state("given").value_or(""));
    std::istringstream prepared{host_.state("prepared").value_or("")};
    if (prepared >> prepared_.asked >> prepared_.asker && prepared.get() == '\n')
        prepared_.text.assign(std::istreambuf_iterator<char>{prepared}, {});
    else
        prepared_ = {};
    known_.clear();
    indices_.clear();
    for (std::size_t i = 0;; ++i) {
        const auto one = host_.state("record " + std::to_string(i));
        if (!one || one->empty()) break;
        record_copy read;
        try {
            read = restored(*one);
        } catch (const std::exception& e) {
            host_.log(level::error, "saved_record",
                      "record " + std::to_string(i) + " of its state can't be read: " + e.what());
        }
        known_.restore(book_.covers(read) ? std::move(read) : record_copy{}); // else its index is free
    }
}

void sms_answer::stop() { save(true); }

void sms_answer::write_group(std::span<const delivery> all) {
    std::vector<asked_question> questions;
    for (const auto& in : all)
        for (std::size_t i = 0; i < in.size(); ++i) {
            if (!in.pending(i)) continue;
            const auto as = host_.declared(in[i].series());
            if (as && is_question(in[i], as)) {
                questions.push_back({&in, i, std::string{as.label(sender_label)}});
                continue;
            }
            if (as) remember(in[i], as);
            in.written(i);
        }
    save(false);
    answer_all(questions);
    sent_.settle();
}

/// A question that can't be answered keeps nobody else from an answer.
void sms_answer::answer_all(const std::vector<asked_question>& questions) {
    struct refusal {
        asked_question of;
        std::string why;
        std::vector<octets> messages;
    };
    std::vector<refusal> failed;
    std::exception_ptr first;
    for (const auto& one : questions) {
        try {
            answer(*one.in, one.i, one.asker);
            if (one.in->pending(one.i)) one.in->written(one.i);
        } catch (const std::runtime_error& e) {
            if (!sent_.modem_responds()) throw;
            if (!first) first = std::current_exception();
            failed.push_back({one, e.what(), sent_.failed()});
        }
    }
    bool is_left = false;
    for (const auto& [one, why, messages] : failed) {
        if (is_given_up(one)) {
            leave_unanswered(one.asker, "the modem took others, and refused it twice: " + why);
            sent_.give_up(messages);
            one.in->reject(one.i, why);
        } else {
            one.in->keep(one.i);
            is_left = true;
        }
    }
    if (is_left) std::rethrow_exception(first);
}

/// The modem refused it twice, and took others meanwhile: it is the question, not the modem.
bool sms_answer::is_given_up(const asked_question& one) {
    std::erase_if(failures_, [&](const auto& known) { return to_ns(host_.now() - 2 * valid_) > known.first.second; });
    const auto [known, is_new] =
        failures_.try_emplace({one.asker, to_ns((*one.in)[one.i].time())}, failure{0, sent_.total()});
    return ++known->second.times > 1 && sent_.total() > known->second.total;
}

std::optional<std::size_t> sms_answer::index_of(const record& one, series_view as) {
    const auto known = indices_.find(one.series().number());
    if (known != indices_.end()) return known->second;
    auto copy = copy_of(one, as);
    std::optional<std::size_t> index;
    if (book_.covers(copy)) {
        index = known_.find(copy);
        const auto size = saved(copy).size() - copy.text.size() + (copy.is_text ? known_records::max_text : 0);
        if (!index && size <= max_saved) {
            const auto before = known_.all().size();
            index = known_.add(std::move(copy), host_.now());
            if (index && *index < before) indices_.clear(); // it was another series'
        }
        if (!index) {
            unremembered_.add(1);
            host_.log(level::warning, "not_remembered",
                      std::string{as.name()} + " of " + std::string{as.label("device")} +
                          " is not remembered: 'max_series' others are, or its labels are too long");
        }
    }
    indices_.emplace(one.series().number(), index);
    return index;
}

/// A record without a value is of no use to people: the one before stays, with its time.
void sms_answer::remember(const record& one, series_view as) {
    if (one.quality() == quality::absent || (one.is_text() && !kit::is_utf8(one.text()))) return;
    if (const auto index = index_of(one, as)) known_.update(*index, one);
}

void sms_answer::save(bool at_once) {
    const auto changed = known_.due(host_.steady(), at_once);
    if (changed.empty()) return;
    for (const auto index : changed) host_.set_state("record " + std::to_string(index), saved(known_.all()[index]));
    output{host_}.flush("saved"); // state belongs to an emit; there is no record
}

bool sms_answer::may_ask(const std::string& asker) const {
    return std::any_of(senders_.begin(), senders_.end(), [&](const auto& one) {
        return one == asker ||
               (one == "*" && asker.starts_with('+') && is_number(asker)); // a short number may cost more
    });
}

/// Why an accepted sender's question gets no answer; empty: it gets one.
std::string sms_answer::why_unanswered(const record& one) const {
    if (one.quality() != quality::good || !kit::is_utf8(one.text())) return "it is incomplete, or has no time";
    const auto age = host_.now() - one.time();
    if (age > valid_) return "it is older than 'valid'";
    if (age < -valid_) return "its time is in the future: is this machine's clock right?";
    return {};
}

void sms_answer::leave_unanswered(const std::string& asker, const std::string& why) const {
    unanswered_.add(1);
    host_.log(level::warning, "no_answer", "a question from " + kit::printable(asker) + " gets no answer: " + why);
}

/// The prepared one when it is tried again: by now the values have changed, and a different text would be sent a second
/// time.
std::string sms_answer::text_for(const std::string& asker, const record& one) {
    if (prepared_.asked == to_ns(one.time()) && prepared_.asker == asker) return prepared_.text;
    return book_.answer(one.text(), known_.all(), host_.now(), *clock_);
}

/// Commits the text before it is sent: after a kill the same text is sent again, and found as sent.
void sms_answer::prepare(const std::string& asker, std::int64_t asked, const std::string& text) {
    if (prepared_.asked == asked && prepared_.asker == asker) return;
    prepared_ = {asked, asker, text};
    host_.set_state("prepared", std::to_string(asked) + ' ' + asker + '\n' + text);
    sent_.wait_for(output{host_}.flush("saved"));
}

void sms_answer::answer(const delivery& in, std::size_t i, const std::string& asker) {
    const auto one = in[i];
    const auto now = host_.now();
    given_.forget(seconds_of(now));
    if (!may_ask(asker)) {
        refused_.add(1);
        host_.log(level::warning, "refused_question",
                  "a question from " + kit::printable(asker) + " gets no answer: it is " +
                      (is_number(asker) ? "not in 'senders'" : "no number that a message can be sent to"));
        return;
    }
    if (given_.has(asker, to_ns(one.time()))) return; // it was read again
    if (const auto why = why_unanswered(one); !why.empty()) return leave_unanswered(asker, why);

    const auto reference = static_cast<std::uint16_t>(to_ns(one.time()) & 0xffff); // two equal answers are two messages
    const auto valid = std::chrono::duration_cast<std::chrono::seconds>(valid_).count();
    std::string text;
    std::vector<octets> messages;
    try {
        text = text_for(asker, one);
        messages = messages_to(asker, {text, reference, valid, report_});
    } catch (const pdu_error& e) { // it would fail again in the same way
        leave_unanswered(asker, e.what());
        return in.reject(i, std::string{"no message can hold its answer: "} + e.what());
    }
    const auto count = static_cast<std::int64_t>(messages.size());
    if (given_.messages_to(asker) + count > max_per_number_)
        return leave_unanswered(asker, "the limit of " + std::to_string(max_per_number_) +
                                           " messages to it in 24 hours is reached");
    if (!sent_.has_room(messages.size())) return leave_unanswered(asker, sent_.limit_reached());

    prepare(asker, to_ns(one.time()), text);
    const auto why = sent_.send(messages);
    if (why) in.reject(i, *why);
    if (why && sent_.sent() == 0) return;
    const auto count_sent = why ? sent_.sent() : messages.size();
    given_.add({to_ns(one.time()), seconds_of(host_.now()), static_cast<std::int64_t>(count_sent), asker});
    host_.set_state("given", given_.saved());
    sent_.note(count_sent);
    if (!why) answered_.add(1);
    failures_.erase({asker, to_ns(one.time())});
}

} // namespace releve::sms
