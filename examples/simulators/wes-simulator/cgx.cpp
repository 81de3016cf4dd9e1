// SPDX-License-Identifier: Apache-2.0
#include "cgx.hpp"

#include <algorithm>
#include <array>
#include <cstdio>

namespace wes_simulator {
namespace {

// Where the format begins, counted from the code's first letter. Found by comparing a stock page of V0.61D with its
// output.
std::size_t format_offset(std::string_view line) {
    if (line.starts_with("lSE")) return 5;
    return line.starts_with("V") ? 3 : 4;
}

std::string without_blanks(std::string_view text) {
    std::string kept;
    for (const char c : text) {
        if (c != ' ' && c != '\t') kept += c;
    }
    return kept;
}

template <class T>
std::string print(const std::string& conversion, T value) {
    std::array<char, 64> text{};
    const int size = std::snprintf(text.data(), text.size(), conversion.c_str(), value);
    return size < 0 ? "?" : std::string{text.data(), std::min(static_cast<std::size_t>(size), text.size() - 1)};
}

// `flags` is what stands between '%' and the letter, without length modifiers.
std::string convert(const std::string& flags, char letter, const argument& value) {
    if (letter == 's') return value.is == argument::words ? value.text : "?";
    if (letter == 'f') return value.is == argument::real ? print("%" + flags + "f", value.fraction) : "?";
    return value.is == argument::whole ? print("%" + flags + "ll" + letter, value.number) : "?";
}

} // namespace

std::string formatted(std::string_view format, const arguments& with) {
    std::string out;
    std::size_t next = 0;
    for (std::size_t at = 0; at < format.size(); ++at) {
        if (format[at] != '%') {
            out += format[at];
            continue;
        }
        std::string flags;
        while (++at < format.size() && std::string_view{"0123456789.-+ l"}.find(format[at]) != std::string_view::npos) {
            if (format[at] != 'l') flags += format[at];
        }
        if (at == format.size()) break;
        if (format[at] == '%') {
            out += '%';
        } else if (std::string_view{"duxXsf"}.find(format[at]) == std::string_view::npos || flags.size() > 8 ||
                   next == with.size()) {
            out += '?';
        } else {
            out += convert(flags, format[at], with[next++]);
        }
    }
    return out;
}

rendered render(std::string_view page, const values& device, const includes& files, line_ends ends) {
    rendered out;
    while (!page.empty()) {
        const std::size_t end = page.find('\n');
        const std::size_t whole = end == std::string_view::npos ? page.size() : end + 1;
        std::string_view line = page.substr(0, std::min(whole, max_script_line));
        page.remove_prefix(line.size());
        const std::string_view as_written = line;
        while (line.ends_with('\n') || line.ends_with('\r')) line.remove_suffix(1);
        if (line.starts_with('.')) break;
        if (line.empty() || line[0] == '#') continue;
        const char command = line[0];
        if (command != 't' && command != 'c' && command != 'i') {
            out.broken = true;
            return out;
        }
        line = ends == line_ends::kept && command != 'i' ? as_written : line;
        line.remove_prefix(std::min<std::size_t>(2, line.size()));
        if (command == 't') {
            out.text += line;
        } else if (command == 'i') {
            if (files) out.text += files(line.substr(0, line.find(' '))).value_or("");
        } else if (line.size() >= format_offset(line)) {
            const arguments found = device(without_blanks(line.substr(0, format_offset(line))));
            if (!found.empty()) out.text += formatted(line.substr(format_offset(line)), found);
        }
        if (out.text.size() > max_page) {
            out.broken = true;
            return out;
        }
    }
    return out;
}

} // namespace wes_simulator
