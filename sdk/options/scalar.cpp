// SPDX-License-Identifier: Apache-2.0
// Single values: strictly typed, within their bounds; the only conversion is from integer to number.
#include "notation.hpp"
#include "reader.hpp"
#include "words.hpp"

#include <algorithm>
#include <cmath>
#include <sstream>

namespace releve::options {

namespace {

bool is_words(std::uint32_t type) {
    return type == RELEVE_OPTION_TEXT || type == RELEVE_OPTION_PATH || type == RELEVE_OPTION_CHOICE ||
           type == RELEVE_OPTION_CONNECTION;
}

std::string noun(const description& option, std::uint32_t type) {
    if (type == RELEVE_OPTION_CHOICE) return one_of(option.choices);
    if (type == RELEVE_OPTION_CONNECTION) return "the name of a connection";
    description alone = option;
    alone.type = type;
    return with_article(type_name(alone));
}

std::string spelled(const toml::node& value) {
    std::ostringstream out;
    value.visit([&](const auto& concrete) { out << concrete; });
    return std::move(out).str();
}

/// What to write instead of a value of the wrong type; may be empty.
std::string instead(const description& option, std::uint32_t type, const toml::node& given) {
    const bool plain = given.is_integer() || given.is_floating_point() || given.is_boolean();
    if (type == RELEVE_OPTION_SECRET) return R"(write it in double quotes, or { env = "NAME" } or { file = "PATH" })";
    if ((type == RELEVE_OPTION_TEXT || type == RELEVE_OPTION_PATH) && plain) return "write \"" + spelled(given) + "\"";
    if (type == RELEVE_OPTION_CONNECTION) return "write the NAME of a [connection.NAME] section in double quotes";
    if ((type == RELEVE_OPTION_DURATION || type == RELEVE_OPTION_INTERVAL) && given.is_integer())
        return "write \"" + spelled(given) + "s\" if it is in seconds";
    if (const auto* text = given.as_string()) {
        const auto& word = text->get();
        if (type == RELEVE_OPTION_BOOLEAN && (word == "true" || word == "yes" || word == "on"))
            return "write true, without quotes";
        if (type == RELEVE_OPTION_BOOLEAN && (word == "false" || word == "no" || word == "off"))
            return "write false, without quotes";
        if ((type == RELEVE_OPTION_INTEGER || type == RELEVE_OPTION_NUMBER) && parse_bound(type, word))
            return "write " + word + ", without quotes";
    }
    if (type == RELEVE_OPTION_LIST && (plain || given.is_string() || given.is_table()))
        return "write it in brackets: [...]";
    return option.example ? "for example " + *option.example : std::string();
}

} // namespace

problem wrong_type(const description& option, std::uint32_t type, const toml::node& given, const spot& at) {
    return {at.where, in_quotes(at.path) + " must be " + noun(option, type) + ", not " + what_it_is(given),
            instead(option, type, given)};
}

bool reader::read_scalar(releve_value& value, const description& option, std::uint32_t type, const toml::node& given,
                         const spot& at) {
    if (type == RELEVE_OPTION_SECRET) return read_secret(value, given, at);
    show(given);
    if (is_words(type)) return read_words(value, option, type, given, at);
    if (type == RELEVE_OPTION_DURATION || type == RELEVE_OPTION_INTERVAL || type == RELEVE_OPTION_SIZE) {
        const auto read = type == RELEVE_OPTION_SIZE ? read_size : read_duration;
        const auto amount = read(given, at.where, at.path, problems_);
        value.integer = amount.value_or(0);
        return amount.has_value();
    }
    if (const auto* integer = given.as_integer(); integer != nullptr && type != RELEVE_OPTION_BOOLEAN) {
        if (type == RELEVE_OPTION_INTEGER) value.integer = integer->get();
        value.number = static_cast<double>(integer->get());
        return true;
    }
    if (const auto* number = given.as_floating_point(); number != nullptr && type == RELEVE_OPTION_NUMBER) {
        if (!std::isfinite(number->get())) return refuse(at, in_quotes(at.path) + " must be a finite number");
        value.number = number->get();
        return true;
    }
    if (const auto* boolean = given.as_boolean(); boolean != nullptr && type == RELEVE_OPTION_BOOLEAN) {
        value.integer = boolean->get() ? 1 : 0;
        return true;
    }
    problems_.push_back(wrong_type(option, type, given, at));
    return false;
}

bool reader::read_words(releve_value& value, const description& option, std::uint32_t type, const toml::node& given,
                        const spot& at) {
    const auto* text = given.as_string();
    if (text == nullptr) {
        problems_.push_back(wrong_type(option, type, given, at));
        return false;
    }
    const std::string& word = text->get();
    if (word.find('\0') != std::string::npos) return refuse(at, in_quotes(at.path) + " holds a NUL character");
    if (type == RELEVE_OPTION_CHOICE &&
        std::find(option.choices.begin(), option.choices.end(), word) == option.choices.end()) {
        const auto near = nearest(word, option.choices);
        return refuse(at, in_quotes(at.path) + " must be " + one_of(option.choices) + ", not " + as_toml(word),
                      near.empty() ? std::string() : "did you mean " + in_quotes(near) + "?");
    }
    if (type == RELEVE_OPTION_CONNECTION) return read_connection(value, option, word, at);
    if (type == RELEVE_OPTION_PATH && word.empty()) return refuse(at, in_quotes(at.path) + " is an empty path");
    value.text = into_.keep(type == RELEVE_OPTION_PATH ? (settings_.folder / word).lexically_normal().string() : word);
    return true;
}

bool reader::read_connection(releve_value& value, const description& option, const std::string& name, const spot& at) {
    std::string why, help;
    if (!rehearsing_ && settings_.has_connection && !settings_.has_connection(name, option.connection, why, help))
        return refuse(at, std::move(why), std::move(help));
    value.text = into_.keep(name);
    if (!rehearsing_) into_.connections.push_back(&value);
    return true;
}

std::optional<bound> parse_bound(std::uint32_t type, const std::string& text) {
    if (type == RELEVE_OPTION_DURATION || type == RELEVE_OPTION_INTERVAL || type == RELEVE_OPTION_SIZE) {
        const auto amount = type == RELEVE_OPTION_SIZE ? parse_size(text) : parse_duration(text);
        return amount ? std::optional(bound{*amount, 0}) : std::nullopt;
    }
    try {
        const auto parsed = toml::parse("value = " + text);
        const auto* node = parsed.get("value");
        if (parsed.size() != 1 || node == nullptr) return std::nullopt;
        if (const auto* integer = node->as_integer()) return bound{integer->get(), static_cast<double>(integer->get())};
        if (const auto* number = node->as_floating_point(); number != nullptr && type == RELEVE_OPTION_NUMBER)
            return bound{0, number->get()};
    } catch (const toml::parse_error&) {
    }
    return std::nullopt;
}

bool reader::within_bounds(const description& option, std::uint32_t type, const releve_value& value, const spot& at) {
    if (!option.minimum && !option.maximum) return true;
    const auto amount = type == RELEVE_OPTION_LIST ? static_cast<std::int64_t>(value.count) : value.integer;
    const auto outside = [&](const std::optional<std::string>& limit, bool below) {
        const auto edge = limit ? parse_bound(type, *limit) : std::nullopt;
        if (!edge) return false;
        if (type == RELEVE_OPTION_NUMBER) return below ? value.number < edge->number : value.number > edge->number;
        return below ? amount < edge->integer : amount > edge->integer;
    };
    const bool low = outside(option.minimum, true);
    if (!low && !outside(option.maximum, false)) return true;

    const auto limit = bound_as_text(type, low ? *option.minimum : *option.maximum);
    std::string shown = std::to_string(amount);
    if (type == RELEVE_OPTION_NUMBER) shown = as_text(value.number);
    if (type == RELEVE_OPTION_SIZE) shown = format_size(amount);
    if (type == RELEVE_OPTION_DURATION || type == RELEVE_OPTION_INTERVAL) shown = format_duration(amount);
    const auto unit = option.unit.empty() ? std::string() : " " + option.unit;
    std::string help;
    if (option.minimum && option.maximum)
        help = "from " + bound_as_text(type, *option.minimum) + " to " + bound_as_text(type, *option.maximum) + unit;
    if (type == RELEVE_OPTION_LIST)
        return refuse(at, in_quotes(at.path) + " must have " + (low ? "at least " : "at most ") + limit +
                              (limit == "1" ? " item" : " items") + ", not " + shown);
    return refuse(at,
                  in_quotes(at.path) + " must be " + (low ? "at least " : "at most ") + limit + unit + ", not " + shown,
                  std::move(help));
}

namespace {

using parser = std::optional<std::int64_t> (*)(std::string_view);
using guesser = std::string (*)(std::string_view);

std::optional<std::int64_t> read_amount(const toml::node& value, position key, std::string_view name,
                                        std::vector<problem>& problems, std::uint32_t type, parser parse, guesser guess,
                                        std::string_view notation) {
    const auto* text = value.as_string();
    if (text == nullptr) {
        description option;
        option.type = type;
        problems.push_back(wrong_type(option, type, value, {key, std::string(name)}));
        if (problems.back().help.empty()) problems.back().help = notation;
        return std::nullopt;
    }
    if (const auto amount = parse(text->get())) return amount;
    const auto meant = guess(text->get());
    problems.push_back({key,
                        in_quotes(name) + ": " + as_toml(text->get()) + " is not a " +
                            (type == RELEVE_OPTION_SIZE ? "size" : "duration"),
                        meant.empty() ? std::string(notation) : "write \"" + meant + "\""});
    return std::nullopt;
}

} // namespace

std::optional<std::int64_t> read_duration(const toml::node& value, position key, std::string_view name,
                                          std::vector<problem>& problems) {
    return read_amount(value, key, name, problems, RELEVE_OPTION_DURATION, parse_duration, duration_meant,
                       R"(a duration is written like "10s", "1h30m" or "500ms")");
}

std::optional<std::int64_t> read_size(const toml::node& value, position key, std::string_view name,
                                      std::vector<problem>& problems) {
    if (const auto* bytes = value.as_integer()) {
        if (bytes->get() >= 0) return bytes->get();
        problems.push_back({key, in_quotes(name) + " must not be negative", {}});
        return std::nullopt;
    }
    return read_amount(value, key, name, problems, RELEVE_OPTION_SIZE, parse_size, size_meant,
                       R"(a size is written like 4096, "64KiB" or "10MB")");
}

} // namespace releve::options
