// SPDX-License-Identifier: Apache-2.0
#include "page/recovery.hpp"

#include <algorithm>
#include <array>
#include <string>
#include <vector>

namespace releve::wes {
namespace {

constexpr std::array<std::string_view, 13> sections{"info",           "tic1",      "tic2",    "tic3",   "impulsion",
                                                    "pince",          "temp",      "relais",  "entree", "analogique",
                                                    "switch_virtuel", "variables", "relais1W"};

bool is_section(std::string_view name) { return std::find(sections.begin(), sections.end(), name) != sections.end(); }

bool is_name(std::string_view name) {
    return !name.empty() && name.size() <= 32 && std::all_of(name.begin(), name.end(), [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
    });
}

/// The inside of the tag at xml[at] ('<'), "/PAP" or "PAP"; empty when it is not a tag.
std::string_view tag_at(std::string_view xml, std::size_t at) {
    const auto end = xml.find_first_of("<>", at + 1);
    if (end == std::string_view::npos || xml[end] != '>') return {};
    const auto inside = xml.substr(at + 1, end - at - 1);
    return is_name(inside.starts_with('/') ? inside.substr(1) : inside) ? inside : std::string_view{};
}

class scan {
public:
    explicit scan(element_taker& to)
        : to_{to} {}

    void over(std::string_view xml) {
        for (auto at = xml.find('<'); at != std::string_view::npos; at = xml.find('<', at)) {
            const auto tag = tag_at(xml, at);
            at += 1;
            if (tag.empty()) continue;
            if (tag.starts_with('/')) {
                if (is_section(tag.substr(1))) end_section(tag.substr(1));
            } else if (is_section(tag)) {
                begin_section(tag);
            } else {
                leaf(xml.substr(at + tag.size()), tag);
            }
        }
    }

private:
    void begin_section(std::string_view name) {
        doubtful_ = !section_.empty(); // the one before was not closed: an element may be in either of the two
        if (doubtful_) give_up(section_);
        section_ = name;
        found_.clear();
    }
    void end_section(std::string_view name) {
        if (name == section_ && !doubtful_) {
            for (const auto& one : found_) {
                if (one.why.empty())
                    to_.take(section_, one.name, one.bytes);
                else
                    to_.pass_over(section_, one.name, one.bytes, one.why);
            }
        } else {
            give_up(name);
            if (name != section_ && !section_.empty()) give_up(section_);
        }
        // After a wrong end, elements are ignored until a section is opened while none is open.
        section_ = {};
        doubtful_ = false;
        found_.clear();
    }
    void give_up(std::string_view section) {
        to_.pass_over(section, {}, {}, "is damaged: all of its values are left out");
    }
    /// `rest` begins with the '>' of its tag.
    void leaf(std::string_view rest, std::string_view name) {
        if (section_.empty()) return;
        const auto end = rest.find('<');
        if (end == std::string_view::npos) return;
        const auto text = rest.substr(1, end - 1);
        const auto closing = tag_at(rest, end);
        const bool closed = closing.size() == name.size() + 1 && closing[0] == '/' && closing.substr(1) == name;
        if (!closed)
            found_.push_back({name, text, "is not closed, or has other elements in it"});
        else if (text.find('>') != std::string_view::npos)
            found_.push_back({name, text, "has a '>' in its text"});
        else
            found_.push_back({name, text, {}});
    }

    struct leaf_found {
        std::string_view name, bytes, why;
    };
    element_taker& to_;
    std::string_view section_;
    bool doubtful_ = false;
    std::vector<leaf_found> found_;
};

} // namespace

std::string_view trimmed(std::string_view text) {
    constexpr std::string_view blanks = " \t\r\n";
    const auto first = text.find_first_not_of(blanks);
    if (first == std::string_view::npos) return {};
    return text.substr(first, text.find_last_not_of(blanks) - first + 1);
}

bool recover(std::string_view xml, element_taker& to) {
    xml = trimmed(xml);
    if (xml.starts_with("<?xml")) {
        const auto end = xml.find("?>");
        if (end == std::string_view::npos) return false;
        xml = trimmed(xml.substr(end + 2));
    }
    if (!xml.starts_with("<data>") || !xml.ends_with("</data>")) return false;
    if (xml.find("<data>", 1) != std::string_view::npos || xml.find("</data>") != xml.size() - 7) return false;
    scan{to}.over(xml.substr(6, xml.size() - 13));
    return true;
}

} // namespace releve::wes
