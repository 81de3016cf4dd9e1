// SPDX-License-Identifier: Apache-2.0
#include "pdu/pdu.hpp"

namespace releve::sms {
namespace {

// The first octet (23.040, 9.2.3): the two lowest bits are the kind.
enum : unsigned {
    kind_deliver = 0,
    kind_submit = 1,
    kind_report = 2,
    no_more = 0x04,           // deliver, status report
    reject = 0x04,            // submit
    validity_enhanced = 0x08, // submit
    validity_relative = 0x10,
    validity_absolute = 0x18,
    report = 0x20,
    header = 0x40,
    reply = 0x80
};

std::optional<pdu_time> take_time(octet_reader& in, const char* what) {
    return read_time(in.take(pdu_time_size, what).first<pdu_time_size>());
}

sms_deliver read_deliver(octet_reader& in, unsigned first) {
    sms_deliver m;
    m.more = (first & no_more) == 0;
    m.report_wanted = (first & report) != 0;
    m.reply_path = (first & reply) != 0;
    m.sender = read_address(in, "sender's address");
    m.protocol = in.octet("protocol");
    const auto coding = in.octet("data coding");
    m.time = take_time(in, "time");
    m.data = read_user_data(in, coding, (first & header) != 0);
    return m;
}

// 23.040, 9.2.3.12.3: the low three bits of the first octet say what follows.
void read_enhanced(octet_reader& in, sms_submit& m) {
    const auto b = in.take(pdu_time_size, "validity");
    const auto number = [&](std::size_t i) { return (b[i] & 0x0F) * 10 + (b[i] >> 4); };
    switch (b[0] & 0x07U) {
    case 1:
        m.valid_seconds = validity_minutes(b[1]) * 60;
        break;
    case 2:
        m.valid_seconds = b[1];
        break;
    case 3:
        m.valid_seconds = number(1) * 3600 + number(2) * 60 + number(3);
        break;
    default:
        break;
    }
}

sms_submit read_submit(octet_reader& in, unsigned first) {
    sms_submit m;
    m.reject_duplicates = (first & reject) != 0;
    m.report_wanted = (first & report) != 0;
    m.reply_path = (first & reply) != 0;
    m.reference = in.octet("reference");
    m.recipient = read_address(in, "recipient's address");
    m.protocol = in.octet("protocol");
    const auto coding = in.octet("data coding");
    const auto validity = first & validity_absolute;
    if (validity == validity_relative) m.valid_seconds = validity_minutes(in.octet("validity")) * 60;
    if (validity == validity_absolute) m.valid_until = take_time(in, "validity");
    if (validity == validity_enhanced) read_enhanced(in, m);
    m.data = read_user_data(in, coding, (first & header) != 0);
    return m;
}

sms_status_report read_report(octet_reader& in, unsigned first) {
    sms_status_report m;
    m.more = (first & no_more) == 0;
    m.reference = in.octet("reference");
    m.recipient = read_address(in, "recipient's address");
    m.time = take_time(in, "time");
    m.ended = take_time(in, "time of delivery");
    m.status = in.octet("status");
    return m;
}

void put(octets& out, unsigned octet) { out.push_back(static_cast<std::uint8_t>(octet)); }

unsigned common(bool report_wanted, bool reply_path, const user_data& data) {
    return (report_wanted ? report : 0U) | (reply_path ? reply : 0U) | (data.headers.empty() ? 0U : header);
}

struct writer {
    octets& out;

    void operator()(const sms_deliver& m) const {
        put(out, kind_deliver | (m.more ? 0U : no_more) | common(m.report_wanted, m.reply_path, m.data));
        write_address(out, m.sender);
        put(out, m.protocol);
        put(out, m.data.coding);
        write_time(out, m.time);
        write_user_data(out, m.data);
    }
    void operator()(const sms_submit& m) const {
        const auto validity = m.valid_until ? validity_absolute : m.valid_seconds ? validity_relative : 0U;
        put(out, kind_submit | (m.reject_duplicates ? reject : 0U) | validity |
                     common(m.report_wanted, m.reply_path, m.data));
        put(out, m.reference);
        write_address(out, m.recipient);
        put(out, m.protocol);
        put(out, m.data.coding);
        if (m.valid_until)
            write_time(out, m.valid_until);
        else if (m.valid_seconds)
            put(out, validity_octet((*m.valid_seconds + 59) / 60));
        write_user_data(out, m.data);
    }
    void operator()(const sms_status_report& m) const {
        put(out, kind_report | (m.more ? 0U : no_more));
        put(out, m.reference);
        write_address(out, m.recipient);
        write_time(out, m.time);
        write_time(out, m.ended);
        put(out, m.status);
    }
};

} // namespace

pdu read_pdu(std::span<const std::uint8_t> bytes) {
    octet_reader in{bytes};
    pdu made;
    made.service_centre = read_service_centre(in);
    const unsigned first = in.octet("first octet");
    switch (first & 3U) {
    case kind_deliver:
        made.message = read_deliver(in, first);
        break;
    case kind_submit:
        made.message = read_submit(in, first);
        break;
    case kind_report:
        made.message = read_report(in, first);
        break;
    default:
        throw pdu_error{"the message is of a reserved kind"};
    }
    return made;
}

octets write_pdu(const pdu& message) {
    octets out;
    write_service_centre(out, message.service_centre);
    std::visit(writer{out}, message.message);
    return out;
}

std::size_t tpdu_size(std::span<const std::uint8_t> bytes) {
    if (bytes.empty() || bytes[0] + std::size_t{1} > bytes.size())
        throw pdu_error{"the message ends within its service centre"};
    return bytes.size() - bytes[0] - 1;
}

} // namespace releve::sms
