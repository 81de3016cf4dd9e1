// SPDX-License-Identifier: Apache-2.0
// libFuzzer: any bytes as a file of gammu-smsd. What is read and can be written as a message is read again as the same,
// and what can be sent is written as a file of one message.
#include "gammu/backup.hpp"

#include <cstdlib>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace releve::sms;
    const std::string_view file{reinterpret_cast<const char*>(data), size};
    (void)is_whole_gammu_backup(file);
    for (const auto& one : read_gammu_backup(file, [](std::int64_t local) { return local - 3600; })) {
        if (!one.why.empty()) continue;
        try {
            if (read_pdu(write_pdu(one.message)) != one.message) std::abort();
        } catch (const pdu_error&) {
            continue;
        }
    }
    try {
        const auto read = read_pdu({data, size});
        const auto* submit = std::get_if<sms_submit>(&read.message);
        if (submit != nullptr && read_gammu_backup(write_gammu_backup(*submit), {}).size() != 1) std::abort();
    } catch (const pdu_error&) {
        return 0;
    }
    return 0;
}
