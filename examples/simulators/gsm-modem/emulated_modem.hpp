// SPDX-License-Identifier: Apache-2.0
// A GSM modem in PDU mode on a pseudo-terminal, with a store of messages and faults on request.
#pragma once
#include <array>
#include <chrono>
#include <condition_variable>
#include <functional>
#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <utility>
#include <vector>

namespace gsm_modem {

/// When the modem works: at any time, on its own thread; or only within step(), so that a test with a clock of its
/// own depends on no real time.
enum class pace { real_time, steps };

/// Responds to the commands of 3GPP TS 27.005 and 27.007 that SMS programs use. All functions are for any thread,
/// unless noted; PDUs are base16, with the service centre's octets in front.
class emulated_modem {
public:
    struct stored {
        int state = 0; // 0 unread, 1 read, 2 unsent, 3 sent
        std::string pdu;
    };
    /// What some modems do differently.
    struct manners {
        std::string prompt = "\r\n> ";         // for a PDU
        std::vector<std::string> news;         // the only parameters that AT+CNMI takes: "2,1"; empty: any
        std::vector<std::string> stores{"SM"}; // that messages can be in; the first one is used until another is chosen
        std::vector<std::string> receives{};   // the only ones that it receives into; empty: any of `stores`
        bool lists_reports = true;             // AT+CMGL where reports are stored, "SR"
        bool shows_one = true;                 // AT+CMGR responds with the message, not OK alone
        bool removes = true;                   // AT+CMGD removes, besides responding OK
        std::string after_pdu;                 // in a list, such as a quotation mark
    };
    struct fault {
        std::string command;   // its beginning: "AT+CMSS"
        std::string response;  // instead of the usual one: "+CMS ERROR: 38"; empty: silence
        bool executed = false; // the command takes effect all the same
        int times = 1;
        std::chrono::milliseconds late{
            0}; // not 0: the usual response, delayed by so much; the modem does nothing else meanwhile
    };

    /// `link` becomes a symbolic link to the terminal. `capacity`: messages in the store. Throws std::runtime_error.
    explicit emulated_modem(std::string link, int capacity = 20, pace at = pace::real_time);
    emulated_modem(const emulated_modem&) = delete;
    emulated_modem& operator=(const emulated_modem&) = delete;
    ~emulated_modem();

    /// With pace::steps: handles all that was written to the port so far. What it writes is readable when step returns.
    /// `now`: of the caller's clock, for late responses. While it runs, no other thread may read or write the port.
    /// Throws std::runtime_error when the system does not pass the bytes on within a minute.
    void step(std::chrono::nanoseconds now = {});
    /// When a late response is due, of that clock.
    std::optional<std::chrono::nanoseconds> due() const;

    /// A message from the network. False: the store is full, and the network keeps it.
    bool deliver(const std::string& pdu);
    /// As deliver, into a store that need not be the one it receives into.
    bool deliver_into(const std::string& store, const std::string& pdu);
    /// Without storing it, as of class 0.
    void show(const std::string& pdu);
    /// A status report, which is not stored.
    void report(const std::string& pdu);
    /// One that is stored in "SR".
    void store_report(const std::string& pdu);
    void set_manners(manners of);
    /// Any bytes.
    void say(const std::string& bytes);
    void add(fault one);
    /// Faults that have not happened yet.
    std::size_t faults() const;
    /// An unsolicited line before each line of a response.
    void set_talkative(bool on);
    void set_pin(std::string pin);
    /// The port disappears, and comes back as another one.
    void unplug();
    void plug_in();
    /// Called for each message that the network takes, on the thread that the modem works on, without a lock held.
    void on_sent(std::function<void(const std::string& pdu)> what);

    std::vector<std::string> sent() const;
    std::map<int, stored> store() const; // that is read
    std::map<int, stored> store(const std::string& name) const;
    std::vector<std::string> commands() const; // the latest 1,000
    /// With pace::real_time: waits until `what` holds. False: not within the time.
    bool wait_for(const std::function<bool()>& what, std::chrono::seconds timeout = std::chrono::minutes{2});

private:
    void serve();
    void notify();
    void receive_all();
    void transmit();
    void handle_input();
    void handle(char byte);
    void command(const std::string& line);
    void execute(const std::string& line, std::string& response);
    void respond(std::string response);
    void take_pdu();
    bool store_message(const std::string& in, int state, const std::string& pdu, int& index);
    void choose_stores(const std::string& line, std::string& response);
    void list(const std::string& line, std::string& response);
    std::map<int, stored>& chosen(std::size_t purpose) { return stores_[chosen_[purpose]]; }
    void put(const std::string& text);
    void accept(const std::string& pdu);

    std::string link_;
    std::size_t capacity_;
    pace pace_;
    mutable std::mutex mutex_;
    std::condition_variable changed_;
    int master_ = -1, slave_ = -1, wake_[2] = {-1, -1};
    bool ending_ = false, echo_ = true, talkative_ = false, unlocked_ = true;
    std::string pin_, line_, pending_; // `pending_`: the command whose PDU comes
    std::string input_, output_;       // with pace::steps: not handled yet, not written yet
    std::string delayed_;              // the command with the late response
    std::chrono::nanoseconds now_{0};
    std::optional<std::chrono::nanoseconds> due_;
    manners manners_;
    std::map<std::string, std::map<int, stored>> stores_;
    std::array<std::string, 3> chosen_{"SM", "SM", "SM"}; // to read and remove, to write and send, to receive
    std::vector<std::string> sent_, commands_, to_notify_;
    std::vector<fault> faults_;
    std::function<void(const std::string&)> on_sent_;
    int reference_ = 0;
    std::thread thread_;
};

} // namespace gsm_modem
