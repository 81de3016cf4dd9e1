// SPDX-License-Identifier: Apache-2.0
#include "spool/dead_letters.hpp"
#include "cli/exit_codes.hpp"
#include "commands.hpp"
#include "config/pipeline_file.hpp"
#include "control/record_json.hpp"
#include "spool/store.hpp"

#include <boost/json.hpp>
#include <date/tz.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <chrono>
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
                       "start: stop the site first. The others work while it runs.\n";

struct asked {
    std::string verb, file;
    letter_choice which;
    bool json = false;
};

std::int64_t number_of(const std::string& word) {
    std::int64_t made = 0;
    const auto* end = word.data() + word.size();
    if (const auto [at, error] = std::from_chars(word.data(), end, made); error != std::errc{} || at != end)
        throw po::error("'" + word + "' is no number of a dead letter; the pipeline file comes last");
    return made;
}

asked read(const po::variables_map& values) {
    std::vector<std::string> words;
    if (values.count("word") != 0) words = values["word"].as<std::vector<std::string>>();
    if (words.empty()) throw po::error("what with them? list, show, replay or drop");
    asked made;
    made.verb = words.front();
    constexpr std::array<std::string_view, 4> verbs{"list", "show", "replay", "drop"};
    if (std::find(verbs.begin(), verbs.end(), made.verb) == verbs.end())
        throw po::error("no '" + made.verb + "': there are list, show, replay and drop");
    if (words.size() < 2) throw po::error("which site? Give its pipeline file, last");
    made.file = words.back();
    for (std::size_t i = 1; i + 1 < words.size(); ++i) made.which.numbers.push_back(number_of(words[i]));
    made.which.all = values.count("all") != 0;
    if (values.count("sink") != 0) made.which.sink = values["sink"].as<std::string>();
    made.json = values.count("json") != 0;
    const auto ways =
        (made.which.all ? 1 : 0) + (made.which.sink.empty() ? 0 : 1) + (made.which.numbers.empty() ? 0 : 1);
    if (ways > 1) throw po::error("numbers, --sink and --all: one of them");
    if (made.verb == "list" && !made.which.numbers.empty()) throw po::error("'show' takes numbers, 'list' does not");
    if (made.verb == "show" && made.which.numbers.empty()) throw po::error("show which? Give their numbers");
    if (made.verb == "list" && ways == 0) made.which.all = true;
    if (ways == 0 && made.verb != "list")
        throw po::error(made.verb + " which? Give their numbers, --sink NAME or --all");
    return made;
}

/// What came from a wire must not steer the terminal.
std::string plain(std::string text) {
    for (auto& c : text)
        if (static_cast<unsigned char>(c) < 0x20 || c == 0x7f) c = '?';
    return text;
}

std::string local_time(std::int64_t ns, const date::time_zone& zone) {
    const date::sys_time<std::chrono::milliseconds> at{
        date::floor<std::chrono::milliseconds>(std::chrono::nanoseconds{ns})};
    return date::format("%Y-%m-%d %H:%M:%S %Z", date::make_zoned(&zone, at));
}

std::string value_of(const kept_letter& one) {
    if (one.type == kept_letter::value_type::absent) return "absent";
    if (one.type == kept_letter::value_type::text) return plain(one.text);
    std::array<char, 32> digits{};
    const std::string made{digits.data(), std::to_chars(digits.data(), digits.data() + digits.size(), one.value).ptr};
    return one.unit.empty() || one.unit == "1" ? made : made + " " + plain(one.unit);
}

void print_line(const kept_letter& one, const date::time_zone& zone) {
    std::cout << one.number << "  " << local_time(one.record_time, zone) << "  " << one.sink << "  "
              << plain(one.series_words) << "  " << value_of(one) << "  " << plain(one.reason) << "\n";
}

void print_all(const kept_letter& one, const date::time_zone& zone) {
    std::cout << "dead letter  " << one.number << "\nsink         " << one.sink << "\nrefused      "
              << local_time(one.time, zone) << "\nreason       " << plain(one.reason) << "\nseries       "
              << plain(one.series_words) << "\ntime         " << local_time(one.record_time, zone) << "\nvalue        "
              << value_of(one) << "\nquality      " << qualities[one.quality % qualities.size()] << "\n";
}

void print_json(const kept_letter& one) {
    boost::json::object all{{"number", one.number}, {"refused", iso_time(one.time)},
                            {"sink", one.sink},     {"series", one.series_words},
                            {"unit", one.unit},     {"time", iso_time(one.record_time)},
                            {"value", nullptr},     {"quality", qualities[one.quality % qualities.size()]},
                            {"reason", one.reason}};
    if (one.type == kept_letter::value_type::text) all["value"] = one.text;
    if (one.type == kept_letter::value_type::number) all["value"] = one.value;
    std::cout << boost::json::serialize(all) << "\n";
}

std::string counted(std::int64_t count) {
    return std::to_string(count) + (count == 1 ? " dead letter" : " dead letters");
}

void print_chosen(const asked& what, const database& in, const std::string& timezone) {
    const auto& zone = *date::locate_zone(timezone);
    each_dead_letter(in, what.which, [&](const kept_letter& one) {
        if (what.json) return print_json(one);
        if (what.verb == "show") return print_all(one, zone);
        print_line(one, zone);
    });
}

} // namespace

int command_dead_letters(const arguments& given) {
    po::options_description options{"options"};
    options.add_options()("help,h", "this page")("json", "list, show: one JSON object a record")(
        "sink", po::value<std::string>(), "those of this sink")("all", "replay, drop: all of them")(
        "word", po::value<std::vector<std::string>>(), "what to do, numbers, and the pipeline file");
    po::positional_options_description positional;
    positional.add("word", -1);
    po::variables_map values;
    int code = exit_ok;
    if (!parse(given, options, positional, usage, values, code)) return code;
    const auto what = read(values);
    const auto site = read_site_of(what.file);
    const auto file = site.state / store::file_name;
    if (!std::filesystem::exists(file))
        throw std::runtime_error(file.string() + ": there is no such state file: has this site run, and as this user?");
    if (what.verb == "replay") {
        store kept{site.state};
        const auto now =
            std::chrono::duration_cast<std::chrono::nanoseconds>(std::chrono::system_clock::now().time_since_epoch())
                .count();
        std::cout << counted(kept.replay_dead_letters(what.which, now))
                  << " put back: given to the sink when the site starts\n";
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
