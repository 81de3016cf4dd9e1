// SPDX-License-Identifier: Apache-2.0
#include "spool/dead_letters.hpp"
#include "cli/exit_codes.hpp"
#include "cli/file_modes.hpp"
#include "commands.hpp"
#include "config/pipeline_file.hpp"
#include "control/json_text.hpp"
#include "control/record_json.hpp"
#include "spool/store.hpp"

#include <releve/kit/text/number.hpp>
#include <releve/kit/text/printable.hpp>
#include <releve/kit/time/site_time.hpp>

#include <algorithm>
#include <array>
#include <boost/json.hpp>
#include <charconv>
#include <chrono>
#include <cstdio>
#include <iostream>

namespace releve::core {

namespace {

namespace po = boost::program_options;

constexpr std::array qualities{"good", "suspect", "estimated", "absent"};

constexpr auto usage = "usage: releve dead-letters list [--sink NAME] [--json] FILE\n"
                       "       releve dead-letters show [--json] NUMBER... FILE\n"
                       "       releve dead-letters replay NUMBER... | --sink NAME | --all FILE\n"
                       "       releve dead-letters drop NUMBER... | --sink NAME | --all FILE\n\n"
                       "Records that a sink refused for good. 'replay' gives them to their sink again at the next "
                       "start: stop the site first. The other commands work while it runs.\n";

struct selection {
    std::string verb, file;
    letter_choice which;
    bool json = false;
};

std::int64_t number_of(const std::string& word) {
    const auto number = kit::integer_in<std::int64_t>(word);
    if (!number) throw po::error("'" + word + "' is not the number of a dead letter; the pipeline file comes last");
    return *number;
}

selection read(const po::variables_map& values) {
    std::vector<std::string> words;
    if (values.count("word") != 0) words = values["word"].as<std::vector<std::string>>();
    if (words.empty()) throw po::error("which command? list, show, replay or drop");
    selection made;
    made.verb = words.front();
    constexpr std::array<std::string_view, 4> verbs{"list", "show", "replay", "drop"};
    if (std::find(verbs.begin(), verbs.end(), made.verb) == verbs.end())
        throw po::error("no command '" + made.verb + "': there are list, show, replay and drop");
    if (words.size() < 2) throw po::error("which site? Give its pipeline file as the last argument");
    made.file = words.back();
    for (std::size_t i = 1; i + 1 < words.size(); ++i) made.which.numbers.push_back(number_of(words[i]));
    made.which.all = values.count("all") != 0;
    if (values.count("sink") != 0) made.which.sink = values["sink"].as<std::string>();
    made.json = values.count("json") != 0;
    const auto ways =
        (made.which.all ? 1 : 0) + (made.which.sink.empty() ? 0 : 1) + (made.which.numbers.empty() ? 0 : 1);
    if (ways > 1) throw po::error("give one of numbers, --sink and --all");
    if (made.verb == "list" && !made.which.numbers.empty()) throw po::error("'show' takes numbers, 'list' does not");
    if (made.verb == "show" && made.which.numbers.empty()) throw po::error("show which? Give their numbers");
    if (made.verb == "list" && ways == 0) made.which.all = true;
    if (ways == 0 && made.verb != "list")
        throw po::error(made.verb + " which? Give their numbers, --sink NAME or --all");
    return made;
}

/// 2026-11-23 14:03:22.050 CET
std::string local_time(std::int64_t ns, kit::site_time& zone) {
    const time_point at{duration{ns}};
    const auto local = zone.local(at);
    const auto ms = std::chrono::floor<std::chrono::milliseconds>(at.time_since_epoch()).count() % 1000;
    std::array<char, 8> digits{};
    std::snprintf(digits.data(), digits.size(), ".%03d", static_cast<int>(ms < 0 ? ms + 1000 : ms));
    return zone.date(at) + " " + zone.time_of_day(at) + digits.data() + " " + local.abbreviation;
}

std::string value_of(const kept_letter& one) {
    if (one.type == kept_letter::value_type::absent) return "absent";
    if (one.type == kept_letter::value_type::text) return kit::printable(one.text);
    std::array<char, 32> digits{};
    const std::string made{digits.data(), std::to_chars(digits.data(), digits.data() + digits.size(), one.value).ptr};
    return one.unit.empty() || one.unit == "1" ? made : made + " " + kit::printable(one.unit);
}

void print_line(const kept_letter& one, kit::site_time& zone) {
    std::cout << one.number << "  " << local_time(one.record_time, zone) << "  " << kit::printable(one.sink) << "  "
              << kit::printable(one.series_text) << "  " << value_of(one) << "  " << kit::printable(one.reason) << "\n";
}

void print_all(const kept_letter& one, kit::site_time& zone) {
    std::cout << "dead letter  " << one.number << "\nsink         " << kit::printable(one.sink) << "\nrefused      "
              << local_time(one.time, zone) << "\nreason       " << kit::printable(one.reason) << "\nseries       "
              << kit::printable(one.series_text) << "\ntime         " << local_time(one.record_time, zone)
              << "\nvalue        " << value_of(one) << "\nquality      " << qualities[one.quality % qualities.size()]
              << "\n";
}

void print_json(const kept_letter& one) {
    boost::json::object all{{"number", one.number}, {"refused", iso_time(one.time)},
                            {"sink", one.sink},     {"series", one.series_text},
                            {"unit", one.unit},     {"time", iso_time(one.record_time)},
                            {"value", nullptr},     {"quality", qualities[one.quality % qualities.size()]},
                            {"reason", one.reason}};
    if (one.type == kept_letter::value_type::text) all["value"] = one.text;
    if (one.type == kept_letter::value_type::number) all["value"] = one.value;
    std::cout << json_text(all) << "\n";
}

std::string counted(std::int64_t count) {
    return std::to_string(count) + (count == 1 ? " dead letter" : " dead letters");
}

void print_chosen(const selection& what, const database& in, const std::string& timezone) {
    kit::site_time zone{timezone};
    each_dead_letter(in, what.which, [&](const kept_letter& one) {
        if (what.json) return print_json(one);
        if (what.verb == "show") return print_all(one, zone);
        print_line(one, zone);
    });
}

} // namespace

int command_dead_letters(const arguments& given) {
    po::options_description options{"options"};
    options.add_options()("help,h", "show this help")("json", "list, show: one JSON object per record")(
        "sink", po::value<std::string>(), "the records of this sink")("all", "replay, drop: all of them")(
        "word", po::value<std::vector<std::string>>(), "the command, numbers, and the pipeline file");
    po::positional_options_description positional;
    positional.add("word", -1);
    po::variables_map values;
    int code = exit_ok;
    if (!parse(given, options, positional, usage, values, code)) return code;
    const auto what = read(values);
    keep_files_private();
    const auto site = read_site_of(what.file);
    const auto file = site.state / store::file_name;
    if (!std::filesystem::exists(file))
        throw std::runtime_error(file.string() + ": no such state file. Has this site run, as this user?");
    if (what.verb == "replay") {
        store kept{site.state};
        const auto now =
            std::chrono::duration_cast<std::chrono::nanoseconds>(std::chrono::system_clock::now().time_since_epoch())
                .count();
        std::cout << counted(kept.replay_dead_letters(what.which, now))
                  << " put back: the sink gets them when the site starts\n";
        return exit_ok;
    }
    if (what.verb == "drop") {
        database kept{file, database::access::write};
        std::cout << counted(drop_dead_letters(kept, what.which)) << " dropped\n";
        return exit_ok;
    }
    const database kept{file, database::access::read};
    print_chosen(what, kept, site.timezone);
    return exit_ok;
}

} // namespace releve::core
