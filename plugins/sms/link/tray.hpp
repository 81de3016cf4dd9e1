// SPDX-License-Identifier: Apache-2.0
// Passes records from an sms_link to the gsm_sms that has the link, on another thread.
#pragma once
#include "packet/state.hpp"

#include <releve/kit/io/bell.hpp>

#include <atomic>
#include <deque>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace releve::sms {

/// Labels that only the link uses: the kind of a series that is neither gauge, counter nor text.
constexpr std::string_view setting_label = "releve=setting", event_label = "releve=event";

struct link_record {
    series_definition series;
    packet_record value; // its series has no number yet
};

/// Signals that records are safe with the link.
class link_receipt {
public:
    /// Readable once they are.
    int fd() const noexcept { return bell_.fd(); }
    bool is_kept() const noexcept { return kept_; }
    void keep() noexcept;
    /// A record that the link can't carry, by its index, and why. Before keep().
    void refuse(std::size_t index, std::string why) { refused_.emplace_back(index, std::move(why)); }
    /// After keep().
    const std::vector<std::pair<std::size_t, std::string>>& refused() const noexcept { return refused_; }

private:
    kit::bell bell_;
    std::atomic<bool> kept_{false};
    std::vector<std::pair<std::size_t, std::string>> refused_;
};

/// [any thread]
class link_tray {
public:
    struct item {
        std::vector<link_record> records;
        std::shared_ptr<link_receipt> receipt;
    };

    /// Readable while there is an item in it.
    int fd() const noexcept { return bell_.fd(); }
    std::shared_ptr<link_receipt> leave(std::vector<link_record> records);
    /// False: it was taken.
    bool withdraw(const std::shared_ptr<link_receipt>& receipt);
    std::optional<item> take();
    /// How many links empty it: one, or two during a reload.
    std::atomic<int> links{0};

private:
    void update_bell() const noexcept; // under mutex_

    kit::bell bell_;
    std::mutex mutex_;
    std::deque<item> items_; // one for each waiting sink
};

} // namespace releve::sms
