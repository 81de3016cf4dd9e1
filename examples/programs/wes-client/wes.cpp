// SPDX-License-Identifier: Apache-2.0
// wes --host HOST ...: a WES from the command line. See README.md.
#include "client/server.hpp"

#include <boost/program_options.hpp>

#include <releve/kit/io/descriptor.hpp>
#include <releve/kit/io/wait.hpp>
#include <releve/kit/text/number.hpp>

#include <sys/signalfd.h>

#include <algorithm>
#include <chrono>
#include <csignal>
#include <cstdlib>
#include <iomanip>
#include <iostream>
#include <map>
#include <string>
#include <utility>
#include <vector>

namespace po = boost::program_options;
namespace wes = releve::wes;

namespace {

constexpr const char* usage = R"(usage: wes --host HOST [options] COMMAND

  list                    all values of the server
  CHANNEL N [VALUE]       the values of one channel: meter, clamp, pulse, probe, relay, input, analog, switch or
                          variable, and its number; or one value: power, current, voltage, energy, count, ...
  relay N on|off          turns a relay on or off, and reads back whether it is
  switch N on|off         the same with a virtual switch
  firmware                the version of its firmware
  watch                   all values, then each change, until Ctrl-C
  tag TAG                 a single value over M2M: T100, P102
  files [FOLDER]          the files of a folder, over FTP
  get PATH                a file, written to the standard output

Where releve runs on this machine and has the server, all requests go through it; HOST may then be the server's name in
the pipeline file. The variable RELEVE_CONTROL names the control socket of releve; empty: never through releve.
)";

struct usage_error : std::runtime_error {
    using std::runtime_error::runtime_error;
};

const std::map<std::string, wes::channel_kind>& kinds() {
    static const std::map<std::string, wes::channel_kind> all{
        {"meter", wes::channel_kind::tic},        {"clamp", wes::channel_kind::clamp},
        {"pulse", wes::channel_kind::pulse},      {"probe", wes::channel_kind::probe},
        {"relay", wes::channel_kind::relay},      {"input", wes::channel_kind::input},
        {"analog", wes::channel_kind::analog},    {"switch", wes::channel_kind::virtual_switch},
        {"variable", wes::channel_kind::variable}};
    return all;
}

int number_in(const std::string& text) {
    const int number = releve::kit::integer_in<int>(text).value_or(0);
    if (number < 1) throw usage_error("'" + text + "' is not the number of a channel");
    return number;
}

/// "tic1 active_energy_drawn_tariff HCHP"
std::string name_of(const wes::element_value& one) {
    auto name = wes::channel_name(one.row->of, one.channel);
    name += (name.empty() ? "" : " ") + std::string{one.row->series};
    if (!one.row->label_value.empty()) name += " " + std::string{one.row->label_value};
    return name;
}

std::string value_of(const wes::element_value& one) {
    if (one.row->form == wes::element_form::text) return std::string{one.text};
    auto made = releve::shortest(one.number);
    if (!one.row->unit.empty() && one.row->unit != "1") made += " " + std::string{one.row->unit};
    return made;
}

/// "power" matches "apparent_power_drawn".
bool matches(const wes::element_value& one, const std::string& what) {
    return what.empty() || one.row->series.find(what) != std::string_view::npos || one.row->label_value == what;
}

int show(wes::server& from, wes::channel_kind of, int number, const std::string& what) {
    std::vector<wes::element_value> found;
    for (const auto& one : from.values()) {
        const bool mains =
            of == wes::channel_kind::clamp && what == "voltage" && one.row->of == wes::channel_kind::mains;
        if ((mains || (one.row->of == of && one.channel == number)) && matches(one, what)) found.push_back(one);
    }
    if (found.empty()) {
        std::cerr << "wes: the server shows no such value; 'wes list' shows what there is\n";
        return 1;
    }
    if (found.size() == 1 && !what.empty()) return std::cout << value_of(found[0]) << "\n", 0;
    for (const auto& one : found) std::cout << std::left << std::setw(48) << name_of(one) << value_of(one) << "\n";
    return 0;
}

/// SIGINT and SIGTERM end a pause at once, and are not lost before it.
class signals {
public:
    signals() {
        sigset_t both;
        ::sigemptyset(&both);
        ::sigaddset(&both, SIGINT);
        ::sigaddset(&both, SIGTERM);
        ::sigprocmask(SIG_BLOCK, &both, nullptr);
        fd_.reset(::signalfd(-1, &both, SFD_CLOEXEC));
    }
    /// False: a signal came.
    bool pause(std::chrono::seconds time) const {
        return !releve::kit::poll_waiter().ready(fd_.get(), RELEVE_READABLE, time);
    }

private:
    releve::kit::descriptor fd_;
};

