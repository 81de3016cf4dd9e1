// SPDX-License-Identifier: Apache-2.0
#include "card.hpp"

#include "elf_note.hpp"

#include <releve/kit/text/number.hpp>
#include <releve/kit/text/printable.hpp>

#include <algorithm>
#include <optional>

namespace releve::core {
namespace {

bool is_name(std::string_view text, char separator) {
    const auto lower = [](char c) { return c >= 'a' && c <= 'z'; };
    const auto inner = [&](char c) { return lower(c) || (c >= '0' && c <= '9') || c == separator; };
    return !text.empty() && text.size() <= 64 && lower(text[0]) && std::all_of(text.begin(), text.end(), inner);
}

constexpr std::size_t max_shown = 64; // bytes of a bad value

class parser {
public:
    explicit parser(const std::filesystem::path& file) { card_.file = file; }

    void line(std::string_view text) {
        ++line_;
        const auto blank = text.find(' ');
        const auto key = text.substr(0, blank);
        const auto value = blank == std::string_view::npos ? std::string_view{} : text.substr(blank + 1);
        if (key == "abi")
            abi(value);
        else if (key == "name")
            once(card_.name, value, is_plugin_name(value));
        else if (key == "version")
            once(card_.version, value, is_short_text(value));
        else if (key == "licence")
            once(card_.licence, value, is_short_text(value));
        else if (key == "component")
            component(value);
    }

    plugin_card finish() {
        if (!abi_) refuse("has no line 'abi'");
        if (card_.name.empty()) refuse("has no line 'name'");
        if (card_.version.empty()) refuse("has no line 'version'");
        if (card_.components.empty()) refuse("has no line 'component'");
        return std::move(card_);
    }

private:
    [[noreturn]] void refuse(const std::string& what) const {
        throw load_error(card_.file.string() + ": its plugin note " + what +
                         ", which is against releve/abi.h: build it again with the SDK");
    }
    [[noreturn]] void refuse_line(std::string_view value) const {
        refuse("has the value '" + kit::one_line(value, max_shown) + "' in line " + std::to_string(line_));
    }

    void once(std::string& field, std::string_view value, bool valid) {
        if (!valid || !field.empty()) refuse_line(value);
        field = value;
    }

    void abi(std::string_view value) {
        const auto dot = value.find('.');
        if (abi_ || dot == std::string_view::npos) refuse_line(value);
        const auto major = kit::integer_in<std::uint32_t>(value.substr(0, dot)),
                   minor = kit::integer_in<std::uint32_t>(value.substr(dot + 1));
        if (!major || !minor) refuse_line(value);
        card_.abi_major = *major;
        card_.abi_minor = *minor;
        abi_ = true;
    }

    void component(std::string_view value) {
        const auto blank = value.find(' ');
        const auto name = value.substr(0, blank);
        const auto roles =
            blank == std::string_view::npos ? std::nullopt : kit::integer_in<std::uint32_t>(value.substr(blank + 1));
        const auto same = [&](const component_card& other) { return other.name == name; };
        if (!is_component_name(name) || !roles || card_.components.size() == max_components ||
            std::any_of(card_.components.begin(), card_.components.end(), same))
            refuse_line(value);
        card_.components.push_back({std::string(name), *roles});
    }

    plugin_card card_;
    bool abi_ = false;
    std::size_t line_ = 0;
};

} // namespace

bool is_plugin_name(std::string_view name) { return is_name(name, '-'); }
bool is_component_name(std::string_view name) { return is_name(name, '_'); }

bool is_roles(std::uint32_t roles) {
    return roles == RELEVE_MAKES || roles == RELEVE_TAKES || roles == (RELEVE_MAKES | RELEVE_TAKES) ||
           roles == RELEVE_CONNECTION;
}

bool is_short_text(std::string_view text) {
    return !text.empty() && text.size() <= 64 &&
           std::all_of(text.begin(), text.end(), [](char c) { return c >= ' ' && c <= '~'; });
}

plugin_card parse_card(const std::filesystem::path& file, std::string_view text) {
    parser result(file);
    while (!text.empty()) {
        const auto end = text.find('\n');
        result.line(text.substr(0, end));
        text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
    }
    return result.finish();
}

plugin_card read_card(const std::filesystem::path& file) { return parse_card(file, read_note(file)); }

void check_version(const plugin_card& card) {
    const auto contract = [](std::uint32_t major, std::uint32_t minor) {
        return std::to_string(major) + "." + std::to_string(minor);
    };
    if (card.abi_major == RELEVE_ABI_MAJOR && card.abi_minor <= RELEVE_ABI_MINOR) return;
    const auto facts = card.file.string() + ": needs plugin contract " + contract(card.abi_major, card.abi_minor) +
                       ", and this host (releve " RELEVE_VERSION ") has " RELEVE_ABI_VERSION ": ";
    const auto rebuild = "build " + (card.name.empty() ? "it" : "plugin " + card.name) + " against this host's SDK";
    if (card.abi_major < RELEVE_ABI_MAJOR) throw load_error(facts + rebuild);
    throw load_error(facts + "install a host that has it, or " + rebuild);
}

} // namespace releve::core
