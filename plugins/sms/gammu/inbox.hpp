// SPDX-License-Identifier: Apache-2.0
// Messages that gammu-smsd has put into its inbox (`InboxFormat = detail`): a file each, with all its parts.
#pragma once
#include "gammu/backup.hpp"
#include "gammu/folder_watch.hpp"
#include "modem/patience.hpp"
#include "modem/transport.hpp"

#include <map>
#include <set>

namespace releve::sms {

class gammu_inbox {
public:
    gammu_inbox(std::filesystem::path folder, local_time to_utc, const patience& how)
        : folder_{std::move(folder)}
        , to_utc_{std::move(to_utc)}
        , how_{how} {}

    void open();
    void close() noexcept { watch_.close(); }
    bool is_open() const noexcept { return watch_.fd() >= 0; }
    int fd() const noexcept { return watch_.fd(); }
    bool listen();

    /// A part each. gammu-smsd writes in place: what is not whole waits for a minute.
    std::vector<stored_message> list();
    int files() const { return static_cast<int>(names().size()); }
    /// The file goes with its last part.
    void remove(const stored_message& part);

private:
    std::vector<std::string> names() const;

    std::filesystem::path folder_;
    local_time to_utc_;
    const patience& how_;
    folder_watch watch_;
    bool news_ = false;
    std::set<std::string> removed_;                // places, of files that have other parts
    std::map<std::string, nanoseconds> half_seen_; // files that are not whole: since when
};

} // namespace releve::sms
