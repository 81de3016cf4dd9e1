// SPDX-License-Identifier: Apache-2.0
#include "leaves.hpp"

#include "words.hpp"

#include <releve/record_text.hpp> // first_character

#include <algorithm>
#include <array>
#include <string>
#include <tuple>

namespace releve::core {

namespace {

bool is_blank(char c) { return c == ' ' || c == '\t' || c == '\r'; }
bool is_digit(char c) { return c >= '0' && c <= '9'; }

class scanner {
public:
    explicit scanner(std::string_view text)
        : text_{text} {}

    scanned run() {
        while (at_ < text_.size()) step();
        return std::move(made_);
    }

private:
    char peek(std::size_t ahead = 0) const { return at_ + ahead < text_.size() ? text_[at_ + ahead] : '\0'; }
    bool in_table() const { return !brackets_.empty() && brackets_.back() == '{'; }
    bool in_list() const { return !brackets_.empty() && brackets_.back() == '['; }

    void step() {
        const char c = text_[at_];
        if (c == '\n') {
            ++at_;
            parts_ = 1;
            first_of_line_ = true;
            if (!in_list()) expects_key_ = true;
        } else if (is_blank(c)) {
            ++at_;
        } else if (c == '#') {
            const auto begin = at_;
            at_ = std::min(text_.find('\n', at_), text_.size());
            made_.leaves.push_back({begin, at_});
        } else if (c == '.') {
            ++at_;
            if (++parts_ > max_key_parts) too_deep("a key has more than " + std::to_string(max_key_parts) + " parts");
        } else if (c == '[' && brackets_.empty() && first_of_line_) { // a header: its name is a key
            while (peek() == '[') ++at_;
            expects_key_ = true;
            first_of_line_ = false;
            in_header_ = true;
        } else if (c == '[' || c == '{') {
            ++at_;
            brackets_ += c;
            if (brackets_.size() > max_brackets)
                too_deep("more than " + std::to_string(max_brackets) + " brackets are open");
            new_part(c == '{');
        } else if (c == ']' || c == '}') {
            ++at_;
            if (!brackets_.empty() && brackets_.back() == (c == ']' ? '[' : '{')) brackets_.pop_back();
            in_header_ = false;
            new_part(false);
        } else if (c == ',') {
            ++at_;
            new_part(in_table());
        } else if (c == '=') {
            ++at_;
            new_part(false);
        } else {
            take_word(c);
        }
    }
    void new_part(bool key) {
        expects_key_ = key;
        parts_ = 1;
        first_of_line_ = false;
    }
    void take_word(char c) {
        const auto begin = at_;
        if (c == '"' || c == '\'')
            pass_string(c);
        else
            while (at_ < text_.size() && !is_blank(text_[at_]) &&
                   std::string_view("\n#,=[]{}\"'").find(text_[at_]) == std::string_view::npos &&
                   !(text_[at_] == '.' && expects_key_))
                ++at_;
        const bool key = is_key(begin);
        first_of_line_ = false;
        if (!key && text_.substr(begin, at_ - begin) != ":") made_.leaves.push_back({begin, at_});
    }
    /// By what follows: in a text that is not TOML, a word in the place of a key may be a part of a secret.
    bool is_key(std::size_t begin) const {
        auto next = at_;
        while (next < text_.size() && is_blank(text_[next])) ++next;
        const char after = next < text_.size() ? text_[next] : '\n';
        if (in_header_) return true;
        if (in_list()) return first_of_line_ && after == '='; // of the line after a list that has no end
        if (!expects_key_) return false;
        return after == '=' || after == '.' ||
               (first_of_line_ && (after == ':' || text_[begin + (at_ - begin) - 1] == ':'));
    }
    void pass_string(char quote) {
        const bool basic = quote == '"';
        const bool several = !expects_key_ && peek(1) == quote && peek(2) == quote;
        at_ += several ? 3 : 1;
        while (at_ < text_.size()) {
            const char c = text_[at_];
            if (c == '\n' && !several) return; // its end is missing
            if (c == '\\' && basic) {
                at_ += at_ + 1 < text_.size() && (several || text_[at_ + 1] != '\n') ? 2 : 1;
            } else if (c == quote && !several) {
                ++at_;
                return;
            } else if (c == quote && peek(1) == quote && peek(2) == quote) {
                at_ += 3;
                for (int more = 0; more < 2 && peek() == quote; ++more) ++at_; // quotes before the end
                return;
            } else {
                ++at_;
            }
        }
    }
    void too_deep(std::string what) {
        if (!made_.too_deep.what.empty()) return;
        made_.too_deep.what = std::move(what);
        const auto line = static_cast<std::uint32_t>(
            std::count(text_.begin(), text_.begin() + static_cast<std::ptrdiff_t>(at_), '\n'));
        made_.too_deep.where = {line + 1, 1, 1};
    }

