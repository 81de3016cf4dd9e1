// SPDX-License-Identifier: Apache-2.0
#include "text/template.hpp"

#include "text/html.hpp"

#include <releve/kit/text/printable.hpp>

#include <stdexcept>

namespace releve::mail {
namespace {

struct known_name {
    std::string_view name;
    std::string record_text::*member;
};
constexpr known_name known[] = {
    {"time", &record_text::time},       {"site", &record_text::site},       {"node", &record_text::node},
    {"device", &record_text::device},   {"name", &record_text::name},       {"help", &record_text::help},
    {"series", &record_text::series},   {"value", &record_text::value},     {"unit", &record_text::unit},
    {"quality", &record_text::quality}, {"reading", &record_text::reading},
};

constexpr std::string_view label_prefix = "label.";

} // namespace

void text_template::add_name(std::string literal, std::string_view name) {
    if (name.starts_with(label_prefix) && name.size() > label_prefix.size()) {
        parts_.push_back({std::move(literal), nullptr, std::string{name.substr(label_prefix.size())}});
        return;
    }
    std::string names;
    for (const auto& one : known) {
        if (one.name == name) {
            parts_.push_back({std::move(literal), one.member, {}});
            return;
        }
        ((names += '{') += one.name) += "}, ";
    }
    throw std::invalid_argument("there is no {" + kit::one_line(name, 40) + "}: " + names + "{label.KEY}");
}

text_template::text_template(std::string_view text) {
    std::string literal;
    while (!text.empty()) {
        const char c = text.front();
        if ((c == '{' || c == '}') && text.size() > 1 && text[1] == c) {
            literal += c;
            text.remove_prefix(2);
        } else if (c == '}') {
            throw std::invalid_argument("a '}' has no '{' before it; a brace itself is written }}");
        } else if (c == '{') {
            const auto end = text.find('}');
            if (end == std::string_view::npos)
                throw std::invalid_argument("a '{' has no '}' after it; a brace itself is written {{");
            add_name(std::move(literal), text.substr(1, end - 1));
            literal.clear();
            text.remove_prefix(end + 1);
        } else {
            literal += c;
            text.remove_prefix(1);
        }
    }
    parts_.push_back({std::move(literal), nullptr, {}});
}

std::string text_template::filled(const record_text& with, form as) const {
    std::string made;
    const auto put = [&](const std::string& text) { made += as == form::html ? html_escaped(text) : text; };
    for (const auto& one : parts_) {
        made += one.literal;
        if (one.member != nullptr) put(with.*one.member);
        if (one.label.empty()) continue;
        for (const auto& [key, value] : with.labels)
            if (key == one.label) put(value);
    }
    return made;
}

} // namespace releve::mail
