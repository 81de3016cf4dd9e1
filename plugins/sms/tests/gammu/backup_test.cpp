// SPDX-License-Identifier: Apache-2.0
// Files as gammu-smsd 1.42 wrote them, and random messages that gammu, another program, filed.
#include "gammu/backup.hpp"
#include "pdu/base16.hpp"

#include <releve/testing/catch.hpp>

#include <cstdio>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <memory>
#include <random>

using namespace releve::sms;
using Catch::Matchers::Contains;

namespace {

const auto paris = [](std::int64_t local) { return local - 3600; }; // in winter

/// As it was written for a message of a modem; `more` replaces the lines from UDH to Length.
std::string file_of(const std::string& more, const std::string& kind = "Deliver",
                    const std::string& when = "20261123T172009",
                    const std::string& number = "002B00330033003600300031003000320030003300300034") {
    return "; This file format was designed for Gammu and is compatible with Gammu+\n"
           "; See <http://www.gammu.org> for more info\n; Saved 20261128T004733 (Sat Nov 28 00:47:33 2026)\n\n"
           "[SMSBackup000]\n; hello\nSMSC = \"+33609001390\"\nSMSCUnicode = \nPDU = " +
           kind + "\nDateTime = " + when + "\nState = UnRead\nNumber = \"+33601020304\"\nNumberUnicode = " + number +
           "\nName = \"\"\nNameUnicode = \n" + more +
           "Class = -1\nReplySMSC = False\nRejectDuplicates = False\nReplaceMessage = 0\nMessageReference = 77\n\n";
}

const std::string text_lines = "Text00 = 00680065006C006C006F0020005B00320031002E0035005D00000000\n"
                               "Coding = Default_No_Compression\nFolder = 1\nLength = 14\n";

sms_deliver deliver_in(const std::string& file) {
    const auto all = read_gammu_backup(file, paris);
    REQUIRE(all.size() == 1);
    INFO(all[0].why);
    REQUIRE(all[0].why.empty());
    return std::get<sms_deliver>(all[0].message.message);
}

std::string why(const std::string& file) {
    const auto all = read_gammu_backup(file, paris);
    REQUIRE(all.size() == 1);
    return all[0].why;
}

} // namespace