    std::string_view text_;
    std::size_t at_ = 0, parts_ = 1;
    std::string brackets_; // that are open, but for a header's
    bool expects_key_ = true, first_of_line_ = true, in_header_ = false;
    scanned made_;
};

/// Walks through a text, from leaf to leaf, and says where in its line each byte is.
class walker {
public:
    explicit walker(std::string_view text)
        : text_{text} {}
    options::position at(std::size_t byte) {
        while (at_ < byte && at_ < text_.size()) {
            const auto size = first_character(text_.substr(at_)).size;
            if (text_[at_] == '\n') {
                ++where_.line;
                where_.column = 1;
            } else {
                ++where_.column;
            }
            at_ += size;
        }
        return where_;
    }

private:
    std::string_view text_;
    std::size_t at_ = 0;
    options::position where_{1, 1, 1};
};

/// What may be secret in the URL that begins at "://": user and password, and what is after '?'.
struct url_parts {
    std::size_t user_end = 0; // of "user:password"; 0: it has none
    std::size_t query = 0, end = 0;
};
url_parts url_at(std::string_view text, std::size_t colon) {
    url_parts made;
    made.end = std::min(text.find_first_of(" \t\r\n\"'<>", colon), text.size());
    const auto url = text.substr(0, made.end);
    made.query = std::min(url.find('?', colon), made.end);
    const auto host_end = std::min({url.find('/', colon + 3), made.query, made.end});
    if (const auto sign = url.substr(0, host_end).rfind('@'); sign != std::string_view::npos && sign > colon)
        made.user_end = sign;
    else if (const auto later = url.rfind('@'); later != std::string_view::npos && later > colon)
        made.user_end = later; // a password with '/' or '?' in it
    return made;
}

bool has_secret_url(std::string_view text) {
    for (auto colon = text.find("://"); colon != std::string_view::npos; colon = text.find("://", colon + 3)) {
        const auto url = url_at(text, colon);
        if (url.user_end != 0 || url.query != url.end) return true;
    }
    return false;
}

template <class Shown>
std::vector<options::position> hide_but(std::string_view text, const std::vector<leaf>& leaves, Shown is_shown) {
    constexpr std::uint32_t to_the_end = 1'000'000;
    std::vector<options::position> made;
    walker walk{text};
    for (const auto& one : leaves) {
        const auto begin = walk.at(one.begin);
        const auto bytes = text.substr(one.begin, one.end - one.begin);
        if (is_shown(begin, bytes) && !has_secret_url(bytes)) continue;
        const auto end = walk.at(one.end);
        for (auto line = begin.line; line <= end.line; ++line) {
            options::position part{line, line == begin.line ? begin.column : 1, to_the_end};
            if (line == end.line) part.length = end.column - part.column;
            if (part.length != 0) made.push_back(part);
        }
    }
    return made;
}

} // namespace

bool is_harmless(std::string_view word) {
    constexpr std::array<std::string_view, 17> known{"ms",  "s",  "m",  "h",  "d",   "min", "sec", "KiB", "MiB",
                                                     "GiB", "kB", "MB", "GB", "yes", "no",  "on",  "off"};
    const auto digits = std::min(word.find_first_not_of("0123456789."), word.size());
    const auto rest = word.substr(digits);
    const bool is_known = std::find(known.begin(), known.end(), rest) != known.end();
    if (digits == 0)
        return (is_known && rest.size() >= 2 && !is_digit(rest.front()) && rest != "ms") ||
               (word.starts_with("/dev/") && word.size() < 32);
    if (!rest.empty()) return is_known && digits <= 6;
    return digits >= 7 && std::count(word.begin(), word.end(), '.') == 3; // 192.168.1.10
}

scanned scan(std::string_view text) { return scanner{text}.run(); }

std::vector<options::position> hidden_parts(std::string_view text, const std::vector<leaf>& leaves,
                                            std::vector<options::position> shown) {
    const auto before = [](const auto& a, const auto& b) {
        return std::tie(a.line, a.column) < std::tie(b.line, b.column);
    };
    std::sort(shown.begin(), shown.end(), before);
    return hide_but(text, leaves, [&](const auto& at, std::string_view) {
        return std::binary_search(shown.begin(), shown.end(), at, before);
    });
}

std::vector<options::position> hidden_parts(std::string_view text, const std::vector<leaf>& leaves) {
    return hide_but(text, leaves, [](const auto&, std::string_view bytes) { return is_harmless(bytes); });
}

std::string without_secrets(std::string_view message) {
    std::string made;
    for (auto colon = message.find("://"); colon != std::string_view::npos; colon = message.find("://")) {
        const auto url = url_at(message, colon);
        made += message.substr(0, colon + 3);
        std::size_t from = colon + 3;
        if (url.user_end != 0) {
            made += "***";
            from = url.user_end;
        }
        const auto query = std::max(from, url.query);
        made += message.substr(from, query - from);
        if (query < url.end) made += "?***";
        message.remove_prefix(url.end);
    }
    return made += message;
}

} // namespace releve::core
