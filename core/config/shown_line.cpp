// SPDX-License-Identifier: Apache-2.0
#include "shown_line.hpp"

#include "words.hpp"

#include <releve/kit/text/printable.hpp>
#include <releve/kit/text/utf8.hpp>

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

/// Takes the first character away from a text.
cell take_character(std::string_view& text) {
    const auto bytes = text.substr(0, std::max<std::size_t>(kit::character_size(text), 1));
    text.remove_prefix(bytes.size());
    if (bytes == "\t") return {std::string(tab_width, ' '), tab_width};
    auto shown = kit::printable(bytes);
    const auto width = kit::width(shown);
    return {std::move(shown), width};
}

/// Values that look like secrets by their key: in a line that is not TOML nothing else is known about them.
std::vector<options::position> suspected(const std::vector<cell>& cells) {
    std::vector<options::position> found;
    const auto is = [&](std::size_t i, std::string_view marks) {
        return i < cells.size() && cells[i].text.size() == 1 && marks.find(cells[i].text) != std::string_view::npos;
    };
    std::string word, key; // what is before '=', and what was before the last one
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
        if (options::names_a_secret(key))
            found.push_back({0, static_cast<std::uint32_t>(begin + 1), static_cast<std::uint32_t>(end - begin)});
    }
    return found;
}

void hide(std::vector<cell>& cells, const options::position& secret) {
    const std::size_t first = secret.column - 1;
    const std::size_t last = std::min<std::size_t>(cells.size(), first + std::size_t{secret.length});
    for (std::size_t i = first; i < last; ++i) cells[i] = {i == first ? "\"***\"" : "", i == first ? 5U : 0U};
}

/// Cuts a long line to what is around the position.
void crop(std::vector<cell>& cells, std::size_t first, std::size_t last) {
    constexpr std::size_t max_cells = 150, before = 60;
    if (cells.size() <= max_cells) return;
    const std::size_t begin = first > before ? first - before : 0;
    const std::size_t end = std::max(std::min(cells.size(), begin + max_cells), std::min(last, begin + 2 * max_cells));
    for (std::size_t i = 0; i < cells.size(); ++i)
        if (i < begin || i >= end) cells[i] = {"", 0};
    if (begin > 0) cells[begin - 1] = {"...", 3};
    if (end < cells.size()) cells[end] = {"...", 3};
}

} // namespace

shown_line show_line(std::string_view line, const options::position& where,
                     const std::vector<options::position>& hidden) {
    constexpr std::size_t long_line = 4096, before = 500, around = 1000; // columns
    std::size_t first = where.column > 0 ? where.column - 1 : 0;
    std::uint32_t left_out = 0;
    if (line.size() > long_line) { // of which each mistake shows a part
        while (first > before && !line.empty()) {
            line.remove_prefix(first_character(line).size);
            --first;
            ++left_out;
        }
    }
    std::vector<cell> cells;
    while (!line.empty() && (cells.size() < first + around || left_out == 0) && cells.size() < long_line)
        cells.push_back(take_character(line));
    for (const auto& secret : suspected(cells)) hide(cells, secret);
    for (auto secret : hidden) {
        if (secret.line != where.line || secret.column == 0) continue;
        const auto end = secret.column + std::uint64_t{secret.length};
        if (end <= left_out + 1) continue;
        const auto begin = std::max(secret.column, left_out + 1);
        secret.length = static_cast<std::uint32_t>(end - begin);
        secret.column = begin - left_out;
        hide(cells, secret);
    }

    const std::size_t last = first + std::clamp(where.length, 1U, static_cast<std::uint32_t>(around));
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

} // namespace releve::core
