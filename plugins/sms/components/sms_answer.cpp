// SPDX-License-Identifier: Apache-2.0
#include "components/sms_answer.hpp"

#include "pdu/unicode.hpp"

#include <releve/failure.hpp>
#include <releve/output.hpp>

#include <algorithm>
#include <chrono>
#include <iterator>
#include <sstream>

namespace releve::sms {

using namespace releve::literals;

namespace {

constexpr std::size_t longest_saved = 600; // octets: 1,500 of them are less than a node's state may have
constexpr std::string_view message_series = "message", sender_label = "sender";

std::int64_t seconds_of(time_point t) { return to_ns(t) / 1'000'000'000; }

bool is_question(const record& one, series_view as) {
    return one.is_text() && as.name() == message_series && !as.label(sender_label).empty();
}

/// Words and names alone: what else stands in braces would be sent as it is.
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
    o.texts("series", "Names of the series that it is about, or patterns as \"active_energy_*\"")
        .required()
        .at_least(1)
        .example("[\"active_energy_drawn*\", \"volume\"]");
    o.texts("labels", "Labels whose value the rest of the question names; when not given, device")
        .at_least(1)
        .example("[\"device\"]");
    o.text("text", "The line of a record, with the fields of sms_report's text")
        .fallback("{device} {name} {labels} {value} {unit} ({time})");
    o.text("help", "What is said of it to who asks for something else; when not given, the word")
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
        if (const auto why = now.text.problem(); !why.empty()) host.refuse(at + "text", why);
        for (std::size_t k = 0; k < i; ++k)
            if (read_question(made[k].word).word == word.word)
                host.refuse(at + "word", "it is questions[" + std::to_string(k) +
                                             "].word too: small letters, capitals and accents are alike");
    }
    return made;
}

answer_texts read_texts(context& host) {
    const auto options = host.options();
    answer_texts made{options.text("no_word"),   options.text("no_name"),
                      options.text("no_record"), report_text{options.text("old_text")},
                      options.duration("old"),   static_cast<std::size_t>(options.integer("parts"))};
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
    o.texts("senders", "Who may ask: numbers as the network writes them, or \"*\" for any number with a +")
        .required()
        .at_least(1)
        .example("[\"+33612345678\"]");
    o.tables("questions", "What may be asked", describe_question).required().at_least(1);
    o.text("no_word", "What is said to a word that is none, with {words}").fallback("Not known. Ask: {words}");
    o.text("no_name", "What is said to a name that is none, with {word} and {names}")
        .fallback("{word}: name one of {names}");
    o.text("no_record", "What is said while there is no record, with {word}").fallback("{word}: nothing yet");
    o.duration("old", "From what age on a record is said to be old; 0: never").fallback(26h).at_least(0s);
    o.text("old_text", "What is added to the line of an old record, with the fields of a line").fallback("(old)");
    o.integer("parts", "Messages of an answer, at most").fallback(2).at_least(1).at_most(10);
    o.integer("most_a_day", "Messages in 24 hours").fallback(50).at_least(1).at_most(1000);
    o.integer("most_each", "Messages in 24 hours to one number").fallback(10).at_least(1).at_most(1000);
    o.duration("valid", "How old a question may be, and how long the network tries to deliver its answer")
        .fallback(1h)
        .at_least(5min)
        .at_most(12h);
    o.boolean("report", "Whether the network is asked what became of each message").fallback(false);
    o.integer("most_series", "Series that are remembered").fallback(1000).at_least(1).at_most(1500).advanced();
    o.duration("save", "How long a series that goes on changing is not saved again")
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
    , most_each_{host.options().integer("most_each")}
    , report_{host.options().boolean("report")}
    , valid_{host.options().duration("valid")}
    , sent_{host, modem_, host.options().integer("most_a_day")}
    , known_{static_cast<std::size_t>(host.options().integer("most_series")), host.options().duration("save")}
    , answered_{host.counter_metric("answered_questions_total", "Questions that were answered")}
    , refused_{host.counter_metric("refused_questions_total", "Questions of senders that are not allowed")}
    , passed_over_{host.counter_metric("passed_questions_total",
                                       "Questions without an answer: too old, or beyond a limit")}
    , forgotten_{host.counter_metric("unremembered_series_total", "Series that are not remembered: there is no room")} {
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
    places_.clear();
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
        known_.restore(book_.wants(read) ? std::move(read) : record_copy{}); // else its place is free
    }
}

void sms_answer::stop() { save(true); }

void sms_answer::write_group(std::span<const delivery> all) {
    struct asked {
        const delivery* in;
        std::size_t i;
        std::string asker;
    };
    std::vector<asked> questions;
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
    for (const auto& one : questions) {
        answer(*one.in, one.i, one.asker);
        if (one.in->pending(one.i)) one.in->written(one.i);
    }
    sent_.settle();
}

std::optional<std::size_t> sms_answer::place_of(const record& one, series_view as) {
    const auto known = places_.find(one.series().number());
    if (known != places_.end()) return known->second;
    auto copy = copy_of(one, as);
    std::optional<std::size_t> place;
    if (book_.wants(copy)) {
        place = known_.find(copy);
        const auto size = saved(copy).size() - copy.text.size() + (copy.is_text ? known_records::longest_text : 0);
        if (!place && size <= longest_saved) {
            const auto before = known_.all().size();
            place = known_.make_room(std::move(copy), host_.now());
            if (place && *place < before) places_.clear(); // of another series until now
        }
        if (!place) {
            forgotten_.add(1);
            host_.log(level::warning, "not_remembered",
                      std::string{as.name()} + " of " + std::string{as.label("device")} +
                          " is not remembered: there are 'most_series' others, or its labels are too long");
        }
    }
    places_.emplace(one.series().number(), place);
    return place;
}

/// Without a value a record says nothing to people: the one before stays, with its time.
void sms_answer::remember(const record& one, series_view as) {
    if (one.quality() == quality::absent || (one.is_text() && !code_points(one.text()))) return;
    if (const auto place = place_of(one, as)) known_.take(*place, one);
}

void sms_answer::save(bool at_once) {
    const auto places = known_.due(host_.steady(), at_once);
    if (places.empty()) return;
    for (const auto place : places) host_.set_state("record " + std::to_string(place), saved(known_.all()[place]));
    output{host_}.flush("saved"); // state belongs to an emit, and there is no record to make
}

bool sms_answer::may_ask(const std::string& asker) const {
    return std::any_of(senders_.begin(), senders_.end(), [&](const auto& one) {
        return one == asker || (one == "*" && asker.starts_with('+')); // a short number can cost more, a name has none
    });
}

/// Why a question of somebody who may ask gets no answer; empty: it gets one.
std::string sms_answer::why_unanswered(const record& one) const {
    if (one.quality() != quality::good || !code_points(one.text())) return "it did not come whole, or without its time";
    const auto age = host_.now() - one.time();
    if (age > valid_) return "it is older than 'valid'";
    if (age < -valid_) return "its time is still to come: is this machine's clock right?";
    return {};
}

void sms_answer::pass_over(const std::string& asker, const std::string& why) const {
    passed_over_.add(1);
    host_.log(level::warning, "no_answer", "a question of " + asker + " gets no answer: " + why);
}

/// The one that was prepared, where it is tried again: by now the values are others, and a text that is another one
/// would go a second time.
std::string sms_answer::text_for(const std::string& asker, const record& one) {
    if (prepared_.asked == to_ns(one.time()) && prepared_.asker == asker) return prepared_.text;
    return book_.answer(one.text(), known_.all(), host_.now(), *clock_);
}

/// Before anything goes, it is committed what: after a kill the same will be sent, and found as sent.
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
                  "a question of " + asker + ", which 'senders' does not name, gets no answer");
        return;
    }
    if (given_.has(asker, to_ns(one.time()))) return; // it was read again
    if (const auto why = why_unanswered(one); !why.empty()) return pass_over(asker, why);

    const auto text = text_for(asker, one);
    const auto reference = static_cast<std::uint16_t>(to_ns(one.time()) & 0xffff); // two answers alike are two
    const auto valid = std::chrono::duration_cast<std::chrono::seconds>(valid_).count();
    const auto messages = messages_to(asker, {text, reference, valid, report_});
    const auto count = static_cast<std::int64_t>(messages.size());
    if (given_.messages_to(asker) + count > most_each_)
        return pass_over(asker,
                         "the limit of " + std::to_string(most_each_) + " messages to it in 24 hours is reached");
    if (!sent_.has_room(messages.size())) return pass_over(asker, sent_.limit_reached());

    prepare(asker, to_ns(one.time()), text);
    const auto why = sent_.send(messages);
    if (why) in.reject(i, *why);
    if (why && sent_.went() == 0) return;
    const auto went = why ? sent_.went() : messages.size();
    given_.add({to_ns(one.time()), seconds_of(host_.now()), static_cast<std::int64_t>(went), asker});
    host_.set_state("given", given_.saved());
    sent_.note(went);
    if (!why) answered_.add(1);
}

} // namespace releve::sms
