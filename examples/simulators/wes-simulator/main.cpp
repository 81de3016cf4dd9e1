// SPDX-License-Identifier: Apache-2.0
#include "server.hpp"

#include <boost/program_options.hpp>

#include <chrono>
#include <cstdio>
#include <ctime>
#include <exception>
#include <iostream>
#include <stdexcept>
#include <string>

namespace {

namespace po = boost::program_options;
using namespace wes_simulator;

// "2026-01-15T06:00" or "2026-01-15", the dwelling's local time.
std::int64_t local_seconds(const std::string& text) {
    std::tm civil{};
    int minutes_given = 0;
    const int fields = std::sscanf(text.c_str(), "%4d-%2d-%2dT%2d:%2d%n", &civil.tm_year, &civil.tm_mon, &civil.tm_mday,
                                   &civil.tm_hour, &civil.tm_min, &minutes_given);
    const bool whole = fields == 3 ? text.size() == 10 : fields == 5 && minutes_given == static_cast<int>(text.size());
    if (!whole || civil.tm_year < 1970 || civil.tm_mon < 1 || civil.tm_mon > 12 || civil.tm_mday < 1 ||
        civil.tm_mday > 31 || civil.tm_hour > 23 || civil.tm_min > 59) {
        throw std::runtime_error("--start " + text + ": write it as 2026-01-15 or 2026-01-15T06:00");
    }
    civil.tm_year -= 1900;
    civil.tm_mon -= 1;
    return timegm(&civil);
}

contract contract_named(const std::string& name) {
    if (name == "base") return contract::base;
    if (name == "off_peak") return contract::off_peak;
    if (name == "tempo") return contract::tempo;
    throw std::runtime_error("--contract " + name + ": must be one of base, off_peak, tempo");
}

po::options_description options() {
    po::options_description all{"wes-simulator: one or many WES energy servers on TCP ports. Options"};
    all.add_options()("help", "this text")                                                                      //
        ("listen", po::value<std::string>()->default_value("127.0.0.1"), "address")                             //
        ("port", po::value<std::uint16_t>()->default_value(8081), "port of the first server; 0: free ports")    //
        ("count", po::value<unsigned>()->default_value(1), "servers, on consecutive ports (1 to 1000)")         //
        ("profile", po::value<std::string>()->default_value("V0.84A10"), "firmware: V0.61D, V0.8x, V0.84A10")   //
        ("name", po::value<std::string>()->default_value("WES"), "shown on the start page")                     //
        ("seed", po::value<std::uint64_t>()->default_value(1), "of the first dwelling; the next ones add 1")    //
        ("contract", po::value<std::string>()->default_value("off_peak"), "base, off_peak or tempo")            //
        ("start", po::value<std::string>(), "simulated local time at the start (default: now, UTC)")            //
        ("speed", po::value<double>()->default_value(1), "simulated seconds in a second; 0: time stands still") //
        ("user", po::value<std::string>()->default_value("admin"), "the account with all rights")               //
        ("password", po::value<std::string>()->default_value("wes"), "its password")                            //
        ("m2m", po::value<std::string>()->default_value("a"), "dialect of M2M replies: a or b")                 //
        ("m2m-card", po::value<unsigned>(), "a card of 1-Wire relays, RLW0 or RLW1 in M2M replies: 0 or 1")     //
        ("files", po::value<std::string>(), "folder of web pages and templates, also the root of wes-ftp")      //
        ("logs", po::bool_switch(), "keep log files there: an hour a row")                                      //
        ("log-path", po::value<std::string>()->default_value("LOG/%Y%m%d.CSV"), "their names")                  //
        ("fault", po::value<std::string>()->default_value("none"), std::string{fault_names}.c_str())            //
        ("fault-seconds", po::value<double>(), "slow: before the reply; reboot: until it is back")              //
        ("fault-bytes", po::value<std::size_t>(), "cut: of the document, before the cut");
    return all;
}

void run(const po::variables_map& given) {
    const auto text = [&](const char* key) { return given[key].as<std::string>(); };
    serving settings;
    settings.address = text("listen");
    settings.port = given["port"].as<std::uint16_t>();
    settings.speed = given["speed"].as<double>();
    if (!(settings.speed >= 0) || settings.speed > 1e6) throw std::runtime_error("--speed: must be 0 to 1000000");
    const auto fault = fault_named(text("fault"));
    if (!fault) throw std::runtime_error("--fault " + text("fault") + ": must be one of " + std::string{fault_names});
    settings.fault = *fault;
    if (given.count("fault-seconds") != 0) settings.fault.seconds = given["fault-seconds"].as<double>();
    if (given.count("fault-bytes") != 0) settings.fault.bytes = given["fault-bytes"].as<std::size_t>();

    const auto profile = firmware_named(text("profile"));
    if (!profile) throw std::runtime_error("--profile " + text("profile") + ": must be one of V0.61D, V0.8x, V0.84A10");
    const unsigned count = given["count"].as<unsigned>();
    if (count < 1 || count > 1000 || settings.port + count > 65536) {
        throw std::runtime_error("--count: must be 1 to 1000, and the last port at most 65535");
    }
    device_setting setting;
    setting.profile = *profile;
    setting.agreed = contract_named(text("contract"));
    if (text("m2m") != "a" && text("m2m") != "b") throw std::runtime_error("--m2m " + text("m2m") + ": must be a or b");
    setting.dialect = text("m2m") == "a" ? m2m_dialect::a : m2m_dialect::b;
    if (given.count("m2m-card") != 0) {
        const unsigned number = given["m2m-card"].as<unsigned>();
        if (number > 1) throw std::runtime_error("--m2m-card " + std::to_string(number) + ": must be 0 or 1");
        setting.card = number == 0 ? relay_card::called_0 : relay_card::called_1;
    }
    if (given["logs"].as<bool>()) setting.log = text("log-path");
    if (given["logs"].as<bool>() && given.count("files") == 0)
        throw std::runtime_error("--logs: it needs --files DIR, the folder for the logs");
    setting.user = text("user");
    setting.password = text("password");
    setting.start_s = given.count("start") != 0 ? local_seconds(text("start")) : std::time(nullptr);
    std::vector<device_setting> devices;
    for (unsigned i = 0; i < count; ++i) {
        devices.push_back(setting);
        devices.back().name = count == 1 ? text("name") : text("name") + std::to_string(i + 1);
        devices.back().seed = given["seed"].as<std::uint64_t>() + i;
        if (given.count("files") == 0) continue;
        devices.back().files = text("files");
        if (count == 1) continue;
        if (!file_tree::is_path(text("name")))
            throw std::runtime_error("--name " + text("name") + ": it is not the name of a folder");
        devices.back().files += "/" + devices.back().name;
    }
    serve(settings, std::move(devices));
}

} // namespace

int main(int count, char** words) {
    try {
        po::variables_map given;
        po::store(po::parse_command_line(count, words, options()), given);
        if (given.count("help") != 0) {
            std::cout << options();
            return 0;
        }
        run(given);
        return 0;
    } catch (const std::exception& error) {
        std::fprintf(stderr, "wes-simulator: %s\n", error.what());
        return 2;
    }
}
