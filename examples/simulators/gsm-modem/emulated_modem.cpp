// SPDX-License-Identifier: Apache-2.0
#include "emulated_modem.hpp"

#include <fcntl.h>
#include <poll.h>
#include <pty.h>
#include <termios.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cstring>
#include <filesystem>
#include <stdexcept>

namespace gsm_modem {

namespace {

constexpr char escape = 0x1b, end_of_pdu = 0x1a;
constexpr std::size_t most_line = 4096, most_commands = 1000;

bool is_base16(const std::string& text) {
    return !text.empty() && text.size() % 2 == 0 && text.find_first_not_of("0123456789ABCDEFabcdef") == text.npos;
}

/// Octets after the service centre's, as commands count them; -1: it is no PDU.
int tpdu_octets(const std::string& pdu) {
    if (!is_base16(pdu)) return -1;
    return static_cast<int>(pdu.size() / 2) - 1 - std::stoi(pdu.substr(0, 2), nullptr, 16);
}

/// What a program asks a telephone before it gives it messages, as gammu does, and is not content with ERROR.
const std::map<std::string, std::string> about_itself{
    {"AT+CGMI", "EMULATED"},
    {"AT+CGMM", "GSM-MODEM"},
    {"AT+CGMR", "1.0"},
    {"AT+CGSN", "490154203237518"},
    {"AT+CIMI", "208011234567890"},
    {"AT+CSCA?", "+CSCA: \"+33609001390\",145"},
    {"AT+CPMS=?", "+CPMS: (\"SM\"),(\"SM\"),(\"SM\")"},
    {"AT+CNMI=?", "+CNMI: (0-2),(0-3),(0-3),(0-2),(0,1)"},
};

int number_in(const std::string& line, std::size_t from) {
    try {
        return std::stoi(line.substr(from));
    } catch (const std::exception&) {
        return -1;
    }
}

} // namespace

emulated_modem::emulated_modem(std::string link, int places)
    : link_{std::move(link)}
    , places_{static_cast<std::size_t>(places)} {
    if (::pipe2(wake_, O_CLOEXEC | O_NONBLOCK) != 0) throw std::runtime_error("no pipe");
    plug_in();
    thread_ = std::thread{[this] { serve(); }};
}

emulated_modem::~emulated_modem() {
    {
        const std::lock_guard lock{mutex_};
        ending_ = true;
    }
    [[maybe_unused]] const auto woken = ::write(wake_[1], "x", 1);
    thread_.join();
    unplug();
    ::close(wake_[0]);
    ::close(wake_[1]);
}

void emulated_modem::plug_in() {
    const std::lock_guard lock{mutex_};
    if (master_ >= 0) return;
    termios raw{};
    ::cfmakeraw(&raw);
    std::array<char, 128> name{};
    if (::openpty(&master_, &slave_, name.data(), &raw, nullptr) != 0)
        throw std::runtime_error(std::string{"no pseudo-terminal: "} + std::strerror(errno));
    ::fcntl(master_, F_SETFD, FD_CLOEXEC);
    ::fcntl(slave_, F_SETFD, FD_CLOEXEC);
    ::fcntl(master_, F_SETFL, O_NONBLOCK);
    std::error_code ignored;
    std::filesystem::remove(link_, ignored);
    std::filesystem::create_symlink(name.data(), link_);
    bytes_.clear();
    pending_.clear();
    echo_ = true;
    unlocked_ = pin_.empty();
    [[maybe_unused]] const auto woken = ::write(wake_[1], "x", 1);
}

void emulated_modem::unplug() {
    const std::lock_guard lock{mutex_};
    std::error_code ignored;
    std::filesystem::remove(link_, ignored);
    if (master_ >= 0) ::close(master_);
    if (slave_ >= 0) ::close(slave_);
    master_ = slave_ = -1;
    [[maybe_unused]] const auto woken = ::write(wake_[1], "x", 1);
}

void emulated_modem::serve() {
    for (;;) {
        int at = -1;
        {
            const std::lock_guard lock{mutex_};
            if (ending_) return;
            at = master_;
        }
        std::array<pollfd, 2> fds{pollfd{wake_[0], POLLIN, 0}, pollfd{at, POLLIN, 0}};
        ::poll(fds.data(), at < 0 ? 1 : 2, -1);
        std::array<char, 1024> part{};
        while (::read(wake_[0], part.data(), part.size()) > 0) {
        }
        std::vector<std::string> told;
        std::function<void(const std::string&)> tell;
        {
            const std::lock_guard lock{mutex_};
            if (master_ >= 0 && master_ == at) {
                const auto got = ::read(master_, part.data(), part.size());
                if (got > 0) take({part.data(), static_cast<std::size_t>(got)});
            }
            told.swap(to_tell_);
            tell = on_sent_;
        }
        if (tell)
            for (const auto& one : told) tell(one);
        changed_.notify_all();
    }
}

/// A terminal that nobody reads loses what does not fit.
void emulated_modem::put(const std::string& text) {
    if (master_ < 0) return;
    [[maybe_unused]] const auto written = ::write(master_, text.data(), text.size());
}

void emulated_modem::take(const std::string& bytes) {
    for (const char c : bytes) {
        if (!pending_.empty()) {
            if (c == end_of_pdu)
                take_pdu();
            else if (c == escape)
                pending_.clear(), bytes_.clear(), put("\r\nOK\r\n");
            else if (bytes_.size() < most_line)
                bytes_ += c;
        } else if (c == '\r') {
            const auto line = std::exchange(bytes_, {});
            if (!line.empty()) command(line);
        } else if (c != '\n' && c != escape && bytes_.size() < most_line) {
            bytes_ += c;
        }
    }
}

void emulated_modem::command(const std::string& line) {
    if (commands_.size() == most_commands) commands_.erase(commands_.begin());
    commands_.push_back(line);
    if (echo_) put(line + "\r");
    if (line.starts_with("AT+CMGS=") || line.starts_with("AT+CMGW=")) { // a fault comes after the PDU
        pending_ = line;
        return put("\r\n> ");
    }
    const auto wrong =
        std::find_if(faults_.begin(), faults_.end(), [&](const fault& one) { return line.starts_with(one.command); });
    std::string answer;
    const bool is_late = wrong != faults_.end() && wrong->late.count() != 0;
    if (is_late) std::this_thread::sleep_for(wrong->late);
    if (wrong == faults_.end() || wrong->done || is_late) obey(line, answer);
    if (wrong != faults_.end()) {
        if (!is_late) answer = wrong->answer.empty() ? "" : "\r\n" + wrong->answer + "\r\n";
        if (--wrong->times == 0) faults_.erase(wrong);
    }
    if (talkative_ && !answer.empty()) {
        for (auto at = answer.find("\r\n"); at != answer.npos; at = answer.find("\r\n", at + 20))
            answer.insert(at, "\r\n+CREG: 1,\"0A\"\r\n");
    }
    put(answer);
}

bool emulated_modem::keep(int state, const std::string& pdu, int& place) {
    if (store_.size() >= places_) return false;
    for (place = 1; store_.count(place) != 0; ++place) {
    }
    store_[place] = {state, pdu};
    return true;
}

void emulated_modem::take_over(const std::string& pdu) {
    sent_.push_back(pdu);
    to_tell_.push_back(pdu);
    reference_ = (reference_ + 1) & 255;
}

void emulated_modem::take_pdu() {
    const auto line = std::exchange(pending_, {});
    auto pdu = std::exchange(bytes_, {});
    std::erase_if(pdu, [](char c) { return c == '\r' || c == '\n'; });
    const auto wrong =
        std::find_if(faults_.begin(), faults_.end(), [&](const fault& one) { return line.starts_with(one.command); });
    std::string answer;
    if (wrong == faults_.end() || wrong->done) {
        int place = 0;
        if (tpdu_octets(pdu) != number_in(line, 8)) {
            answer = "\r\n+CMS ERROR: 304\r\n";
        } else if (line.starts_with("AT+CMGS=")) {
            take_over(pdu);
            answer = "\r\n+CMGS: " + std::to_string(reference_) + "\r\n\r\nOK\r\n";
        } else if (keep(2, pdu, place)) {
            answer = "\r\n+CMGW: " + std::to_string(place) + "\r\n\r\nOK\r\n";
        } else {
            answer = "\r\n+CMS ERROR: 322\r\n";
        }
    }
    if (wrong != faults_.end()) {
        answer = wrong->answer.empty() ? "" : "\r\n" + wrong->answer + "\r\n";
        if (--wrong->times == 0) faults_.erase(wrong);
    }
    put(answer);
}

void emulated_modem::obey(const std::string& line, std::string& answer) {
    const std::string ok = "\r\nOK\r\n";
    const auto place = [&](std::size_t from) { return store_.find(number_in(line, from)); };
    const auto counts = [&] {
        const auto one = std::to_string(store_.size()) + "," + std::to_string(places_);
        return one + "," + one + "," + one;
    };
    if (line == "ATE0" || line == "ATE1") echo_ = line == "ATE1";
    if (const auto known = about_itself.find(line); known != about_itself.end()) {
        answer = "\r\n" + known->second + "\r\n" + ok;
    } else if (line == "AT+CPIN?") {
        answer = std::string{"\r\n+CPIN: "} + (unlocked_ ? "READY" : "SIM PIN") + "\r\n" + ok;
    } else if (line.starts_with("AT+CPIN=")) {
        unlocked_ = line == "AT+CPIN=\"" + pin_ + "\"";
        answer = unlocked_ ? ok : "\r\n+CME ERROR: 16\r\n";
    } else if (!unlocked_ && line.starts_with("AT+C") && line != "AT+CMEE=1") {
        answer = "\r\n+CMS ERROR: 311\r\n";
    } else if (line == "AT+CPMS?") {
        const auto used = std::to_string(store_.size()) + "," + std::to_string(places_);
        answer = "\r\n+CPMS: \"SM\"," + used + ",\"SM\"," + used + ",\"SM\"," + used + "\r\n" + ok;
    } else if (line.starts_with("AT+CPMS=")) {
        answer = "\r\n+CPMS: " + counts() + "\r\n" + ok;
    } else if (line.starts_with("AT+CMGL=")) {
        const auto state = number_in(line, 8);
        for (auto& [at, one] : store_) {
            if (state != 4 && state != one.state) continue;
            answer += "\r\n+CMGL: " + std::to_string(at) + "," + std::to_string(one.state) + ",," +
                      std::to_string(tpdu_octets(one.pdu)) + "\r\n" + one.pdu;
            if (one.state == 0) one.state = 1;
        }
        answer += answer.empty() ? ok : "\r\n" + ok;
    } else if (line.starts_with("AT+CMGR=")) {
        const auto one = place(8);
        if (one == store_.end()) {
            answer = "\r\n+CMS ERROR: 321\r\n";
            return;
        }
        answer = "\r\n+CMGR: " + std::to_string(one->second.state) + ",," +
                 std::to_string(tpdu_octets(one->second.pdu)) + "\r\n" + one->second.pdu + "\r\n" + ok;
        if (one->second.state == 0) one->second.state = 1;
    } else if (line.starts_with("AT+CMGD=")) {
        if (const auto one = place(8); one != store_.end()) store_.erase(one);
        answer = ok;
    } else if (line.starts_with("AT+CMSS=")) {
        const auto one = place(8);
        if (one == store_.end()) {
            answer = "\r\n+CMS ERROR: 321\r\n";
            return;
        }
        take_over(one->second.pdu);
        one->second.state = 3;
        answer = "\r\n+CMSS: " + std::to_string(reference_) + "\r\n" + ok;
    } else if (line == "AT" || line == "ATE0" || line == "ATE1" || line == "AT+CFUN=1" || line == "AT+CMEE=1" ||
               line == "AT+CMGF=0" || line == "AT+CSMS=0" || line.starts_with("AT+CNMI=")) {
        answer = ok;
    } else {
        answer = "\r\nERROR\r\n";
    }
}

bool emulated_modem::deliver(const std::string& pdu) {
    const std::lock_guard lock{mutex_};
    int place = 0;
    if (!keep(0, pdu, place)) return false;
    put("\r\n+CMTI: \"SM\"," + std::to_string(place) + "\r\n");
    return true;
}

void emulated_modem::report(const std::string& pdu) {
    say("\r\n+CDS: " + std::to_string(tpdu_octets(pdu)) + "\r\n" + pdu + "\r\n");
}

void emulated_modem::say(const std::string& bytes) {
    const std::lock_guard lock{mutex_};
    put(bytes);
}

void emulated_modem::add(fault one) {
    const std::lock_guard lock{mutex_};
    faults_.push_back(std::move(one));
}

void emulated_modem::set_talkative(bool on) {
    const std::lock_guard lock{mutex_};
    talkative_ = on;
}

void emulated_modem::set_pin(std::string pin) {
    const std::lock_guard lock{mutex_};
    pin_ = std::move(pin);
    unlocked_ = pin_.empty();
}

void emulated_modem::on_sent(std::function<void(const std::string&)> what) {
    const std::lock_guard lock{mutex_};
    on_sent_ = std::move(what);
}

std::vector<std::string> emulated_modem::sent() const {
    const std::lock_guard lock{mutex_};
    return sent_;
}

std::map<int, emulated_modem::stored> emulated_modem::store() const {
    const std::lock_guard lock{mutex_};
    return store_;
}

std::vector<std::string> emulated_modem::commands() const {
    const std::lock_guard lock{mutex_};
    return commands_;
}

bool emulated_modem::wait_for(const std::function<bool()>& what, std::chrono::seconds limit) {
    std::mutex mine; // `what` takes the other one
    std::unique_lock lock{mine};
    const auto until = std::chrono::steady_clock::now() + limit;
    while (!what())
        if (changed_.wait_until(lock, std::min(until, std::chrono::steady_clock::now() + std::chrono::milliseconds{50}),
                                what))
            return true;
        else if (std::chrono::steady_clock::now() >= until)
            return false;
    return true;
}

} // namespace gsm_modem
