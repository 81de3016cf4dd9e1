// SPDX-License-Identifier: Apache-2.0
#include "lines.hpp"
#include "pipeline_file.hpp"
#include "shown_line.hpp"
#include "words.hpp"

#include <releve/kit/text/printable.hpp>
#include <releve/record_text.hpp>

#include <array>
#include <iomanip>
#include <ostream>

namespace releve::core {

namespace {

struct colours {
    std::string_view strong, error, mark, help, off;
};
constexpr colours none{};
constexpr colours ansi{"\033[1m", "\033[1;31m", "\033[1;31m", "\033[36m", "\033[0m"};

/// A string of JSON.
std::string json(std::string_view text) {
    std::string made;
    append_json(made, text);
    return made;
}

} // namespace

void print(std::ostream& out, const checked_file& result, bool colour) {
    constexpr int gutter = 5;
    const auto& in = colour ? ansi : none;
    for (const auto& [file, problem] : result.diagnostics) {
        const auto& where = problem.where;
        out << in.strong << kit::printable(file.string()) << ':';
        if (where.line > 0) out << where.line << ':' << where.column << ':';
        out << in.off << ' ' << in.error << "error: " << in.off << in.strong << kit::printable(problem.what) << in.off
            << '\n';
        if (where.line > 0) {
            const auto line = show_line(line_of(result.text, where.line), where, result.hidden);
            out << std::setw(gutter) << where.line << " | " << line.text << '\n';
            out << std::setw(gutter) << ""
                << " | " << in.mark << line.underline << in.off << '\n';
        }
        if (!problem.help.empty())
            out << std::setw(gutter + 1) << "" << in.help << "help: " << in.off << kit::printable(problem.help) << '\n';
    }
}

void print_json(std::ostream& out, const checked_file& result) {
    out << '[';
    const char* between = "\n";
    for (const auto& [file, problem] : result.diagnostics) {
        out << between << "  {\"file\": " << json(file.string()) << ", \"line\": " << problem.where.line
            << ", \"column\": " << problem.where.column << ", \"length\": " << problem.where.length
            << ", \"message\": " << json(problem.what) << ", \"help\": " << json(problem.help) << '}';
        between = ",\n";
    }
    out << (result.diagnostics.empty() ? "]\n" : "\n]\n");
}

diagnostic locate(const checked_file& of, const node_section& section, std::string_view path, std::string_view why) {
    const auto where = section.values.where(path);
    const auto what = path.empty() ? std::string(word_of(section.kind)) + " " + options::in_quotes(section.name) +
                                         " can't be created: "
                                   : options::in_quotes(path) + " is refused: ";
    return {of.pipeline.path, {where.value_or(section.where), what + std::string(why), {}}};
}

} // namespace releve::core