TEST_CASE("a text: its sender, its characters without what gammu leaves behind them, and the centre's time as UTC") {
    const auto read = deliver_in(file_of(text_lines));
    CHECK(read.sender == pdu_address{"+33601020304", 0x91});
    CHECK(read.data.text == "hello [21.5]");
    CHECK(read.data.coding == 0);
    REQUIRE(read.time);
    CHECK(read.time->seconds == 1'795'450'809); // 2026-11-23 16:20:09 UTC
    CHECK(read.time->quarters == 4);
    CHECK(deliver_in(file_of(text_lines, "Deliver", "20261123T172009Z")).time == pdu_time{1'795'454'409, 0});
    for (const auto* none : {"", "20261323T172009", "20261123T242009", "20261123 172009", "19991123T172009", "2026"})
        CHECK_FALSE(deliver_in(file_of(text_lines, "Deliver", none)).time);
}

TEST_CASE("UCS-2, a name as sender, octets with and without a header") {
    const auto name = deliver_in(file_of("Text00 = 6F220041D83DDE00\nCoding = Unicode_No_Compression\nLength = 4\n",
                                         "Deliver", "20261123T172009", "0054004F004E0049005100550045"));
    CHECK(name.sender == pdu_address{"TONIQUE", 0xD0});
    CHECK(name.data.text == "\u6f22A\U0001F600");
    CHECK(name.data.coding == 8);
    const auto tilde =
        deliver_in(file_of("Text00 = 6F22007E007E0061007E\nCoding = Unicode_No_Compression\nLength = 5\n"));
    CHECK(tilde.data.text == "\u6f22~a~"); // gammu doubles it, and cuts the end for that
    const auto part = deliver_in(
        file_of("UDH = 0B0504158A00000003050202\nText00 = 01\nText01 = 02\nCoding = 8bit\nFolder = 1\nLength = 2\n"));
    CHECK(part.data.bytes == octets{1, 2});
    CHECK(concatenation_of(part.data) == concatenation{5, false, 2, 2});
    const auto turkish = deliver_in(file_of("Text00 = 011F\nCoding = Default_No_Compression\nLength = 1\n"));
    CHECK(turkish.data.coding == 8); // a national table has it, the default one has not
}

TEST_CASE("a report: what became of the message, with its reference") {
    const auto report = [](const std::string& word) {
        octets utf16;
        for (const char c : word) utf16.insert(utf16.end(), {0, static_cast<std::uint8_t>(c)});
        const auto file = file_of("Text00 = " + to_base16(utf16) + "\nCoding = Unicode_No_Compression\nLength = " +
                                      std::to_string(word.size()) + "\n",
                                  "Status_Report");
        return read_gammu_backup(file, paris).at(0);
    };
    const auto good = std::get<sms_status_report>(report("Delivered").message.message);
    CHECK(good.recipient.text == "+33601020304");
    CHECK(good.reference == 77);
    CHECK(good.status == 0);
    REQUIRE(good.time);
    CHECK(good.time->seconds == 1'795'450'809);
    CHECK(std::get<sms_status_report>(report("Pending").message.message).status == 0x20);
    CHECK(std::get<sms_status_report>(report("Failed").message.message).status == 0x40);
    for (const auto* one : {"Unknown", "", "Zugestellt"}) // reserved values, and those of the service centre
        CHECK(std::get<sms_status_report>(report(one).message.message).status == status_not_known);
}

TEST_CASE("what can't be read says why") {
    CHECK(why(file_of("Text00 = 00\nCoding = 8bit\nLength = 2\n")) == "its text is not as long as it says");
    CHECK(why(file_of("Text00 = 0G\nCoding = 8bit\nLength = 1\n")) == "Text00 is not in base16");
    CHECK(why(file_of("Text00 = 00\nCoding = 8bit\nLength = one\n")) == "Length is not a number");
    CHECK(why(file_of("Text00 = 00\nCoding = Default_Compression\nLength = 1\n")) ==
          "its coding is 'Default_Compression'");
    CHECK_THAT(why(file_of("UDH = 0500034202\nText00 = 00\nCoding = 8bit\nLength = 1\n")), Contains("header"));
    CHECK(why(file_of(text_lines, "Submit")) == "it is 'Submit', which can't be received");
    CHECK(why("[SMSBackup000]\nPDU = Deliver\n\n") == "it has no NumberUnicode");
    CHECK(read_gammu_backup("hello", paris).empty());
    CHECK(read_gammu_backup("", paris).empty());
}

TEST_CASE("cut anywhere, a file is not whole, and what is read of it is either right or nothing") {
    const auto two = file_of("UDH = 050003420201\nText00 = 01\nCoding = 8bit\nLength = 1\n") +
                     "[SMSBackup001]\nPDU = Status_Report\nNumberUnicode = 0031\nText00 = "
                     "00440065006C006900760065007200650064\nMessageReference = 77\n\n";
    const auto whole = read_gammu_backup(two, paris);
    REQUIRE(whole.size() == 2);
    CHECK(is_whole_gammu_backup(two));
    std::size_t ends = 0;
    for (std::size_t size = 0; size < two.size(); ++size) {
        const auto part = two.substr(0, size);
        CAPTURE(part);
        ends += is_whole_gammu_backup(part) ? 1 : 0;
        const auto read = read_gammu_backup(part, paris);
        REQUIRE(read.size() <= 2);
        for (std::size_t i = 0; i < read.size(); ++i)
            if (read[i].why.empty()) CHECK(read[i].message == whole[i].message);
    }
    CHECK(ends == 1); // between the two
}

TEST_CASE("with any bit flipped, what is read can be written as a message, or says why not") {
    const auto file = file_of("UDH = 050003420201\n" + text_lines);
    for (std::size_t i = 0; i < file.size() * 8; ++i) {
        auto other = file;
        other[i / 8] = static_cast<char>(other[i / 8] ^ (1 << i % 8));
        for (const auto& one : read_gammu_backup(other, paris)) {
            if (!one.why.empty()) continue;
            try {
                const auto again = read_pdu(write_pdu(one.message));
                CHECK(again == one.message);
            } catch (const pdu_error& e) {
                CHECK_THAT(e.what(), Contains("characters") || Contains("number") || Contains("digits"));
            }
        }
    }
}

TEST_CASE("what goes out: text, octets, the header and the wish for a report") {
    sms_submit message;
    message.recipient = address_of("+33612345678");
    message.data.text = "[21.5] \u20ac";
    const std::string head = "[SMSBackup000]\nMessageReference = 999\nClass = -1\n";
    CHECK(gammu_backup_head == head.size());
    CHECK(write_gammu_backup(message) ==
          head + "PDU = Submit\nNumber = \"+33612345678\"\nText00 = 005B00320031002E0035005D002020AC\n"
                 "Coding = Default_No_Compression\n\n");
    message.report_wanted = true;
    message.data = {4, {header_of({0x42, false, 2, 1})}, {}, octets(134, 0xA5)};
    std::string a5;
    for (int i = 0; i < 134; ++i) a5 += "A5";
    CHECK(write_gammu_backup(message) ==
          head + "PDU = Status_Report\nNumber = \"+33612345678\"\nUDH = 050003420201\nText00 = " + a5.substr(0, 200) +
              "\nText01 = " + a5.substr(200) + "\nCoding = 8bit\n\n");
    message.report_wanted = false;
    message.data = {8, {}, "\u6f22~", {}};
    CHECK_THAT(write_gammu_backup(message), Contains("Text00 = 6F22007E007E\nCoding = Unicode_No_Compression\n"));
    message.recipient = {"TONIQUE\"\n", 0xD0};
    CHECK_THROWS_WITH(write_gammu_backup(message), Contains("is not a telephone number"));
}

TEST_CASE("a file that went out is sent, unless it holds no message and gammu-smsd noted nothing in it") {
    sms_submit message;
    message.recipient = address_of("+33612345678");
    message.data.text = "x";
    const auto whole = write_gammu_backup(message);
    CHECK(is_sent_gammu_backup(whole));
    const auto left = whole.substr(0, gammu_backup_head);
    CHECK_FALSE(is_sent_gammu_backup(left));
    CHECK(is_sent_gammu_backup("[SMSBackup000]\nMessageReference = 7\nClass = -1\n"));
}

TEST_CASE("messages that gammu filed are read as they were") {
    std::mt19937 random{20261128};
    std::vector<sms_deliver> sent;
    auto folder = (std::filesystem::temp_directory_path() / "releve-gammu-XXXXXX").string();
    REQUIRE(::mkdtemp(folder.data()) != nullptr);
    {
        std::ofstream file{folder + "/pdus"};
        const std::vector<std::string> characters{"a", "@", "\u00e9", "\n", "[", "\u20ac", "0", "\u00e0", "~"};
        for (int i = 0; i < 200; ++i) {
            sms_deliver m;
            m.sender = address_of(i % 5 == 0 ? "TONIQUE" : i % 7 == 0 ? "36180" : "+33601020304");
            m.time = pdu_time{1'767'225'600 + i * 86'399LL, 0};
            const auto size = random() % 60;
            if (i % 3 == 0) {
                m.data.coding = 4;
                for (std::size_t k = 0; k < size * 2; ++k) m.data.bytes.push_back(static_cast<std::uint8_t>(random()));
            } else {
                m.data.coding = i % 3 == 1 ? 0 : 8;
                // gammu itself cuts the end of a UCS-2 text with a ~, the last of them
                const auto some = characters.size() - (m.data.coding == 8 ? 1 : 0);
                for (std::size_t k = 0; k < size; ++k) m.data.text += characters[random() % some];
            }
            if (i % 4 == 0) m.data.headers = {header_of({static_cast<std::uint16_t>(i), i % 8 == 0, 2, 1})};
            file << to_base16(write_pdu({{}, m})) << '\n';
            sent.push_back(std::move(m));
        }
    }
    const auto command = "/usr/bin/python3 tests/gammu/backup_files.py " + folder + "/pdus " + folder;
    REQUIRE(std::system(command.c_str()) == 0);
    for (std::size_t i = 0; i < sent.size(); ++i) {
        std::ifstream in{folder + '/' + std::to_string(i), std::ios::binary};
        const std::string file{std::istreambuf_iterator<char>{in}, {}};
        CAPTURE(file);
        CHECK(is_whole_gammu_backup(file));
        const auto read = read_gammu_backup(file, paris);
        REQUIRE(read.size() == 1);
        CHECK(read[0].why == "");
        auto& got = std::get<sms_deliver>(read[0].message.message);
        CHECK(got.sender == sent[i].sender);
        CHECK(got.time == sent[i].time);
        CHECK(got.data.text == sent[i].data.text);
        CHECK(got.data == sent[i].data);
    }
    std::filesystem::remove_all(folder);
}
