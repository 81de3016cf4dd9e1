// SPDX-License-Identifier: Apache-2.0
// Where an sms_link leaves records for the gsm_sms that has the link: they are in each other's threads.
#pragma once
#include "packet/state.hpp"

#include <atomic>
#include <deque>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace releve::sms {

/// Labels of the link's own: what kind a series has that is neither gauge, counter nor text.
constexpr std::string_view setting_label = "releve=setting", event_label = "releve=event";

struct link_record {
    series_definition series;
    packet_record value; // its series is not known yet
};

/// Says that records are safe with the link.
class link_receipt {
public:
    link_receipt();
    link_receipt(const link_receipt&) = delete;
    link_receipt& operator=(const link_receipt&) = delete;
    ~link_receipt();
    /// Readable once they are.
    int fd() const noexcept { return fd_; }
    bool is_kept() const noexcept { return kept_; }
    void keep() noexcept;
    /// One of the records that the link can't carry, by its place, and why. Before keep().
    void refuse(std::size_t which, std::string why) { refused_.emplace_back(which, std::move(why)); }
    /// Once they are kept.
    const std::vector<std::pair<std::size_t, std::string>>& refused() const noexcept { return refused_; }

private:
    int fd_;
    std::atomic<bool> kept_{false};
    std::vector<std::pair<std::size_t, std::string>> refused_;
};

/// All functions are for any thread.
class link_tray {
public:
    struct item {
        std::vector<link_record> records;
        std::shared_ptr<link_receipt> receipt;
    };

    link_tray();
    link_tray(const link_tray&) = delete;
    link_tray& operator=(const link_tray&) = delete;
    ~link_tray();
    /// Readable while something lies in it.
    int fd() const noexcept { return fd_; }
    std::shared_ptr<link_receipt> leave(std::vector<link_record> records);
    /// False: it was taken.
    bool withdraw(const std::shared_ptr<link_receipt>& receipt);
    std::optional<item> take();
    /// How many links there are that empty it: one, two while a reload goes on.
    std::atomic<int> links{0};

private:
    int fd_;
    std::mutex mutex_;
    std::deque<item> items_; // one for each sink that waits
};

} // namespace releve::sms
