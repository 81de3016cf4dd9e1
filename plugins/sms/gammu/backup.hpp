// SPDX-License-Identifier: Apache-2.0
// Messages as gammu-smsd files them (`InboxFormat = detail`, and `.smsbackup` in its outbox): an INI file, a section
// for each part of one message.
#pragma once
#include "pdu/pdu.hpp"

#include <functional>
#include <string>
#include <string_view>
#include <vector>

namespace releve::sms {

/// The service centre's local time, in seconds since 1970 on its clock, to UTC. gammu writes no zone, but a Z for UTC.
using local_to_utc = std::function<std::int64_t(std::int64_t)>;

struct gammu_part {
    pdu message;     // a deliver or a status report
    std::string why; // not empty: it can't be read, and there is no `message`
};

/// One for each section. A report's status is that of its class: 0, 0x20, 0x40 or
/// status_not_known.
std::vector<gammu_part> read_gammu_backup(std::string_view file, const local_to_utc& to_utc);

/// gammu-smsd writes in place: whether the last section is complete.
bool is_whole_gammu_backup(std::string_view file);

/// Without the validity, which gammu-smsd takes from its own configuration. Throws pdu_error.
std::string write_gammu_backup(const sms_submit& message);
/// The size of the beginning of such a file that holds no message: gammu-smsd sends nothing of it.
extern const std::size_t gammu_backup_head;
/// Whether the network took it: gammu-smsd then replaces our reference by the network's.
bool is_sent_gammu_backup(std::string_view file);

} // namespace releve::sms
