// SPDX-License-Identifier: Apache-2.0
#include "words.hpp"

#include <releve/struct_size.hpp>

namespace releve::options {

namespace {

std::string copy(releve_string text) { return std::string(view(text)); }

std::optional<std::string> copy_if_given(releve_string text) {
    return text.data != nullptr ? std::optional(copy(text)) : std::nullopt;
}

description copy_to_depth(const releve_option& option, int depth) {
    description made;
    made.type = option.type;
    made.flags = option.flags;
    made.item_type = option.item_type;
    made.key = copy(option.key);
    made.help = copy(option.help);
    made.unit = copy(option.unit);
    made.connection = copy(option.connection);
    made.fallback = copy_if_given(option.fallback);
    made.minimum = copy_if_given(option.minimum);
    made.maximum = copy_if_given(option.maximum);
    made.example = copy_if_given(option.example);
    for (std::uint32_t i = 0; option.choices != nullptr && i < option.choice_count; ++i)
        made.choices.push_back(copy(option.choices[i]));
    for (std::uint32_t i = 0; option.fields != nullptr && depth <= deepest_table && i < option.field_count; ++i)
        made.fields.push_back(is_whole(option.fields[i]) ? copy_to_depth(*option.fields[i], depth + 1) : description{});
    return made;
}

std::string size_problem_to_depth(const releve_option* option, int depth) {
    if (!is_whole(option)) return why_not_whole(option);
    for (std::uint32_t i = 0; option->fields != nullptr && depth <= deepest_table && i < option->field_count; ++i)
        if (auto why = size_problem_to_depth(option->fields[i], depth + 1); !why.empty()) return why;
    return {};
}

std::string type_word(std::uint32_t type) {
    switch (type) {
    case RELEVE_OPTION_TEXT:
        return "string";
    case RELEVE_OPTION_INTEGER:
        return "integer";
    case RELEVE_OPTION_NUMBER:
        return "number";
    case RELEVE_OPTION_BOOLEAN:
        return "boolean";
    case RELEVE_OPTION_INTERVAL:
    case RELEVE_OPTION_DURATION:
        return "duration";
    case RELEVE_OPTION_SIZE:
        return "size";
    case RELEVE_OPTION_PATH:
        return "path";
    case RELEVE_OPTION_SECRET:
        return "secret";
    case RELEVE_OPTION_CHOICE:
        return "choice";
    case RELEVE_OPTION_CONNECTION:
        return "connection";
    case RELEVE_OPTION_LIST:
        return "list";
    case RELEVE_OPTION_TABLE:
        return "table";
    default:
        return "value of unknown type";
    }
}

} // namespace

std::string size_problem(const releve_option* option) { return size_problem_to_depth(option, 1); }

description copy_of(const releve_option& option) { return copy_to_depth(option, 1); }

std::string type_name(const description& option) {
    return option.type == RELEVE_OPTION_LIST ? "list of " + type_word(option.item_type) + "s" : type_word(option.type);
}

const std::vector<std::string_view>& host_keys() {
    static const std::vector<std::string_view> keys{"component", "inputs", "interval", "at",    "days",
                                                    "align",     "jitter", "startup",  "spool", "queue"};
    return keys;
}

} // namespace releve::options