int watch(wes::server& from, std::chrono::seconds every) {
    const signals end;
    std::map<std::string, std::string> shown;
    bool lost = false;
    do {
        try {
            from.refresh();
            if (std::exchange(lost, false)) std::cerr << "wes: it answers again\n";
            for (const auto& one : from.values())
                if (auto& before = shown[name_of(one)]; before != value_of(one)) {
                    before = value_of(one);
                    std::cout << std::left << std::setw(48) << name_of(one) << before << std::endl;
                }
        } catch (const std::runtime_error& e) {
            if (!std::exchange(lost, true)) std::cerr << "wes: " << e.what() << "\n";
        }
    } while (end.pause(every));
    return 0;
}

int list_files(wes::server& of, const std::string& folder) {
    for (const auto& one : of.files(folder))
        std::cout << std::left << std::setw(20) << one.changed << std::right << std::setw(10) << one.bytes << "  "
                  << one.name << "\n";
    return 0;
}

int execute(wes::server& at, const std::vector<std::string>& words, std::chrono::seconds every) {
    const auto& command = words.front();
    if (command == "firmware" && words.size() == 1) return std::cout << at.firmware() << "\n", 0;
    if (command == "watch" && words.size() == 1) return watch(at, every);
    if (command == "list" && words.size() == 1) {
        for (const auto& one : at.values())
            std::cout << std::left << std::setw(48) << name_of(one) << value_of(one) << "\n";
        return 0;
    }
    if (command == "tag" && words.size() == 2) return std::cout << at.tag(words[1]) << "\n", 0;
    if (command == "files" && words.size() <= 2) return list_files(at, words.size() == 2 ? words[1] : "/");
    if (command == "get" && words.size() == 2) return std::cout << at.file(words[1]) << std::flush, 0;
    const auto kind = kinds().find(command);
    if (kind == kinds().end()) throw usage_error("there is no command '" + command + "'");
    if (words.size() < 2 || words.size() > 3) throw usage_error("write wes " + command + " 1, or with a value");
    const auto number = number_in(words[1]);
    const auto what = words.size() == 3 ? words[2] : std::string{};
    if (what != "on" && what != "off") return show(at, kind->second, number, what);
    if (command == "relay")
        at.set_relay(number, what == "on");
    else if (command == "switch")
        at.set_virtual_switch(number, what == "on");
    else
        throw usage_error("a " + command + " can't be turned on or off");
    std::cout << command << " " << number << " is " << what << "\n";
    return 0;
}

int run(int argc, char** argv) {
    wes::server_address to;
    std::vector<std::string> words;
    int every = 10;
    po::options_description shown{"options"};
    shown.add_options()("host", po::value(&to.host), "address or host name")("port", po::value(&to.port), "port: 80")(
        "user", po::value(&to.user), "account: admin; its password is the variable WES_PASSWORD, or the factory's")(
        "m2m-port", po::value(&to.m2m_port), "port of M2M: 1500")("ftp-port", po::value(&to.ftp_port),
                                                                  "port of FTP: 21")(
        "ftp-user", po::value(&to.ftp_user),
        "account of FTP: adminftp; its password is WES_FTP_PASSWORD, or the factory's")(
        "m2m", "read values over M2M where possible")("every", po::value(&every),
                                                      "watch: seconds between two readings: 10")("help", "this text");
    po::options_description all;
    all.add(shown).add_options()("words", po::value(&words));
    po::positional_options_description positions;
    positions.add("words", -1);
    po::variables_map given;
    try {
        po::store(po::command_line_parser(argc, argv).options(all).positional(positions).run(), given);
        po::notify(given);
    } catch (const po::error& e) {
        throw usage_error(e.what());
    }
    if (given.contains("help")) return std::cout << usage << "\n" << shown, 0;
    if (to.host.empty()) throw usage_error("which server? --host 192.168.1.112");
    if (words.empty()) throw usage_error("no command: 'wes --host " + to.host + " list' shows all values");
    if (every < 1) throw usage_error("--every is at least 1 (second)");
    if (const char* password = std::getenv("WES_PASSWORD"); password != nullptr) to.password = password;
    if (const char* password = std::getenv("WES_FTP_PASSWORD"); password != nullptr) to.ftp_password = password;
    wes::server server{to, given.contains("m2m") ? wes::read_from::m2m : wes::read_from::page};
    return execute(server, words, std::chrono::seconds{every});
}

} // namespace

int main(int argc, char** argv) try { return run(argc, argv); } catch (const usage_error& e) {
    std::cerr << "wes: " << e.what() << "\n" << usage;
    return 2;
} catch (const std::exception& e) {
    std::cerr << "wes: " << e.what() << "\n";
    return 1;
}
