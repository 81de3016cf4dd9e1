// SPDX-License-Identifier: Apache-2.0
#include "people/question.hpp"

#include "pdu/unicode.hpp"
#include "pdu/user_data.hpp"

#include <releve/kit/text/pattern.hpp>
#include <releve/kit/text/printable.hpp>
#include <releve/kit/text/utf8.hpp>

#include <algorithm>
#include <set>
#include <tuple>

namespace releve::sms {

namespace {

/// Of U+00C0 to U+017F; * stands for two letters, . for no letter.
constexpr std::string_view plain_letters =
    "aaaaaa*ceeeeiiiidnooooo.ouuuuyt*"
    "aaaaaa*ceeeeiiiidnooooo.ouuuuyty"
    "aaaaaaccccccccddddeeeeeeeeeegggggggghhhhiiiiiiiiiiiijjkkkllllllllllnnnnnnnnn"
    "oooooo**rrrrrrssssssssttttttuuuuuuuuuuuuwwyyyzzzzzzs";
static_assert(plain_letters.size() == 0x180 - 0xC0);

bool is_blank(char32_t c) {
    return c == U' ' || (c >= U'\t' && c <= U'\r') || c == 0xA0 || (c >= 0x2000 && c <= 0x200B) || c == 0x202F;
}

bool is_accent(char32_t c) { return c >= 0x300 && c < 0x370; } // a combining mark

void append_folded(std::string& to, char32_t c) {
    if (c >= U'A' && c <= U'Z') return kit::append_utf8(to, c + (U'a' - U'A'));
    if (c < 0xC0 || c >= 0x180) return kit::append_utf8(to, c);
    const char plain = plain_letters[c - 0xC0];
    if (plain == '.') return kit::append_utf8(to, c);
    if (plain != '*')
        to += plain;
    else
        to += c == 0xDF ? "ss" : c == 0xC6 || c == 0xE6 ? "ae" : "oe";
}

std::string without_blanks(std::string text) {
    std::erase(text, ' ');
    return text;
}

std::string folded_name(std::string_view utf8) { return without_blanks(folded(utf8)); }

std::string replaced(std::string text, std::string_view field, std::string_view by) {
    for (auto at = text.find(field); at != text.npos; at = text.find(field, at + by.size()))
        text.replace(at, field.size(), by);
    return text;
}

} // namespace

std::string folded(std::string_view utf8) {
    std::string made;
    for (const auto c : code_points(utf8).value_or(std::u32string{})) {
        if (is_accent(c)) continue;
        if (!is_blank(c))
            append_folded(made, c);
        else if (!made.empty() && made.back() != ' ')
            made += ' ';
    }
    const auto last = made.find_last_not_of(" ?!.,;:");
    made.erase(last == made.npos ? 0 : last + 1);
    return made;
}

asked_text read_question(std::string_view utf8) {
    const auto all = folded(utf8);
    const auto blank = std::min(all.find(' '), all.size());
    return {all.substr(0, blank), without_blanks(all.substr(blank))};
}

bool question::is_about(std::string_view series_name) const { return kit::matches_any(series, series_name); }

bool question_book::covers(const record_copy& of) const {
    return std::any_of(questions_.begin(), questions_.end(), [&](const auto& one) {
        return one.is_about(of.name) && std::any_of(one.labels.begin(), one.labels.end(),
                                                    [&](const auto& label) { return !of.label(label).empty(); });
    });
}

/// The items that fit, between two texts.
std::string question_book::joined(const std::string& before, const std::vector<std::string>& all,
                                  std::string_view between, const std::string& after) const {
    const auto fits = [&](const std::string& text) { return split_text(text, 0).size() <= texts_.max_parts; };
    std::string best, so_far = before;
    for (std::size_t i = 0; i < all.size() && fits(so_far); ++i) {
        if (i != 0) so_far += between;
        so_far += all[i];
        const auto left = all.size() - i - 1;
        auto whole = so_far;
        if (left != 0) whole.append(" (+").append(std::to_string(left)).append(")");
        whole += after;
        if (fits(whole)) best = std::move(whole);
    }
    if (!best.empty()) return best;
    const auto parts =
        split_text(all.empty() ? before + after : so_far, 0); // a single item that is too long: its beginning
    for (std::size_t i = 0; i < std::min(parts.size(), texts_.max_parts); ++i) best += parts[i].text;
    return best;
}

/// The pattern with the items in place of its field.
std::string question_book::listed(const std::string& pattern, std::string_view field,
                                  const std::vector<std::string>& items) const {
    const auto at = pattern.find(field);
    if (at == pattern.npos) return joined(pattern, {}, {}, {});
    return joined(pattern.substr(0, at), items, ", ", pattern.substr(at + field.size()));
}

std::string question_book::line(const question& of, const record_copy& one, time_point now,
                                kit::site_time& clock) const {
    auto made = of.text.line(one, clock);
    if (texts_.old_after > duration{0} && now - to_time(one.time) > texts_.old_after)
        made += ' ' + texts_.old.line(one, clock);
    return made;
}

std::string question_book::answer(std::string_view text, std::span<const record_copy> known, time_point now,
                                  kit::site_time& clock) const {
    const auto asked = read_question(text);
    const auto of = std::find_if(questions_.begin(), questions_.end(),
                                 [&](const auto& one) { return folded(one.word) == asked.word; });
    if (of == questions_.end()) {
        std::vector<std::string> words;
        words.reserve(questions_.size());
        for (const auto& one : questions_) words.push_back(one.help.empty() ? one.word : one.help);
        return listed(texts_.no_word, "{words}", words);
    }
    std::set<std::string> names, known_as; // as written, and as compared
    std::vector<const record_copy*> found;
    for (const auto& one : known) {
        if (!of->is_about(one.name)) continue;
        bool is_asked_for = false;
        for (const auto& label : of->labels) {
            const auto name = one.label(label);
            if (name.empty()) continue;
            names.insert(kit::printable(name));
            known_as.insert(folded_name(name));
            is_asked_for |= asked.name.empty() || folded_name(name) == asked.name;
        }
        if (is_asked_for) found.push_back(&one);
    }
    if (names.empty()) return joined(replaced(texts_.no_record, "{word}", of->word), {}, {}, {});
    if (found.empty() || (asked.name.empty() && known_as.size() > 1))
        return listed(replaced(texts_.no_name, "{word}", of->word), "{names}", {names.begin(), names.end()});
    std::sort(found.begin(), found.end(),
              [](const auto* a, const auto* b) { return std::tie(a->name, a->labels) < std::tie(b->name, b->labels); });
    std::vector<std::string> lines;
    lines.reserve(found.size());
    for (const auto* one : found) lines.push_back(line(*of, *one, now, clock));
    return joined({}, lines, "\n", {});
}

} // namespace releve::sms
