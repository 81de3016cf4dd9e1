// SPDX-License-Identifier: Apache-2.0
// gsm-modem: two modems that are joined: what one sends comes to the other, late, twice or not at all where asked for.
#include "emulated_modem.hpp"
#include "modem/modem.hpp"
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
using releve::sms::base16_of;
using releve::sms::octets_of;

constexpr std::size_t most_under_way = 1000; // messages; more are lost, as a network does

struct behaviour {
    double loss = 0, twice = 0;
    unsigned seed = 1;
};

/// What is sent as what comes. Empty: it is none.
std::string incoming(const std::string& pdu, const std::string& from) {
    const auto bytes = octets_of(pdu);
    if (!bytes) return {};
    try {
        const auto read = releve::sms::read_pdu(*bytes);
        const auto* submit = std::get_if<releve::sms::sms_submit>(&read.message);
        if (submit == nullptr) return {};
        releve::sms::sms_deliver message;
        message.sender = releve::sms::address_of(from);
        message.time = releve::sms::pdu_time{std::time(nullptr), 0};
        message.data = submit->data;
        return base16_of(releve::sms::write_pdu({{}, message}));
    } catch (const releve::sms::pdu_error&) {
        return {};
    }
}

/// One way between two modems. What finds no room in the other's store waits.
class network {
public:
    network(gsm_modem::emulated_modem& to, std::string from, const behaviour& how)
        : to_{to}
        , from_{std::move(from)}
        , how_{how}
        , random_{how.seed} {}
    void take(const std::string& pdu) {
        const std::lock_guard lock{mutex_};
        std::uniform_real_distribution<double> chance{0, 1};
        const auto message = incoming(pdu, from_);
        int copies = chance(random_) < how_.twice ? 2 : 1;
        if (message.empty() || chance(random_) < how_.loss) copies = 0;
        for (; copies > 0 && under_way_.size() < most_under_way; --copies) under_way_.push_back(message);
    }
    void pass_on() {
        const std::lock_guard lock{mutex_};
        while (!under_way_.empty() && to_.deliver(under_way_.front())) under_way_.pop_front();
    }

private:
    gsm_modem::emulated_modem& to_;
    std::string from_;
    behaviour how_;
    std::mutex mutex_;
    std::mt19937 random_;
    std::deque<std::string> under_way_;
};

int run(const std::string& link_a, const std::string& link_b, const std::string& number_a, const std::string& number_b,
        behaviour how) {
    sigset_t ends;
    sigemptyset(&ends);
    sigaddset(&ends, SIGINT);
    sigaddset(&ends, SIGTERM);
    ::pthread_sigmask(SIG_BLOCK, &ends, nullptr);
    gsm_modem::emulated_modem a{link_a}, b{link_b};
    network to_b{b, number_a, how};
    how.seed += 1;
    network to_a{a, number_b, how};
    a.on_sent([&](const auto& pdu) { to_b.take(pdu); });
    b.on_sent([&](const auto& pdu) { to_a.take(pdu); });
    std::cout << number_a << " at " << link_a << ", " << number_b << " at " << link_b << std::endl;
    const timespec pause{0, 50'000'000}; // of a network
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
    behaviour how;
    options::options_description all{"gsm-modem: two emulated modems that are joined\n\nOptions"};
    auto add = all.add_options();
    add("help", "this page");
    add("link-a", options::value(&link_a)->default_value("modem-a"), "the first one's terminal: a link to it");
    add("link-b", options::value(&link_b)->default_value("modem-b"), "the second one's");
    add("number-a", options::value(&number_a)->default_value("+33600000001"), "the first one's number");
    add("number-b", options::value(&number_b)->default_value("+33600000002"), "the second one's");
    add("loss", options::value(&how.loss)->default_value(0), "share of the messages that are lost");
    add("twice", options::value(&how.twice)->default_value(0), "share of the messages that come twice");
    add("seed", options::value(&how.seed)->default_value(1), "of what is random");
    try {
        options::variables_map given;
        options::store(options::parse_command_line(argc, argv, all), given);
        options::notify(given);
        if (given.count("help") != 0) {
            std::cout << all;
            return 0;
        }
        return run(link_a, link_b, number_a, number_b, how);
    } catch (const std::exception& e) {
        std::cerr << "gsm-modem: " << e.what() << "; gsm-modem --help names the options\n";
        return 2;
    }
}
