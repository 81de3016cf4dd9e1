// SPDX-License-Identifier: Apache-2.0
// libFuzzer: any octets as a message. What is read and can be written is read again as the same.
#include "pdu/pdu.hpp"

#include <cstdlib>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace releve::sms;
    try {
        auto read = read_pdu({data, size});
        read.service_centre = {};
        if (auto* submit = std::get_if<sms_submit>(&read.message))
            submit->valid_seconds.reset(); // written in coarser steps
        if (read_pdu(write_pdu(read)) != read) std::abort();
    } catch (const pdu_error&) {
        return 0;
    }
    return 0;
}
