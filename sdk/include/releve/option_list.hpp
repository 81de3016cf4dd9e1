// SPDX-License-Identifier: Apache-2.0
// Describes a component's options: `static void describe(releve::option_list& o)`.
#ifndef RELEVE_OPTION_LIST_HPP
#define RELEVE_OPTION_LIST_HPP
#include <releve/failure.hpp>
#include <releve/string.hpp>
#include <releve/time.hpp>

#include <charconv>
#include <concepts>
#include <initializer_list>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace releve {

class option_list;

namespace detail {
struct option_data {
    releve_option c{};
    std::string key, help, unit, connection;
    std::optional<std::string> fallback, minimum, maximum, example;
    std::vector<std::string> choices;
    std::vector<releve_string> c_choices;
    std::unique_ptr<option_list> fields;
};

inline std::string notation(std::string_view text) { return std::string{text}; }
inline std::string notation(const char* text) { return text; }
inline std::string notation(bool value) { return value ? "true" : "false"; }
template <std::integral T>
std::string notation(T value) {
    return std::to_string(value);
}
inline std::string notation(double value) {
    char text[32];
    const auto end = std::to_chars(text, text + sizeof text, value).ptr;
    return {text, end};
}
template <class Rep, class Period>
std::string notation(std::chrono::duration<Rep, Period> value) {
    const auto ns = std::chrono::duration_cast<duration>(value).count();
    if (ns % 1'000'000'000 == 0) return std::to_string(ns / 1'000'000'000) + "s";
    if (ns % 1'000'000 == 0) return std::to_string(ns / 1'000'000) + "ms";
    if (ns % 1'000 == 0) return std::to_string(ns / 1'000) + "us";
    return std::to_string(ns) + "ns";
}
} // namespace detail

/// Further properties of an option. Values are numbers, texts or durations, as the option's type requires.
class option {
public:
    explicit option(detail::option_data& data) noexcept
        : data_{&data} {}
    /// The value when the file has none. An option without a fallback that is not required may be "not given".
    template <class T>
    option& fallback(const T& value) {
        return data_->fallback = detail::notation(value), *this;
    }
    template <class T>
    option& at_least(const T& value) {
        return data_->minimum = detail::notation(value), *this;
    }
    template <class T>
    option& at_most(const T& value) {
        return data_->maximum = detail::notation(value), *this;
    }
    option& required() { return data_->c.flags |= RELEVE_OPTION_REQUIRED, *this; }
    /// Shown last in the documentation: few people need it.
    option& advanced() { return data_->c.flags |= RELEVE_OPTION_ADVANCED, *this; }
    option& unit(std::string_view ucum) { return data_->unit = ucum, *this; }
    /// A value for sample.toml, written as TOML: "\"/dev/ttyUSB0\"", "[1, 2]".
    option& example(std::string_view toml) { return data_->example = std::string{toml}, *this; }

private:
    detail::option_data* data_;
};

