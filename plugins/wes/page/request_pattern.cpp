// SPDX-License-Identifier: Apache-2.0
#include "page/request_pattern.hpp"

#include <releve/kit/text/number.hpp>
#include <releve/kit/text/percent.hpp>

#include <algorithm>
#include <stdexcept>

namespace releve::wes {
namespace {

/// The head of a request must fit in one TCP segment.
constexpr std::size_t max_request = 256;
constexpr std::string_view now_begins = "{now:";

/// Throws std::invalid_argument: what is wrong with the pattern.
std::string filled(std::string_view pattern, const std::string& value, const kit::civil_time& now) {
    std::string made;
    while (!pattern.empty()) {
        const auto open = std::min(pattern.find('{'), pattern.size());
        made += pattern.substr(0, open);
        pattern.remove_prefix(open);
        if (pattern.empty()) break;
        const auto end = pattern.find('}');
        if (end == pattern.npos) throw std::invalid_argument("a { has no }");
        const auto field = pattern.substr(0, end + 1);
        pattern.remove_prefix(end + 1);
        if (field == "{value}") {
            made += value;
        } else if (field.starts_with(now_begins)) {
            const std::string format{field.substr(now_begins.size(), field.size() - now_begins.size() - 1)};
            try {
                made += kit::percent_encoded(kit::formatted(now, format));
            } catch (const std::invalid_argument&) {
                throw std::invalid_argument(std::string{field} + " is not a time as strftime(3) writes it");
            }
        } else {
            throw std::invalid_argument("there is no " + std::string{field} + ", but {value} and {now:%H:%M}");
        }
    }
    return made;
}

} // namespace

control_target target_of_request(std::string_view pattern, const record& value, const kit::civil_time& now) {
    const auto text = value.is_text() ? std::string{value.text()} : shortest(value.number());
    const auto request = filled(pattern, kit::percent_encoded(text), now);
    const auto question = std::min(request.find('?'), request.size());
    control_target made;
    made.path = request.substr(0, question);
    if (question < request.size()) made.query = request.substr(question + 1);
    made.expected = text;
    return made;
}

std::string problem_of_request(std::string_view pattern) {
    std::string all;
    try {
        all = filled(pattern, "{value}", {});
    } catch (const std::invalid_argument& e) {
        return e.what();
    }
    const auto printable = [](char c) { return c > ' ' && c < 0x7f; };
    if (!all.starts_with('/') || !std::all_of(all.begin(), all.end(), printable))
        return "a request begins with '/', and has only ASCII characters and no blank";
    if (all.size() > max_request) return "a request has at most " + std::to_string(max_request) + " characters";
    std::transform(all.begin(), all.end(), all.begin(),
                   [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + ('a' - 'A')) : c; });
    const auto query = std::string_view{all}.substr(std::min(all.find('?'), all.size()));
    for (const std::string_view toggle : {"frl=", "fvs="})
        if (query.find(std::string{"?"}.append(toggle)) != query.npos ||
            query.find(std::string{"&"}.append(toggle)) != query.npos)
            return "'" + std::string{toggle} + "' toggles: a repeated request would undo it; name a channel instead";
    return {};
}

} // namespace releve::wes
