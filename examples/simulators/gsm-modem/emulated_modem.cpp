// SPDX-License-Identifier: Apache-2.0
#include "emulated_modem.hpp"

#include <fcntl.h>
#include <poll.h>
#include <pty.h>
#include <sys/ioctl.h>
#include <termios.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cstring>
#include <filesystem>
#include <stdexcept>

namespace gsm_modem {

namespace {

constexpr char escape = 0x1b, end_of_pdu = 0x1a, marker = 0;
constexpr std::size_t terminal_room = 4000; // bytes; Linux keeps 4,095 for a reader
constexpr int system_timeout_ms = 60'000;
constexpr std::size_t max_line = 4096, max_commands = 1000;

bool is_base16(const std::string& text) {
    return !text.empty() && text.size() % 2 == 0 && text.find_first_not_of("0123456789ABCDEFabcdef") == text.npos;
}

/// Octets after the service centre's, as commands count them; -1: it is not a PDU.
int tpdu_octets(const std::string& pdu) {
    if (!is_base16(pdu)) return -1;
    return static_cast<int>(pdu.size() / 2) - 1 - std::stoi(pdu.substr(0, 2), nullptr, 16);
}

/// What a program such as gammu asks a phone first; it does not accept ERROR.
const std::map<std::string, std::string> about_itself{
    {"AT+CGMI", "EMULATED"},
    {"AT+CGMM", "GSM-MODEM"},
    {"AT+CGMR", "1.0"},
    {"AT+CGSN", "490154203237518"},
    {"AT+CIMI", "208011234567890"},
    {"AT+CSCA?", "+CSCA: \"+33609001390\",145"},
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

emulated_modem::emulated_modem(std::string link, int capacity, pace at)
    : link_{std::move(link)}
    , capacity_{static_cast<std::size_t>(capacity)}
    , pace_{at} {
    if (::pipe2(wake_, O_CLOEXEC | O_NONBLOCK) != 0) throw std::runtime_error("no pipe");
    plug_in();
    if (pace_ == pace::real_time) thread_ = std::thread{[this] { serve(); }};
}

emulated_modem::~emulated_modem() {
    {
        const std::lock_guard lock{mutex_};
        ending_ = true;
    }
    [[maybe_unused]] const auto woken = ::write(wake_[1], "x", 1);
    if (thread_.joinable()) thread_.join();
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
    for (auto* one : {&line_, &pending_, &input_, &output_, &delayed_}) one->clear();
    due_.reset();
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
        {
            const std::lock_guard lock{mutex_};
            if (master_ >= 0 && master_ == at) {
                const auto size = ::read(master_, part.data(), part.size());
                if (size > 0) input_.append(part.data(), static_cast<std::size_t>(size));
                handle_input();
            }
        }
        notify();
    }
}

void emulated_modem::notify() {
    std::vector<std::string> sent;
    std::function<void(const std::string&)> call;
    {
        const std::lock_guard lock{mutex_};
        sent.swap(to_notify_);
        call = on_sent_;
    }
    if (call)
        for (const auto& one : sent) call(one);
    changed_.notify_all();
}

void emulated_modem::step(std::chrono::nanoseconds now) {
    {
        const std::lock_guard lock{mutex_};
        if (master_ < 0) return;
        now_ = now;
        receive_all();
        handle_input();
        transmit();
    }
    notify();
}

std::optional<std::chrono::nanoseconds> emulated_modem::due() const {
    const std::lock_guard lock{mutex_};
    return due_;
}

/// The kernel passes bytes from one end of a terminal to the other a moment later, in their order: a marker, which we
/// write to the other end ourselves, comes after all that was written there before.
void emulated_modem::receive_all() {
    if (::write(slave_, &marker, 1) != 1) throw std::runtime_error("the terminal takes no marker");
    for (;;) {
        pollfd one{master_, POLLIN, 0};
        if (::poll(&one, 1, system_timeout_ms) <= 0)
            throw std::runtime_error("the terminal does not pass its bytes on");
        std::array<char, 1024> part{};
        const auto size = ::read(master_, part.data(), part.size());
        if (size <= 0) throw std::runtime_error("the terminal can't be read");
        input_.append(part.data(), static_cast<std::size_t>(size));
        if (part[static_cast<std::size_t>(size) - 1] == marker) return; // the last byte that was written
    }
}

/// Writes as much as the other end has room for; returns when that is readable there.
void emulated_modem::transmit() {
    const auto readable = [&] {
        int size = 0;
        return ::ioctl(slave_, FIONREAD, &size) == 0 ? static_cast<std::size_t>(size) : terminal_room;
    };
    const auto before = readable();
    const auto part = output_.substr(0, terminal_room - std::min(before, terminal_room));
    if (part.empty()) return;
    const auto size = ::write(master_, part.data(), part.size());
    if (size <= 0) return;
    output_.erase(0, static_cast<std::size_t>(size));
    for (int waited = 0; readable() < before + static_cast<std::size_t>(size); ++waited) {
        if (waited == system_timeout_ms) throw std::runtime_error("the terminal does not pass its bytes on");
        ::poll(nullptr, 0, 1);
    }
}

/// A terminal that nobody reads loses what does not fit.
void emulated_modem::put(const std::string& text) {
    if (master_ < 0) return;
    if (pace_ == pace::steps)
        output_ += text;
    else [[maybe_unused]]
        const auto written = ::write(master_, text.data(), text.size());
}

void emulated_modem::handle_input() {
    if (due_ && now_ >= *due_) {
        due_.reset();
        std::string response;
        execute(delayed_, response);
        respond(std::move(response));
    }
    std::size_t handled = 0;
    while (handled < input_.size() && !due_) handle(input_[handled++]);
    input_.erase(0, handled);
}

void emulated_modem::handle(char c) {
    if (!pending_.empty()) {
        if (c == end_of_pdu)
            take_pdu();
        else if (c == escape)
            pending_.clear(), line_.clear(), put("\r\nOK\r\n");
        else if (line_.size() < max_line && c != marker)
            line_ += c;
    } else if (c == '\r') {
        const auto line = std::exchange(line_, {});
        if (!line.empty()) command(line);
    } else if (c != '\n' && c != escape && c != marker && line_.size() < max_line) {
        line_ += c;
    }
}

void emulated_modem::command(const std::string& line) {
    if (commands_.size() == max_commands) commands_.erase(commands_.begin());
    commands_.push_back(line);
    if (echo_) put(line + "\r");
    if (line.starts_with("AT+CMGS=") || line.starts_with("AT+CMGW=")) { // a fault comes after the PDU
        pending_ = line;
        return put(manners_.prompt);
    }
    const auto wrong =
        std::find_if(faults_.begin(), faults_.end(), [&](const fault& one) { return line.starts_with(one.command); });
    std::string response;
    if (wrong != faults_.end() && wrong->late.count() != 0) {
        const auto late = wrong->late;
        if (--wrong->times == 0) faults_.erase(wrong);
        if (pace_ == pace::steps) {
            due_ = now_ + late;
            delayed_ = line;
            return;
        }
        std::this_thread::sleep_for(late);
        execute(line, response);
        return respond(std::move(response));
    }
    if (wrong == faults_.end() || wrong->executed) execute(line, response);
    if (wrong != faults_.end()) {
        response = wrong->response.empty() ? "" : "\r\n" + wrong->response + "\r\n";
        if (--wrong->times == 0) faults_.erase(wrong);
    }
    respond(std::move(response));
}

void emulated_modem::respond(std::string response) {
    if (talkative_ && !response.empty()) {
        for (auto at = response.find("\r\n"); at != response.npos; at = response.find("\r\n", at + 20))
            response.insert(at, "\r\n+CREG: 1,\"0A\"\r\n");
    }
    put(response);
}

bool emulated_modem::store_message(const std::string& in, int state, const std::string& pdu, int& index) {
    auto& store = stores_[in];
    if (store.size() >= capacity_) return false;
    for (index = 1; store.count(index) != 0; ++index) {
    }
    store[index] = {state, pdu};
    return true;
}

/// AT+CPMS="SM","SM","SM", or fewer of them.
void emulated_modem::choose_stores(const std::string& line, std::string& response) {
    auto wanted = chosen_;
    std::size_t purpose = 0;
    const auto knows = [](const std::vector<std::string>& all, const std::string& one) {
        return std::find(all.begin(), all.end(), one) != all.end();
    };
    for (auto open = line.find('"'); open != line.npos && purpose < wanted.size(); open = line.find('"', open + 1)) {
        const auto close = line.find('"', open + 1);
        if (close == line.npos) break;
        auto name = line.substr(open + 1, close - open - 1);
        const bool is_receiving = purpose == 2 && !manners_.receives.empty();
        const bool is_report_store = name == "SR" && purpose == 0;
        if (!is_report_store && !knows(is_receiving ? manners_.receives : manners_.stores, name)) {
            response = "\r\n+CMS ERROR: 302\r\n";
            return;
        }
        wanted[purpose++] = std::move(name);
        open = close;
    }
    chosen_ = wanted;
    response = "\r\n+CPMS: ";
    for (std::size_t i = 0; i < chosen_.size(); ++i)
        response += (i == 0 ? "" : ",") + std::to_string(chosen(i).size()) + "," + std::to_string(capacity_);
    response += "\r\n\r\nOK\r\n";
}

void emulated_modem::list(const std::string& line, std::string& response) {
    if (chosen_[0] == "SR" && !manners_.lists_reports) {
        response = "\r\n+CMS ERROR: 302\r\n";
        return;
    }
    const auto state = number_in(line, 8);
    for (auto& [at, one] : chosen(0)) {
        if (state != 4 && state != one.state) continue;
        response += "\r\n+CMGL: " + std::to_string(at) + "," + std::to_string(one.state) + ",," +
                    std::to_string(tpdu_octets(one.pdu)) + "\r\n" + one.pdu + manners_.after_pdu;
        if (one.state == 0) one.state = 1;
    }
    response += response.empty() ? "\r\nOK\r\n" : "\r\n\r\nOK\r\n";
}

void emulated_modem::accept(const std::string& pdu) {
    sent_.push_back(pdu);
    to_notify_.push_back(pdu);
    reference_ = (reference_ + 1) & 255;
}

void emulated_modem::take_pdu() {
    const auto line = std::exchange(pending_, {});
    auto pdu = std::exchange(line_, {});
    std::erase_if(pdu, [](char c) { return c == '\r' || c == '\n'; });
    const auto wrong =
        std::find_if(faults_.begin(), faults_.end(), [&](const fault& one) { return line.starts_with(one.command); });
    std::string response;
    if (wrong == faults_.end() || wrong->executed) {
        int index = 0;
        if (tpdu_octets(pdu) != number_in(line, 8)) {
            response = "\r\n+CMS ERROR: 304\r\n";
        } else if (line.starts_with("AT+CMGS=")) {
            accept(pdu);
            response = "\r\n+CMGS: " + std::to_string(reference_) + "\r\n\r\nOK\r\n";
        } else if (store_message(chosen_[1], 2, pdu, index)) {
            response = "\r\n+CMGW: " + std::to_string(index) + "\r\n\r\nOK\r\n";
        } else {
            response = "\r\n+CMS ERROR: 322\r\n";
        }
    }
    if (wrong != faults_.end()) {
        response = wrong->response.empty() ? "" : "\r\n" + wrong->response + "\r\n";
        if (--wrong->times == 0) faults_.erase(wrong);
    }
    put(response);
}

void emulated_modem::execute(const std::string& line, std::string& response) {
    const std::string ok = "\r\nOK\r\n";
    const auto message_at = [&](std::size_t purpose) { return chosen(purpose).find(number_in(line, 8)); };
    if (line == "ATE0" || line == "ATE1") echo_ = line == "ATE1";
    if (const auto known = about_itself.find(line); known != about_itself.end()) {
        response = "\r\n" + known->second + "\r\n" + ok;
    } else if (line == "AT+CPIN?") {
        response = std::string{"\r\n+CPIN: "} + (unlocked_ ? "READY" : "SIM PIN") + "\r\n" + ok;
    } else if (line.starts_with("AT+CPIN=")) {
        unlocked_ = line == "AT+CPIN=\"" + pin_ + "\"";
        response = unlocked_ ? ok : "\r\n+CME ERROR: 16\r\n";
    } else if (!unlocked_ && line.starts_with("AT+C") && line != "AT+CMEE=1") {
        response = "\r\n+CMS ERROR: 311\r\n";
    } else if (line == "AT+CPMS=?") {
        const auto listed = [](const std::vector<std::string>& all) {
            std::string made;
            for (const auto& one : all) made += (made.empty() ? "(\"" : ",\"") + one + '"';
            return made + ')';
        };
        response = "\r\n+CPMS: " + listed(manners_.stores) + ',' + listed(manners_.stores) + ',' +
                   listed(manners_.receives.empty() ? manners_.stores : manners_.receives) + "\r\n" + ok;
    } else if (line == "AT+CPMS?") {
        response = "\r\n+CPMS: ";
        for (std::size_t i = 0; i < chosen_.size(); ++i)
            response += (i == 0 ? "\"" : ",\"") + chosen_[i] + "\"," + std::to_string(chosen(i).size()) + "," +
                        std::to_string(capacity_);
        response += "\r\n" + ok;
    } else if (line.starts_with("AT+CPMS=")) {
        choose_stores(line, response);
    } else if (line.starts_with("AT+CMGL=")) {
        list(line, response);
    } else if (line.starts_with("AT+CMGR=")) {
        const auto one = message_at(0);
        if (!manners_.shows_one) {
            response = ok;
            return;
        }
        if (one == chosen(0).end()) {
            response = "\r\n+CMS ERROR: 321\r\n";
            return;
        }
        response = "\r\n+CMGR: " + std::to_string(one->second.state) + ",," +
                   std::to_string(tpdu_octets(one->second.pdu)) + "\r\n" + one->second.pdu + manners_.after_pdu +
                   "\r\n" + ok;
        if (one->second.state == 0) one->second.state = 1;
    } else if (line.starts_with("AT+CMGD=")) {
        if (const auto one = message_at(0); one != chosen(0).end() && manners_.removes) chosen(0).erase(one);
        response = ok;
    } else if (line.starts_with("AT+CMSS=")) {
        const auto one = message_at(1);
        if (one == chosen(1).end()) {
            response = "\r\n+CMS ERROR: 321\r\n";
            return;
        }
        accept(one->second.pdu);
        one->second.state = 3;
        response = "\r\n+CMSS: " + std::to_string(reference_) + "\r\n" + ok;
    } else if (line == "AT" || line == "ATE0" || line == "ATE1" || line == "AT+CFUN=1" || line == "AT+CMEE=1" ||
               line == "AT+CMGF=0" || line == "AT+CSMS=0") {
        response = ok;
    } else if (line.starts_with("AT+CNMI=")) {
        const auto& news = manners_.news;
        const bool is_known = news.empty() || std::find(news.begin(), news.end(), line.substr(8)) != news.end();
        response = is_known ? ok : "\r\n+CMS ERROR: 303\r\n";
    } else {
        response = "\r\nERROR\r\n";
    }
}

bool emulated_modem::deliver(const std::string& pdu) {
    const std::lock_guard lock{mutex_};
    int index = 0;
    if (!store_message(chosen_[2], 0, pdu, index)) return false;
    put("\r\n+CMTI: \"" + chosen_[2] + "\"," + std::to_string(index) + "\r\n");
    return true;
}

bool emulated_modem::deliver_into(const std::string& store, const std::string& pdu) {
    const std::lock_guard lock{mutex_};
    int index = 0;
    if (!store_message(store, 0, pdu, index)) return false;
    put("\r\n+CMTI: \"" + store + "\"," + std::to_string(index) + "\r\n");
    return true;
}

void emulated_modem::show(const std::string& pdu) {
    say("\r\n+CMT: ," + std::to_string(tpdu_octets(pdu)) + "\r\n" + pdu + "\r\n");
}

void emulated_modem::store_report(const std::string& pdu) {
    const std::lock_guard lock{mutex_};
    int index = 0;
    if (store_message("SR", 0, pdu, index)) put("\r\n+CDSI: \"SR\"," + std::to_string(index) + "\r\n");
}

void emulated_modem::set_manners(manners of) {
    const std::lock_guard lock{mutex_};
    manners_ = std::move(of);
    const auto& first = manners_.receives.empty() ? manners_.stores : manners_.receives;
    chosen_ = {manners_.stores.front(), manners_.stores.front(), first.front()};
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

std::size_t emulated_modem::faults() const {
    const std::lock_guard lock{mutex_};
    return faults_.size();
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
    const auto chosen = stores_.find(chosen_[0]);
    return chosen == stores_.end() ? std::map<int, stored>{} : chosen->second;
}

std::map<int, emulated_modem::stored> emulated_modem::store(const std::string& name) const {
    const std::lock_guard lock{mutex_};
    const auto named = stores_.find(name);
    return named == stores_.end() ? std::map<int, stored>{} : named->second;
}

std::vector<std::string> emulated_modem::commands() const {
    const std::lock_guard lock{mutex_};
    return commands_;
}

bool emulated_modem::wait_for(const std::function<bool()>& what, std::chrono::seconds timeout) {
    std::mutex mine; // `what` takes the other one
    std::unique_lock lock{mine};
    const auto until = std::chrono::steady_clock::now() + timeout;
    while (!what())
        if (changed_.wait_until(lock, std::min(until, std::chrono::steady_clock::now() + std::chrono::milliseconds{50}),
                                what))
            return true;
        else if (std::chrono::steady_clock::now() >= until)
            return false;
    return true;
}

} // namespace gsm_modem
