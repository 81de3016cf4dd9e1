// SPDX-License-Identifier: Apache-2.0
#include "shown_line.hpp"

#include <algorithm>
#include <array>
#include <utility>

namespace releve::core {

namespace {

/// One column of the file: a character, shown in `width` cells.
struct cell {
    std::string text;
    std::size_t width = 1;
};

constexpr std::size_t tab_width = 4;

/// Cells that a character takes: none for a combining mark, two for East Asian and pictures.
std::size_t width_of(char32_t c) {
    struct range {
        char32_t first, last;
    };
    constexpr std::array<range, 8> wide{{{0x1100, 0x115F},
                                         {0x2E80, 0xA4CF},
                                         {0xAC00, 0xD7A3},
                                         {0xF900, 0xFAFF},
                                         {0xFE30, 0xFE6F},
                                         {0xFF00, 0xFF60},
                                         {0x1F300, 0x1FAFF},
                                         {0x20000, 0x3FFFD}}};
    if (c >= 0x300 && c <= 0x36F) return 0;
    return std::any_of(wide.begin(), wide.end(), [&](range r) { return c >= r.first && c <= r.last; }) ? 2 : 1;
}

/// The first character of a text as it is shown; takes it away.
cell take_character(std::string_view& text) {
    const auto lead = static_cast<unsigned char>(text.front());
    const std::size_t size = lead < 0x80 ? 1 : lead >= 0xF0 ? 4 : lead >= 0xE0 ? 3 : lead >= 0xC2 ? 2 : 0;
    char32_t code = size == 1 ? lead : size == 2 ? lead & 0x1FU : size == 3 ? lead & 0x0FU : lead & 0x07U;
    bool good = size > 0 && size <= text.size();
    for (std::size_t i = 1; good && i < size; ++i) {
        const auto next = static_cast<unsigned char>(text[i]);
        good = (next & 0xC0U) == 0x80U;
        code = code << 6U | (next & 0x3FU);
    }
    const auto bytes = text.substr(0, good ? size : 1);
    text.remove_prefix(bytes.size());
    if (bytes == "\t") return {std::string(tab_width, ' '), tab_width};
    // Controls (also C1 and those that turn the writing direction) could make a terminal show something else.
    const bool shown = good && code >= 0x20 && !(code >= 0x7F && code < 0xA0) && !(code >= 0x200B && code <= 0x202E) &&
                       !(code >= 0x2066 && code <= 0x2069) && code != 0xFEFF;
    return shown ? cell{std::string(bytes), width_of(code)} : cell{"?", 1};
}

/// Values that look like secrets by their key: in a line that is no TOML nothing else is known of them.
std::vector<options::position> suspected(const std::vector<cell>& cells) {
    std::vector<options::position> found;
    const auto is = [&](std::size_t i, std::string_view marks) {
        return i < cells.size() && cells[i].text.size() == 1 && marks.find(cells[i].text) != std::string_view::npos;
    };
    std::string word, key; // what stands before '=', and what stood there
    for (std::size_t i = 0; i < cells.size(); ++i) {
        if (is(i, "=")) {
            key = std::exchange(word, {});
            continue;
        }
        if (is(i, ",{}[]#")) {
            word.clear();
            key.clear();
            continue;
        }
        if (cells[i].text.front() == ' ') continue;
        const auto begin = i;
        if (is(i, "\"'")) {
            const auto quote = cells[i].text;
            for (++i; i < cells.size() && cells[i].text != quote;) i += cells[i].text == "\\" ? 2 : 1;
        } else {
            while (i + 1 < cells.size() && !is(i + 1, "=,{}[]#")) ++i;
            while (i > begin && cells[i].text.front() == ' ') --i;
        }
        const auto end = std::min(i + 1, cells.size());
        for (auto k = begin; k < end; ++k) word += cells[k].text;
        if (names_a_secret(key))
            found.push_back({0, static_cast<std::uint32_t>(begin + 1), static_cast<std::uint32_t>(end - begin)});
    }
    return found;
}

void hide(std::vector<cell>& cells, const options::position& secret) {
    const std::size_t first = secret.column - 1;
    const std::size_t last = std::min<std::size_t>(cells.size(), first + std::size_t{secret.length});
    for (std::size_t i = first; i < last; ++i) cells[i] = {i == first ? "\"***\"" : "", i == first ? 5U : 0U};
}

/// A long line is shown around the place.
void crop(std::vector<cell>& cells, std::size_t first, std::size_t last) {
    constexpr std::size_t most = 150, before = 60;
    if (cells.size() <= most) return;
    const std::size_t begin = first > before ? first - before : 0;
    const std::size_t end = std::max(std::min(cells.size(), begin + most), std::min(last, begin + 2 * most));
    for (std::size_t i = 0; i < cells.size(); ++i)
        if (i < begin || i >= end) cells[i] = {"", 0};
    if (begin > 0) cells[begin - 1] = {"...", 3};
    if (end < cells.size()) cells[end] = {"...", 3};
}

} // namespace

bool names_a_secret(std::string_view key) {
    constexpr std::array<std::string_view, 5> words{"pass", "secret", "token", "pin", "puk"};
    return std::any_of(words.begin(), words.end(), [&](auto word) { return key.find(word) != std::string_view::npos; });
}

shown_line show_line(std::string_view line, const options::position& where,
                     const std::vector<options::position>& hidden) {
    std::vector<cell> cells;
    while (!line.empty()) cells.push_back(take_character(line));
    for (const auto& secret : suspected(cells)) hide(cells, secret);
    for (const auto& secret : hidden)
        if (secret.line == where.line && secret.column > 0) hide(cells, secret);

    const std::size_t first = where.column > 0 ? where.column - 1 : 0;
    const std::size_t last = first + std::max(where.length, 1U);
    crop(cells, first, last);

    shown_line made;
    std::string blanks;
    for (std::size_t i = 0; i < cells.size(); ++i) {
        made.text += cells[i].text;
        if (i < first) blanks.append(cells[i].width, ' ');
        if (i >= first && i < last) made.underline.append(cells[i].width, '^');
    }
    if (made.underline.empty()) made.underline = "^"; // past the end of the line
    made.underline.insert(0, blanks);
    return made;
}

std::string printable(std::string_view words) {
    std::string made;
    while (!words.empty()) made += take_character(words).text;
    return made;
}

} // namespace releve::core
