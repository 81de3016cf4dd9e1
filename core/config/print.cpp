// SPDX-License-Identifier: Apache-2.0
#include "leaves.hpp"
#include "lines.hpp"
#include "pipeline_file.hpp"
#include "shown_line.hpp"
#include "words.hpp"

#include <releve/kit/text/printable.hpp>
#include <releve/record_text.hpp>

#include <array>
#include <iomanip>
#include <map>
#include <ostream>

namespace releve::core {

std::size_t mistakes_of(const checked_file& result) { return result.diagnostics.size() + result.not_shown; }

namespace {

std::string rest_of(const checked_file& result) {
    return result.not_shown == 0 ? std::string{}
                                 : std::to_string(result.not_shown) + " more mistakes are not shown: mend these first";
}

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
    std::map<std::uint32_t, std::vector<options::position>> hidden; // by line
    for (const auto& one : result.hidden) hidden[one.line].push_back(one);
    for (const auto& [file, problem] : result.diagnostics) {
        const auto& where = problem.where;
        out << in.strong << kit::printable(file.string()) << ':';
        if (where.line > 0) out << where.line << ':' << where.column << ':';
        out << in.off << ' ' << in.error << "error: " << in.off << in.strong
            << kit::printable(without_secrets(problem.what)) << in.off << '\n';
        if (where.line > 0) {
            const auto line = show_line(line_of(result.text, where.line), where, hidden[where.line]);
            out << std::setw(gutter) << where.line << " | " << line.text << '\n';
            out << std::setw(gutter) << ""
                << " | " << in.mark << line.underline << in.off << '\n';
        }
        if (!problem.help.empty())
            out << std::setw(gutter + 1) << "" << in.help << "help: " << in.off
                << kit::printable(without_secrets(problem.help)) << '\n';
    }
    if (const auto rest = rest_of(result); !rest.empty())
        out << in.strong << kit::printable(result.pipeline.path.string()) << ": " << in.off << rest << '\n';
}

void print_json(std::ostream& out, const checked_file& result) {
    out << '[';
    const char* between = "\n";
    for (const auto& [file, problem] : result.diagnostics) {
        out << between << "  {\"file\": " << json(file.string()) << ", \"line\": " << problem.where.line
            << ", \"column\": " << problem.where.column << ", \"length\": " << problem.where.length
            << ", \"message\": " << json(without_secrets(problem.what))
            << ", \"help\": " << json(without_secrets(problem.help)) << '}';
        between = ",\n";
    }
    if (const auto rest = rest_of(result); !rest.empty())
        out << between << "  {\"file\": " << json(result.pipeline.path.string())
            << ", \"line\": 0, \"column\": 0, \"length\": 0, \"message\": " << json(rest) << ", \"help\": \"\"}";
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
