// SPDX-License-Identifier: Apache-2.0
#include "../host/described.hpp"
#include "../host/world.hpp"
#include "checks.hpp"

#include <limits>

namespace releve::conformance {

namespace {

const testing::described& described_by(const subject& of) { return of.plugin.shared()->describe(*of.abi); }

constexpr std::string_view free_key = "no_component_describes_this";

std::string toml_string(std::string_view text) {
    std::string made = "\"";
    for (const char c : text) {
        const auto byte = static_cast<unsigned char>(c);
        constexpr std::string_view digits = "0123456789abcdef";
        if (c == '"' || c == '\\')
            made += std::string{'\\'} + c;
        else if (byte < 0x20 || byte == 0x7f)
            made += std::string{"\\u00"} + digits[byte >> 4] + digits[byte & 15];
        else
            made += c;
    }
    return made + "\"";
}

/// Values that no option of the type accepts.
std::vector<std::string> wrong_values(const options::description& of) {
    std::vector<std::string> all;
    const bool text = of.type == RELEVE_OPTION_TEXT || of.type == RELEVE_OPTION_PATH;
    if (text || of.type == RELEVE_OPTION_CHOICE || of.type == RELEVE_OPTION_CONNECTION ||
        of.type == RELEVE_OPTION_SECRET)
        all.emplace_back("12");
    if (of.type == RELEVE_OPTION_CHOICE || of.type == RELEVE_OPTION_CONNECTION) all.push_back(toml_string(free_key));
    if (of.type == RELEVE_OPTION_INTEGER || of.type == RELEVE_OPTION_NUMBER || of.type == RELEVE_OPTION_BOOLEAN ||
        of.type == RELEVE_OPTION_DURATION || of.type == RELEVE_OPTION_SIZE)
        all.emplace_back("\"soon\"");
    if (of.type != RELEVE_OPTION_LIST) all.emplace_back("[[1]]");
    if (of.type == RELEVE_OPTION_LIST || of.type == RELEVE_OPTION_TABLE) all.emplace_back("true");
    if (of.type == RELEVE_OPTION_INTEGER && of.minimum) all.push_back(std::to_string(std::stoll(*of.minimum) - 1));
    if (of.type == RELEVE_OPTION_INTEGER && of.maximum) all.push_back(std::to_string(std::stoll(*of.maximum) + 1));
    if (of.type == RELEVE_OPTION_NUMBER && of.minimum) all.emplace_back("-1.0e300");
    if (of.type == RELEVE_OPTION_NUMBER && of.maximum) all.emplace_back("1.0e300");
    if (of.type == RELEVE_OPTION_DURATION && of.maximum) all.emplace_back("\"100000d\"");
    if (of.type == RELEVE_OPTION_DURATION && of.minimum && options::parse_duration(*of.minimum).value_or(0) > 0)
        all.emplace_back("\"0s\"");
    return all;
}

/// Malicious values that the description allows.
std::vector<std::string> hostile_values_of(const options::description& of) {
    std::vector<std::string> all;
    switch (of.type) {
    case RELEVE_OPTION_TEXT:
    case RELEVE_OPTION_PATH:
    case RELEVE_OPTION_SECRET:
        for (const auto& text :
             {std::string{}, std::string(65'536, 'A'), std::string{"%s%n%x"}, std::string{"../../../../etc/shadow"},
              std::string{"a\nb\tc\x01"}, std::string{"\xf0\x9f\x92\xa1 '; DROP TABLE readings; --"},
              std::string{"://"}, std::string{":"}, std::string{"http://["}, std::string{"999.999.999.999:99999"}})
            all.push_back(toml_string(text));
        break;
    case RELEVE_OPTION_INTEGER:
        all = {of.minimum.value_or(std::to_string(std::numeric_limits<std::int64_t>::min())),
               of.maximum.value_or(std::to_string(std::numeric_limits<std::int64_t>::max())), "0", "-1"};
        break;
    case RELEVE_OPTION_NUMBER:
        all = {of.minimum.value_or("-1.7e308"), of.maximum.value_or("1.7e308"), "0.0", "-0.0", "5e-324"};
        break;
    case RELEVE_OPTION_DURATION:
        all = {toml_string(of.minimum.value_or("0s")), toml_string(of.maximum.value_or("100000d")), "\"1ns\""};
        break;
    case RELEVE_OPTION_SIZE:
        all = {toml_string(of.minimum.value_or("0")), toml_string(of.maximum.value_or("9223372036854775807"))};
        break;
    case RELEVE_OPTION_BOOLEAN:
        all = {"true", "false"};
        break;
    case RELEVE_OPTION_CHOICE:
        for (const auto& one : of.choices) all.push_back(toml_string(one));
        break;
    case RELEVE_OPTION_LIST: {
        all.emplace_back("[]");
        std::string many = "[";
        for (int i = 0; i < 1000; ++i) {
            if (of.item_type == RELEVE_OPTION_INTEGER) many += "0,";
            if (of.item_type == RELEVE_OPTION_NUMBER) many += "0.0,";
            if (of.item_type == RELEVE_OPTION_TEXT || of.item_type == RELEVE_OPTION_PATH) many += "\"\",";
        }
        all.push_back(many + "]");
        break;
    }
    default:
        break;
    }
    return all;
}

/// The good options with one replaced. TOML has each key once: the good line of the key is removed.
std::string with_value(const subject& of, const std::string& key, const std::string& value) {
    auto table = toml::parse(of.good ? of.good->options : "");
    table.erase(key);
    std::ostringstream text;
    if (!value.empty()) text << key << " = " << value << "\n";
    text << table << "\n";
    return text.str();
}

std::vector<testing::problem> problems_of(const subject& of, const std::string& toml) {
    if (of.is_connection()) {
        try {
            const testing::site made{of.plugin, "[connection.it]\ncomponent = \"" + of.component + "\"\n" + toml,
                                     alone()};
        } catch (const testing::bad_options& e) {
            return e.problems;
        }
        return {};
    }
    try {
        testing::site at{of.plugin, of.good ? of.good->connections : "", alone()};
        const testing::node made{at, of.component, toml};
    } catch (const testing::bad_options& e) {
        return e.problems;
    }
    return {};
}

/// A connection's section names its component; the options alone must not.
std::string strip_component(const std::string& text) {
    auto table = toml::parse(text);
    table.erase("component");
    std::ostringstream made;
    made << table << "\n";
    return made.str();
}

} // namespace

result described(const subject& of) {
    const auto mistakes = of.plugin.description_mistakes(of.component);
    if (!mistakes.empty()) return failed("the description of its options is refused: " + mistakes.front());
    const auto& all = described_by(of).options;
    if (view(of.abi->summary).empty()) return failed("the component has no summary");
    return ok(std::to_string(all.size()) + " options, each described and documented");
}

result sample(const subject& of) {
    if (!of.sample) return skipped("no --sample was given");
    if (!of.good) return failed("the sample has no section of component '" + of.component + "'");
    const auto found = problems_of(of, of.is_connection() ? strip_component(of.good->options) : of.good->options);
    if (!found.empty()) return failed("the sample's section is refused: " + found.front().what);
    return ok("the sample's section is accepted");
}

result bad_values(const subject& of) {
    if (!of.plugin.description_mistakes(of.component).empty()) return skipped("its options have a bad description");
    int tried = 0;
    const auto refused = [&](const std::string& key, const std::string& value) {
        ++tried;
        auto text = with_value(of, key, value);
        return !problems_of(of, of.is_connection() ? strip_component(text) : text).empty();
    };
    if (!refused(std::string{free_key}, "1")) return failed("an unknown option is accepted");
    for (const auto& one : described_by(of).options) {
        if (one.type == RELEVE_OPTION_INTERVAL) continue;
        for (const auto& value : wrong_values(one))
            if (!refused(one.key, value)) return failed("option '" + one.key + "' accepts " + value);
        if (one.required() && !refused(one.key, "")) return failed("required option '" + one.key + "' may be missing");
    }
    return ok(std::to_string(tried) + " bad values, each refused");
}

result hostile_values(const subject& of) {
    if (!of.plugin.description_mistakes(of.component).empty()) return skipped("its options have a bad description");
    int tried = 0;
    for (const auto& one : described_by(of).options)
        for (const auto& value : hostile_values_of(one)) {
            ++tried;
            auto text = with_value(of, one.key, value);
            try {
                static_cast<void>(problems_of(of, of.is_connection() ? strip_component(text) : text));
            } catch (const testing::stuck& e) {
                return failed("option '" + one.key + "' = " + value.substr(0, 60) + ": " + e.what());
            } catch (const std::runtime_error& e) {
                if (std::string_view{e.what()}.ends_with("gave no reason"))
                    return failed("option '" + one.key + "' = " + value.substr(0, 60) + " is refused without a reason");
            }
        }
    return ok(std::to_string(tried) + " hostile values, each accepted or refused with a reason");
}

} // namespace releve::conformance
