// SPDX-License-Identifier: Apache-2.0
// gsm-modem: two connected modems: messages from one arrive at the other, late, twice or not at all on request.
#include "emulated_modem.hpp"
#include "modem/modem.hpp"
#include "pdu/base16.hpp"
#include "pdu/pdu.hpp"

#include <boost/program_options.hpp>

#include <csignal>
#include <ctime>
#include <deque>
#include <iostream>
#include <mutex>
#include <random>

namespace {

namespace options = boost::program_options;
using releve::sms::from_base16;
using releve::sms::to_base16;

constexpr std::size_t max_in_transit = 1000; // messages; more are lost, as in a network

struct network_settings {
    double loss = 0, twice = 0;
    unsigned seed = 1;
};

/// A sent message as the other modem receives it. Empty: it is not an SMS-SUBMIT.
std::string incoming(const std::string& pdu, const std::string& from) {
    const auto bytes = from_base16(pdu);
    if (!bytes) return {};
    try {
        const auto read = releve::sms::read_pdu(*bytes);
        const auto* submit = std::get_if<releve::sms::sms_submit>(&read.message);
        if (submit == nullptr) return {};
        releve::sms::sms_deliver message;
        message.sender = releve::sms::address_of(from);
        message.time = releve::sms::pdu_time{std::time(nullptr), 0};
        message.data = submit->data;
        return to_base16(releve::sms::write_pdu({{}, message}));
    } catch (const releve::sms::pdu_error&) {
        return {};
    }
}

/// One direction between two modems. Messages wait while the receiver's store is full.
class network {
public:
    network(gsm_modem::emulated_modem& to, std::string from, const network_settings& settings)
        : to_{to}
        , from_{std::move(from)}
        , settings_{settings}
        , random_{settings.seed} {}
    void take(const std::string& pdu) {
        const std::lock_guard lock{mutex_};
        std::uniform_real_distribution<double> chance{0, 1};
        const auto message = incoming(pdu, from_);
        int copies = chance(random_) < settings_.twice ? 2 : 1;
        if (message.empty() || chance(random_) < settings_.loss) copies = 0;
        for (; copies > 0 && in_transit_.size() < max_in_transit; --copies) in_transit_.push_back(message);
    }
    void pass_on() {
        const std::lock_guard lock{mutex_};
        while (!in_transit_.empty() && to_.deliver(in_transit_.front())) in_transit_.pop_front();
    }

private:
    gsm_modem::emulated_modem& to_;
    std::string from_;
    network_settings settings_;
    std::mutex mutex_;
    std::mt19937 random_;
    std::deque<std::string> in_transit_;
};

int run(const std::string& link_a, const std::string& link_b, const std::string& number_a, const std::string& number_b,
        network_settings settings) {
    sigset_t ends;
    sigemptyset(&ends);
    sigaddset(&ends, SIGINT);
    sigaddset(&ends, SIGTERM);
    ::pthread_sigmask(SIG_BLOCK, &ends, nullptr);
    gsm_modem::emulated_modem a{link_a}, b{link_b};
    network to_b{b, number_a, settings};
    settings.seed += 1;
    network to_a{a, number_b, settings};
    a.on_sent([&](const auto& pdu) { to_b.take(pdu); });
    b.on_sent([&](const auto& pdu) { to_a.take(pdu); });
    std::cout << number_a << " at " << link_a << ", " << number_b << " at " << link_b << std::endl;
    const timespec pause{0, 50'000'000}; // the network's delay
    while (::sigtimedwait(&ends, nullptr, &pause) < 0) {
        to_a.pass_on();
        to_b.pass_on();
    }
    a.on_sent({});
    b.on_sent({});
    return 0;
}

} // namespace

int main(int argc, char** argv) {
    std::string link_a, link_b, number_a, number_b;
    network_settings settings;
    options::options_description all{"gsm-modem: two connected emulated modems\n\nOptions"};
    auto add = all.add_options();
    add("help", "this page");
    add("link-a", options::value(&link_a)->default_value("modem-a"), "link to the first one's terminal");
    add("link-b", options::value(&link_b)->default_value("modem-b"), "link to the second one's terminal");
    add("number-a", options::value(&number_a)->default_value("+33600000001"), "the first one's number");
    add("number-b", options::value(&number_b)->default_value("+33600000002"), "the second one's number");
    add("loss", options::value(&settings.loss)->default_value(0), "share of the messages that are lost");
    add("twice", options::value(&settings.twice)->default_value(0), "share of the messages that arrive twice");
    add("seed", options::value(&settings.seed)->default_value(1), "seed of the random numbers");
    try {
        options::variables_map given;
        options::store(options::parse_command_line(argc, argv, all), given);
        options::notify(given);
        if (given.count("help") != 0) {
            std::cout << all;
            return 0;
        }
        return run(link_a, link_b, number_a, number_b, settings);
    } catch (const std::exception& e) {
        std::cerr << "gsm-modem: " << e.what() << "; see gsm-modem --help\n";
        return 2;
    }
}
