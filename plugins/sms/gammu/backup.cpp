// SPDX-License-Identifier: Apache-2.0
#include "gammu/backup.hpp"

#include "pdu/base16.hpp"
#include "pdu/gsm7.hpp"
#include "pdu/unicode.hpp"

#include <charconv>
#include <chrono>
#include <map>

namespace releve::sms {
namespace {

constexpr std::string_view section_begin = "[SMSBackup", coding_octets = "8bit", coding_gsm7 = "Default_No_Compression",
                           coding_ucs2 = "Unicode_No_Compression";
// A reference that no network gives. A line has to follow it, else gammu-smsd takes a sent message for a failed one.
constexpr std::string_view head = "[SMSBackup000]\nMessageReference = 999\nClass = -1\n", number_begin = "\nNumber = ";
constexpr std::size_t max_sections = 255, text_digits = 200; // gammu's: hexadecimal digits a line

using section = std::map<std::string, std::string, std::less<>>;

std::vector<section> sections_of(std::string_view file) {
    std::vector<section> all;
    for (auto end = file.find('\n'); end != file.npos; end = file.find('\n')) { // a line without an end is cut off
        auto line = file.substr(0, end);
        file.remove_prefix(end + 1);
        if (line.ends_with('\r')) line.remove_suffix(1);
        if (line.starts_with(section_begin)) {
            if (all.size() == max_sections) break;
            all.emplace_back();
        }
        const auto equals = line.find(" = ");
        if (all.empty() || line.starts_with(';') || equals == line.npos) continue;
        all.back().emplace(line.substr(0, equals), line.substr(equals + 3));
    }
    return all;
}

std::string_view value(const section& of, std::string_view key) {
    const auto found = of.find(key);
    return found == of.end() ? std::string_view{} : std::string_view{found->second};
}

octets base16_value(const section& of, std::string_view key) {
    auto bytes = from_base16(value(of, key));
    if (!bytes) throw pdu_error{std::string{key} + " is not in base16"};
    return std::move(*bytes);
}

int number_value(const section& of, std::string_view key) {
    const auto text = value(of, key);
    int number = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (error != std::errc{} || end != text.data() + text.size())
        throw pdu_error{std::string{key} + " is not a number"};
    return number;
}

/// UTF-16, up to a zero: gammu counts septets, and an escaped character has two.
std::span<const std::uint8_t> up_to_zero(std::span<const std::uint8_t> utf16) {
    std::size_t size = 0;
    while (size + 1 < utf16.size() && (utf16[size] != 0 || utf16[size + 1] != 0)) size += 2;
    return utf16.first(size);
}
std::string utf8_text_of(std::span<const std::uint8_t> utf16) { return utf8_of_utf16(up_to_zero(utf16)); }

/// gammu doubles each ~ of a UCS-2 text, and takes two of them for one: a single one is a Nokia's for U+0001. It does
/// not count what it adds, so that as many characters are missing at the end of what comes.
octets without_double_tildes(std::span<const std::uint8_t> utf16) {
    octets made;
    const auto is_tilde = [&](std::size_t at) { return utf16[at] == 0 && utf16[at + 1] == '~'; };
    for (std::size_t i = 0; i + 1 < utf16.size(); i += 2) {
        made.insert(made.end(), {utf16[i], utf16[i + 1]});
        if (is_tilde(i) && i + 3 < utf16.size() && is_tilde(i + 2)) i += 2;
    }
    return made;
}
std::string with_double_tildes(std::string text) {
    for (auto at = text.find('~'); at != text.npos; at = text.find('~', at + 2)) text.insert(at, 1, '~');
    return text;
}

/// "20261123T172009", and a Z where it is UTC. Nothing when it is not a time, so that the message is not lost.
std::optional<pdu_time> time_of(std::string_view text, const local_to_utc& to_utc) {
    namespace c = std::chrono;
    const bool utc = text.ends_with('Z');
    if (utc) text.remove_suffix(1);
    if (text.size() != 15 || text[8] != 'T') return {};
    const auto field = [&](std::size_t at, std::size_t size) {
        int number = -1;
        const auto* end = text.data() + at + size;
        return std::from_chars(text.data() + at, end, number).ptr == end ? number : -1;
    };
    const c::year_month_day date{c::year{field(0, 4)}, c::month{static_cast<unsigned>(field(4, 2))},
                                 c::day{static_cast<unsigned>(field(6, 2))}};
    const int hour = field(9, 2), minute = field(11, 2), second = field(13, 2);
    const auto year = static_cast<int>(date.year());
    if (!date.ok() || year < 2000 || year > 2099 || hour < 0 || hour > 23 || minute < 0 || minute > 59 || second < 0 ||
        second > 60)
        return {};
    const auto day = std::int64_t{c::sys_days{date}.time_since_epoch().count()};
    const auto local = ((day * 24 + hour) * 60 + minute) * 60 + second;
    const auto seconds = utc ? local : to_utc(local);
    return pdu_time{seconds, static_cast<int>((local - seconds) / 900)};
}

std::string text_key(std::size_t line) { return (line < 10 ? "Text0" : "Text") + std::to_string(line); }

octets text_lines(const section& of) {
    octets bytes;
    for (std::size_t i = 0; of.contains(text_key(i)); ++i) {
        const auto line = base16_value(of, text_key(i));
        bytes.insert(bytes.end(), line.begin(), line.end());
    }
    return bytes;
}

user_data data_of(const section& of) {
    const auto bytes = text_lines(of);
    const auto coding = value(of, "Coding");
    const bool is_octets = coding == coding_octets;
    if (!is_octets && coding != coding_gsm7 && coding != coding_ucs2)
        throw pdu_error{"its coding is '" + std::string{coding} + "'"};
    const auto count = number_value(of, "Length");
    if (count < 0 || bytes.size() != static_cast<std::size_t>(count) * (is_octets ? 1 : 2))
        throw pdu_error{"its text is not as long as it says"};
    user_data data;
    if (auto header = base16_value(of, "UDH"); !header.empty()) {
        header.insert(header.begin(), static_cast<std::uint8_t>(header.size()));
        octet_reader in{header};
        data.headers = read_user_data(in, 4, true).headers;
    }
    data.coding = is_octets ? 4 : coding == coding_ucs2 ? 8 : 0;
    if (is_octets) {
        data.bytes = bytes;
        return data;
    }
    if (data.coding == 8) data.units = without_double_tildes(up_to_zero(bytes)); // a character may be cut at its end
    data.text = utf8_of_utf16(data.coding == 8 ? std::span<const std::uint8_t>{data.units} : up_to_zero(bytes));
    if (data.coding == 0 && !to_septets(data.text)) data.coding = 8; // of a national table
    return data;
}

std::uint8_t status_of(std::string_view word) {
    if (word == "Delivered") return 0x00;
    if (word == "Pending") return 0x20;
    if (word == "Failed") return 0x40;
    return status_not_known; // gammu 1.42: "Unknown", of reserved values and those of the service centre
}

pdu message_of(const section& of, const local_to_utc& to_utc) {
    if (!of.contains("NumberUnicode")) throw pdu_error{"it has no NumberUnicode"};
    const auto number = address_of(utf8_text_of(base16_value(of, "NumberUnicode")));
    const auto time = time_of(value(of, "DateTime"), to_utc);
    const auto kind = value(of, "PDU");
    if (kind == "Deliver") {
        sms_deliver made;
        made.sender = number;
        made.time = time;
        made.data = data_of(of);
        return {{}, made};
    }
    if (kind != "Status_Report") throw pdu_error{"it is '" + std::string{kind} + "', which can't be received"};
    sms_status_report made;
    made.recipient = number;
    made.time = time;
    const auto reference = number_value(of, "MessageReference");
    if (reference < 0 || reference > 255) throw pdu_error{"its reference is not of 0 to 255"};
    made.reference = static_cast<std::uint8_t>(reference);
    made.status = status_of(utf8_text_of(text_lines(of)));
    return {{}, made};
}

} // namespace

std::vector<gammu_part> read_gammu_backup(std::string_view file, const local_to_utc& to_utc) {
    std::vector<gammu_part> all;
    for (const auto& one : sections_of(file)) {
        try {
            all.push_back({message_of(one, to_utc), {}});
        } catch (const pdu_error& e) {
            all.push_back({{}, e.what()});
        }
    }
    return all;
}

bool is_whole_gammu_backup(std::string_view file) {
    if (!file.ends_with("\n\n")) return false;
    const auto all = sections_of(file);
    return !all.empty() && !all.back().empty();
}

const std::size_t gammu_backup_head = head.size();

bool is_sent_gammu_backup(std::string_view file) {
    return !file.starts_with(head) || file.find(number_begin) != file.npos;
}

std::string write_gammu_backup(const sms_submit& message) {
    if (address_of(message.recipient.text) != message.recipient || message.recipient.type == 0xD0)
        throw pdu_error{"'" + message.recipient.text + "' is not a telephone number"};
    const auto& data = message.data;
    const auto alphabet = alphabet_of(data.coding);
    octets header;
    write_user_data(header, {4, data.headers, {}, {}});
    octets text = data.bytes;
    if (alphabet != pdu_alphabet::data8) {
        const auto characters = code_points(alphabet == pdu_alphabet::ucs2 ? with_double_tildes(data.text) : data.text);
        if (!characters) throw pdu_error{"the text is not UTF-8"};
        for (const auto c : *characters) append_utf16(text, c);
    }
    std::string file{head};
    const auto add = [&](const std::string& key, std::string_view value) {
        ((file += key) += " = ").append(value) += '\n';
    };
    add("PDU", message.report_wanted ? "Status_Report" : "Submit"); // gammu's name for one that asks for a report
    add("Number", '"' + message.recipient.text + '"');
    if (header.size() > 1) add("UDH", to_base16(std::span{header}.subspan(1)));
    const auto digits = to_base16(text);
    for (std::size_t at = 0; at < digits.size(); at += text_digits)
        add(text_key(at / text_digits), digits.substr(at, text_digits));
    add("Coding", alphabet == pdu_alphabet::data8  ? coding_octets
                  : alphabet == pdu_alphabet::ucs2 ? coding_ucs2
                                                   : coding_gsm7);
    return file += '\n';
}

} // namespace releve::sms
