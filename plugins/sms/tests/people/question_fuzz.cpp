// SPDX-License-Identifier: Apache-2.0
// libFuzzer: any octets as a question. The answer fits, and is text.
#include "pdu/unicode.hpp"
#include "pdu/user_data.hpp"
#include "people/question.hpp"

#include <cstdlib>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace releve::sms;
    static releve::kit::site_time clock{"Europe/Paris"};
    static const question_book book = [] {
        answer_texts texts{"Ask: {words}",       "{word}: {names}",      "{word}?",
                           report_text{"(old)"}, std::chrono::hours{26}, 1};
        question one{
            "INDEX", {"*"}, {"device", "place"}, report_text{"{device} {labels} {value} {unit}, {time}"}, "INDEX A12"};
        return question_book{{std::move(one)}, std::move(texts)};
    }();
    static const std::vector<record_copy> known{{"volume", "m3", {{"device", "A12"}, {"place", "\u00c9vier"}}, 0},
                                                {"volume", "m3", {{"device", "A11"}}, 0}};
    const std::string_view text{reinterpret_cast<const char*>(data), size};
    const auto once = folded(text);
    if (!code_points(once) || folded(once) != once) std::abort();
    const auto said = book.answer(text, known, releve::to_time(1'767'225'600'000'000'000), clock);
    if (said.empty() || split_text(said, 0).size() > 1) std::abort();
    return 0;
}
