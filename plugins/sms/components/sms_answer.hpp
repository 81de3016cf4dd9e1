// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "components/gsm_modem.hpp"
#include "components/sent_messages.hpp"
#include "pdu/pdu.hpp"
#include "people/given_answers.hpp"
#include "people/known_records.hpp"
#include "people/question.hpp"

#include <releve/kit/time/site_time.hpp>
#include <releve/sink.hpp>

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <unordered_map>
#include <utility>
#include <vector>

namespace releve::sms {

/// Answers what people ask by SMS: its inputs are messages of gsm_sms and the records that people may ask for, of which
/// it remembers the latest of each series.
class sms_answer final : public sink {
public:
    static constexpr auto summary = "Answers to what people ask by SMS";
    static constexpr bool makes = true;
    static void describe(option_list& o);
    explicit sms_answer(context& host);
    void start() override;
    void stop() override;
    void write(const delivery& in) override { write_group({&in, 1}); }
    void write_group(std::span<const delivery> all) override;

private:
    void remember(const record& one, series_view as);
    std::optional<std::size_t> index_of(const record& one, series_view as);
    void save(bool at_once);
    bool may_ask(const std::string& asker) const;
    std::string why_unanswered(const record& one) const;
    void leave_unanswered(const std::string& asker, const std::string& why) const;
    struct asked_question {
        const delivery* in;
        std::size_t i;
        std::string asker;
    };
    struct failure {
        int times = 0;
        std::int64_t total = 0; // of messages sent, when it failed first
    };
    void answer_all(const std::vector<asked_question>& questions);
    bool is_given_up(const asked_question& one);
    void answer(const delivery& in, std::size_t i, const std::string& asker);
    std::string text_for(const std::string& asker, const record& one);
    void prepare(const std::string& asker, std::int64_t asked, const std::string& text);

    context& host_;
    gsm_modem& modem_;
    std::vector<std::string> senders_;
    question_book book_;
    std::int64_t max_per_number_;
    bool report_;
    duration valid_;
    sent_messages sent_;
    known_records known_;
    given_answers given_;
    struct {
        std::int64_t asked = 0; // UTC ns
        std::string asker, text;
    } prepared_;                                                       // the answer being sent
    std::map<std::pair<std::string, std::int64_t>, failure> failures_; // by asker and time of the question
    std::optional<kit::site_time> clock_;
    std::unordered_map<std::uint32_t, std::optional<std::size_t>>
        indices_; // in known_, by series; nothing: not remembered
    metric answered_, refused_, unanswered_, unremembered_;
};

} // namespace releve::sms
