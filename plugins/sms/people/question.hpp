// SPDX-License-Identifier: Apache-2.0
// Questions of people and the answers to them: texts and records in, a text out.
#pragma once
#include "people/record_copy.hpp"
#include "people/report_text.hpp"

#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace releve::sms {

/// For comparison: small letters, no accents, one blank between words and none around, no ?!.,;: at the end.
std::string folded(std::string_view utf8);

struct asked_text {
    std::string word, name; // folded; a name has no blanks
};
/// "Index  a 12 ?" is the word "index" and the name "a12".
asked_text read_question(std::string_view utf8);

struct question {
    std::string word;                // "INDEX"
    std::vector<std::string> series; // names and patterns
    std::vector<std::string> labels; // their values are names that people give
    report_text text;                // of a record
    std::string help;                // how to ask it, for the answer to an unknown word; empty: the word

    bool is_about(std::string_view series_name) const;
};

struct answer_texts {
    std::string no_word;       // with {words}
    std::string no_name;       // with {word} and {names}
    std::string no_record;     // with {word}
    report_text old;           // after the line of an old record
    duration old_after{};      // 0: no record is old
    std::size_t max_parts = 3; // messages of an answer
};

class question_book {
public:
    question_book(std::vector<question> questions, answer_texts texts)
        : questions_{std::move(questions)}
        , texts_{std::move(texts)} {}
    /// Whether a question can be about this series.
    bool covers(const record_copy& of) const;
    /// Lines of the records that are asked for, or what can be asked. Whole lines, as many as fit; "(+3)" says how many
    /// do not.
    std::string answer(std::string_view text, std::span<const record_copy> known, time_point now,
                       kit::site_time& clock) const;

private:
    std::string listed(const std::string& pattern, std::string_view field, const std::vector<std::string>& items) const;
    std::string line(const question& of, const record_copy& one, time_point now, kit::site_time& clock) const;
    std::string joined(const std::string& before, const std::vector<std::string>& all, std::string_view between,
                       const std::string& after) const;

    std::vector<question> questions_;
    answer_texts texts_;
};

} // namespace releve::sms
