// SPDX-License-Identifier: Apache-2.0
// What people ask, and what is said to them: texts and records in, a text out.
#pragma once
#include "people/record_copy.hpp"
#include "people/report_text.hpp"
#include "people/site_time.hpp"

#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace releve::sms {

/// As texts are compared: small letters, no accents, one blank between words, none around, no ?!.,;: at the end.
std::string folded(std::string_view utf8);

struct asked_text {
    std::string word, name; // folded; a name has no blanks
};
/// "Index  a 12 ?" is the word "index" and the name "a12".
asked_text read_question(std::string_view utf8);

struct question {
    std::string word;                // "INDEX"
    std::vector<std::string> series; // names and globs
    std::vector<std::string> labels; // whose values are names
    report_text text;                // of a record
    std::string help;                // what is said of it to who asks for something else; empty: the word

    bool wants(std::string_view series_name) const;
};

struct answer_texts {
    std::string no_word;   // with {words}
    std::string no_name;   // with {word} and {names}
    std::string no_record; // with {word}
    report_text old;       // after the line of a record that is old
    duration old_after{};  // 0: none is old
    std::size_t parts = 3; // messages of an answer, at most
};

class question_book {
public:
    question_book(std::vector<question> questions, answer_texts texts)
        : questions_{std::move(questions)}
        , texts_{std::move(texts)} {}
    /// Whether a question can be about this series.
    bool wants(const record_copy& of) const;
    /// What to say: lines of the records that are asked for, or what can be asked. Whole lines, as many as fit; "(+3)"
    /// says how many do not.
    std::string answer(std::string_view text, std::span<const record_copy> known, time_point now,
                       const site_time& clock) const;

private:
    std::string listed(const std::string& pattern, std::string_view field, const std::vector<std::string>& items) const;
    std::string line(const question& of, const record_copy& one, time_point now, const site_time& clock) const;
    std::string joined(const std::string& before, const std::vector<std::string>& all, std::string_view between,
                       const std::string& after) const;

    std::vector<question> questions_;
    answer_texts texts_;
};

} // namespace releve::sms
