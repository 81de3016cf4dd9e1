// SPDX-License-Identifier: Apache-2.0
#include "describe.hpp"

#include "words.hpp"

#include <array>

namespace releve::options {

namespace {

struct row {
    std::string option, type, fallback, help;
};

std::string type_of(const description& option) {
    const bool list = option.type == RELEVE_OPTION_LIST;
    const auto type = list ? option.item_type : option.type;
    auto text = type_name(option);
    if (type == RELEVE_OPTION_CHOICE) text = (list ? "list of " : "") + one_of(option.choices);
    if (type == RELEVE_OPTION_CONNECTION) text += " " + in_quotes(option.connection);
    if (!option.unit.empty()) text += " in " + option.unit;
    if (!option.minimum && !option.maximum) return text;
    const std::string items = !list                                                         ? ""
                              : (option.maximum ? *option.maximum : *option.minimum) == "1" ? " item"
                                                                                            : " items";
    const auto minimum = bound_as_text(option.type, option.minimum.value_or(""));
    const auto maximum = bound_as_text(option.type, option.maximum.value_or(""));
    if (option.minimum && option.maximum) return text + ", " + minimum + " to " + maximum + items;
    return text + (option.minimum ? ", at least " + minimum : ", at most " + maximum) + items;
}

void add_rows(const descriptions& described, const std::string& prefix, std::vector<row>& rows) {
    for (const auto& option : described) {
        const auto name = prefix + option.key;
        const auto fallback = option.required() ? "required"
                              : option.fallback && option.fallback->empty()
                                  ? "\"\""
                                  : bound_as_text(option.type, option.fallback.value_or(""));
        rows.push_back({name, type_of(option), fallback, option.help});
        add_rows(option.fields, name + (option.type == RELEVE_OPTION_LIST ? "[]." : "."), rows);
    }
}

std::size_t width(std::string_view text) {
    std::size_t characters = 0;
    for (const char c : text) characters += (static_cast<unsigned char>(c) & 0xC0U) != 0x80U ? 1U : 0U;
    return characters;
}

std::string escaped(const std::string& cell) {
    std::string text;
    for (const char c : cell) text += c == '|' ? std::string("\\|") : std::string(1, c == '\n' ? ' ' : c);
    return text;
}

std::string code(const std::string& cell) { return cell.empty() ? cell : "`" + escaped(cell) + "`"; }

} // namespace

std::string table_text(const descriptions& described) {
    std::vector<row> rows{{"option", "type", "default", "meaning"}};
    add_rows(described, "", rows);
    std::array<std::size_t, 3> widths{};
    for (const auto& line : rows) {
        const std::array<const std::string*, 3> cells{&line.option, &line.type, &line.fallback};
        for (std::size_t i = 0; i < cells.size(); ++i) widths[i] = std::max(widths[i], width(*cells[i]));
    }
    std::string text;
    for (const auto& line : rows) {
        const std::array<const std::string*, 3> cells{&line.option, &line.type, &line.fallback};
        for (std::size_t i = 0; i < cells.size(); ++i)
            text += *cells[i] + std::string(widths[i] - width(*cells[i]) + 2, ' ');
        text += line.help + "\n";
    }
    return text;
}

std::string table_markdown(const descriptions& described) {
    std::vector<row> rows;
    add_rows(described, "", rows);
    std::string text = "| option | type | default | meaning |\n|---|---|---|---|\n";
    for (const auto& line : rows) {
        const auto fallback =
            line.fallback == "required" || line.fallback.empty() ? line.fallback : code(line.fallback);
        text += "| " + code(line.option) + " | " + escaped(line.type) + " | " + fallback + " | " + escaped(line.help) +
                " |\n";
    }
    return text;
}

} // namespace releve::options
