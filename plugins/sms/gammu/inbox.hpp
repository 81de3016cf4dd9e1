// SPDX-License-Identifier: Apache-2.0
// Messages that gammu-smsd has put into its inbox (`InboxFormat = detail`): one file each, with all parts.
#pragma once
#include "gammu/backup.hpp"
#include "gammu/folder_watch.hpp"
#include "modem/transport.hpp"

#include <releve/kit/io/folder.hpp>
#include <releve/kit/io/wait.hpp>

#include <map>
#include <optional>
#include <set>

namespace releve::sms {

class gammu_inbox {
public:
    gammu_inbox(std::filesystem::path folder, local_to_utc to_utc, const kit::waiter& wait, remark say)
        : path_{std::move(folder)}
        , to_utc_{std::move(to_utc)}
        , wait_{wait}
        , say_{std::move(say)} {}

    /// `spool`: the folder that it is in.
    void open(const kit::folder& spool);
    void close() noexcept { watch_.close(), folder_.close(); }
    bool is_open() const noexcept { return watch_.fd() >= 0; }
    int fd() const noexcept { return watch_.fd(); }
    bool listen();

    /// One for each part. gammu-smsd writes in place: an incomplete file waits for a minute.
    std::vector<stored_message> list();
    int files() { return static_cast<int>(names().size()); }
    /// The file is removed with its last part.
    void remove(const stored_message& part);

private:
    std::vector<std::string> names();
    std::optional<std::string> content(const std::string& name) const;

    std::filesystem::path path_;
    kit::folder folder_;
    local_to_utc to_utc_;
    const kit::waiter& wait_;
    said_once say_;
    folder_watch watch_;
    bool news_ = false;
    std::set<std::string> removed_;             // ids, of files with other parts
    std::map<std::string, duration> half_seen_; // incomplete files: since when, steady
};

} // namespace releve::sms
