// SPDX-License-Identifier: Apache-2.0
// A GSM modem in PDU mode on a pseudo-terminal, with its store of messages and its faults: for whoever has none.
#pragma once
#include <chrono>
#include <condition_variable>
#include <functional>
#include <map>
#include <mutex>
#include <string>
#include <thread>
#include <utility>
#include <vector>

namespace gsm_modem {

/// Answers the commands of 3GPP TS 27.005 and 27.007 that an SMS program gives, on a thread of its own. All functions
/// are for any thread; PDUs are base16, with the service centre's octets in front.
class emulated_modem {
public:
    struct stored {
        int state = 0; // 0 unread, 1 read, 2 unsent, 3 sent
        std::string pdu;
    };
    struct fault {
        std::string command; // its beginning: "AT+CMSS"
        std::string answer;  // instead of the own one: "+CMS ERROR: 38"; empty: silence
        bool done = false;   // it does what it is told before
        int times = 1;
        std::chrono::milliseconds late{0}; // not 0: its own answer comes so late, and it does nothing else meanwhile
    };

    /// `link` becomes a symbolic link to the terminal. Throws std::runtime_error.
    explicit emulated_modem(std::string link, int places = 20);
    emulated_modem(const emulated_modem&) = delete;
    emulated_modem& operator=(const emulated_modem&) = delete;
    ~emulated_modem();

    /// A message from the network. False: the store is full, and the network keeps it.
    bool deliver(const std::string& pdu);
    /// A status report, passed on at once.
    void report(const std::string& pdu);
    /// Bytes as they are.
    void say(const std::string& bytes);
    void add(fault one);
    /// A line that nobody asked for before each line of an answer.
    void set_talkative(bool on);
    void set_pin(std::string pin);
    /// The port goes away, and comes back as another one.
    void unplug();
    void plug_in();
    /// Called for each message that the network takes, without a lock held.
    void on_sent(std::function<void(const std::string& pdu)> what);

    std::vector<std::string> sent() const;
    std::map<int, stored> store() const;
    std::vector<std::string> commands() const; // the latest 1,000
    /// Waits until `what` holds, which is looked at after each command. False: not within the limit.
    bool wait_for(const std::function<bool()>& what, std::chrono::seconds limit = std::chrono::seconds{20});

private:
    void serve();
    void take(const std::string& bytes);
    void command(const std::string& line);
    void obey(const std::string& line, std::string& answer);
    void take_pdu();
    bool keep(int state, const std::string& pdu, int& place);
    void put(const std::string& text);
    void take_over(const std::string& pdu);

    std::string link_;
    std::size_t places_;
    mutable std::mutex mutex_;
    std::condition_variable changed_;
    int master_ = -1, slave_ = -1, wake_[2] = {-1, -1};
    bool ending_ = false, echo_ = true, talkative_ = false, unlocked_ = true;
    std::string pin_, bytes_, pending_; // `pending_`: the command whose PDU comes
    std::map<int, stored> store_;
    std::vector<std::string> sent_, commands_, to_tell_;
    std::vector<fault> faults_;
    std::function<void(const std::string&)> on_sent_;
    int reference_ = 0;
    std::thread thread_;
};

} // namespace gsm_modem