class option_list {
public:
    option text(std::string_view key, std::string_view help) { return add(RELEVE_OPTION_TEXT, key, help); }
    option integer(std::string_view key, std::string_view help) { return add(RELEVE_OPTION_INTEGER, key, help); }
    option number(std::string_view key, std::string_view help) { return add(RELEVE_OPTION_NUMBER, key, help); }
    option boolean(std::string_view key, std::string_view help) { return add(RELEVE_OPTION_BOOLEAN, key, help); }
    option duration(std::string_view key, std::string_view help) { return add(RELEVE_OPTION_DURATION, key, help); }
    option size(std::string_view key, std::string_view help) { return add(RELEVE_OPTION_SIZE, key, help); }
    option path(std::string_view key, std::string_view help) { return add(RELEVE_OPTION_PATH, key, help); }
    option secret(std::string_view key, std::string_view help) { return add(RELEVE_OPTION_SECRET, key, help); }
    option choice(std::string_view key, std::initializer_list<std::string_view> of, std::string_view help) {
        auto made = add(RELEVE_OPTION_CHOICE, key, help);
        for (auto one : of) all_.back()->choices.emplace_back(one);
        return made;
    }
    /// The name of a [connection.NAME] whose component is `of`, of the same plugin. Read by context::connection.
    option connection(std::string_view key, std::string_view of, std::string_view help) {
        auto made = add(RELEVE_OPTION_CONNECTION, key, help);
        all_.back()->connection = of;
        return made;
    }
    option texts(std::string_view key, std::string_view help) { return add_list(RELEVE_OPTION_TEXT, key, help); }
    option integers(std::string_view key, std::string_view help) { return add_list(RELEVE_OPTION_INTEGER, key, help); }
    option numbers(std::string_view key, std::string_view help) { return add_list(RELEVE_OPTION_NUMBER, key, help); }
    option paths(std::string_view key, std::string_view help) { return add_list(RELEVE_OPTION_PATH, key, help); }
    /// One table: `fields` is called with the list of its fields.
    template <class F>
    option table(std::string_view key, std::string_view help, F fields) {
        return add_fields(add(RELEVE_OPTION_TABLE, key, help), fields);
    }
    /// A list of tables.
    template <class F>
    option tables(std::string_view key, std::string_view help, F fields) {
        return add_fields(add_list(RELEVE_OPTION_TABLE, key, help), fields);
    }
    /// The default (with at_least and at_most: bounds) of the host's own `interval`, for a component with collect. Read
    /// by context::interval.
    template <class Rep, class Period>
    option interval(std::chrono::duration<Rep, Period> fallback) {
        auto made = add(RELEVE_OPTION_INTERVAL, "interval", "Time between two readings");
        made.fallback(fallback);
        return made;
    }

    /// For the SDK: passes all options to the host. Throws permanent_error when the host refuses one.
    void give_to(const releve_host& host, releve_context* context) {
        for (const auto* one : finish())
            if (host.option(context, one) != RELEVE_OK)
                throw permanent_error(std::string{view(host.reason(context))}); // it names the option
    }

private:
    option add(std::uint32_t type, std::string_view key, std::string_view help) {
        auto& data = *all_.emplace_back(std::make_unique<detail::option_data>());
        data.c.size = sizeof data.c;
        data.c.type = type;
        data.key = key;
        data.help = help;
        return option{data};
    }
    option add_list(std::uint32_t of, std::string_view key, std::string_view help) {
        auto made = add(RELEVE_OPTION_LIST, key, help);
        all_.back()->c.item_type = of;
        return made;
    }
    template <class F>
    option add_fields(option made, F fields) {
        all_.back()->fields = std::make_unique<option_list>();
        fields(*all_.back()->fields);
        return made;
    }
    const std::vector<const releve_option*>& finish() {
        const auto optional = [](const std::optional<std::string>& text) {
            return text ? to_c(*text) : releve_string{nullptr, 0};
        };
        c_.clear();
        for (auto& data : all_) {
            auto& c = data->c;
            c.key = to_c(data->key);
            c.help = to_c(data->help);
            c.unit = to_c(data->unit);
            c.connection = to_c(data->connection);
            c.fallback = optional(data->fallback);
            c.minimum = optional(data->minimum);
            c.maximum = optional(data->maximum);
            c.example = optional(data->example);
            data->c_choices.clear();
            for (const auto& one : data->choices) data->c_choices.push_back(to_c(one));
            c.choices = data->c_choices.data();
            c.choice_count = static_cast<std::uint32_t>(data->c_choices.size());
            if (data->fields) {
                const auto& fields = data->fields->finish();
                c.fields = fields.data();
                c.field_count = static_cast<std::uint32_t>(fields.size());
            }
            c_.push_back(&c);
        }
        return c_;
    }
    std::vector<std::unique_ptr<detail::option_data>> all_;
    std::vector<const releve_option*> c_;
};

} // namespace releve
#endif
