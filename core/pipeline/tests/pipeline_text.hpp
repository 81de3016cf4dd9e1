// SPDX-License-Identifier: Apache-2.0
// Pipeline files for tests, a section a call: source("s", "beat", {{"interval", "10s"}}) + sink("db", "s").
#pragma once
#include <initializer_list>
#include <string>
#include <string_view>

namespace testbed {

/// One key and its value as TOML. A dotted key is one of an inline table: {"queue.size", "4KiB"}.
struct option {
    std::string key, value;
    option(std::string_view its_key, const char* text)
        : key{its_key}
        , value{'"' + std::string{text} + '"'} {}
    option(std::string_view its_key, const std::string& text)
        : option{its_key, text.c_str()} {}
    option(std::string_view its_key, bool on)
        : key{its_key}
        , value{on ? "true" : "false"} {}
    option(std::string_view its_key, int number)
        : key{its_key}
        , value{std::to_string(number)} {}
    option(std::string_view its_key, std::initializer_list<const char*> texts)
        : key{its_key} {
        value = '[';
        for (const auto* text : texts) ((value += value.size() == 1 ? "\"" : ", \"") += text) += '"';
        value += ']';
    }
};
using options = std::initializer_list<option>;

inline std::string section(std::string_view kind, std::string_view name, std::string_view component,
                           std::string_view inputs, options more) {
    std::string text =
        "[" + std::string{kind} + "." + std::string{name} + "]\ncomponent = \"" + std::string{component} + "\"\n";
    if (!inputs.empty()) {
        text += "inputs = [\"";
        for (const char c : inputs) c == ' ' ? text += "\", \"" : text += c;
        text += "\"]\n";
    }
    for (const auto& [key, value] : more) text += key + " = " + value + "\n";
    return text;
}

inline std::string connection(std::string_view name, std::string_view component, options more = {}) {
    return section("connection", name, component, {}, more);
}
inline std::string source(std::string_view name, std::string_view component, options more = {}) {
    return section("source", name, component, {}, more);
}
/// `inputs`: names, with a space between them.
inline std::string transform(std::string_view name, std::string_view component, std::string_view inputs,
                             options more = {}) {
    return section("transform", name, component, inputs, more);
}
/// Remembers what it is given, for stored(name), unless it is of another component.
inline std::string sink(std::string_view name, std::string_view inputs, options more = {},
                        std::string_view component = "store") {
    return section("sink", name, component, inputs, more);
}

} // namespace testbed
