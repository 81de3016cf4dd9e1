// SPDX-License-Identifier: Apache-2.0
// Lines of logs, listings and saved positions: whole, cut at each byte, and with each bit flipped.
#include "ftp/csv_log.hpp"
#include "ftp/listing.hpp"
#include "ftp/read_positions.hpp"

#include <releve/testing/catch.hpp>

#include <optional>

using namespace releve::wes;

namespace {

/// The contents of a line; nothing: it is a bad line.
struct read_line {
    std::int64_t time_s = 0;
    std::vector<std::optional<double>> numbers;
    bool flag = false;
    bool operator==(const read_line&) const = default;
};

std::optional<read_line> read(const std::string& line, csv_layout layout = {},
                              const std::string& header = "t;a;b;c;e") {
    csv_log log{std::move(layout)};
    log.begin();
    log.header(header, 5);
    try {
        const auto fields = log.fields(line);
        read_line made;
        made.time_s = releve::to_ns(log.time(fields)) / 1'000'000'000;
        for (std::size_t i = 2; i <= 4; ++i) made.numbers.push_back(log.number(fields, i));
        made.flag = log.is_set(fields, 5);
        return made;
    } catch (const bad_line&) {
        return {};
    }
}

template <class Then>
void with_each_bit_flipped(const std::string& text, Then then) {
    for (std::size_t bit = 0; bit < text.size() * 8; ++bit) {
        auto damaged = text;
        damaged[bit / 8] = static_cast<char>(static_cast<unsigned char>(damaged[bit / 8]) ^ (1U << (bit % 8)));
        INFO(bit / 8 << ": " << damaged);
        then(bit / 8, damaged);
    }
}

bool is_digit(char c) { return c >= '0' && c <= '9'; }

const std::string good_line = "15/01/2026 12:30;123;-4.5;\"60\";0";

} // namespace

TEST_CASE("a line of a log") {
    const auto made = read(good_line);
    REQUIRE(made);
    CHECK(made->time_s == 1'768'480'200);
    CHECK(made->numbers == std::vector<std::optional<double>>{123, -4.5, 60});
    CHECK_FALSE(made->flag);
    CHECK(read("15/01/2026 12:30;;;;")->numbers == std::vector<std::optional<double>>(3));
    CHECK(read("15/01/2026 12:30;1;2;3;E;")->flag); // a separator at the end of each line
    CHECK(read("15/01/2026 12:30;1;2;3;0,0", {';', ','})->flag == false);
    CHECK(read("5/1/2026 9:05;1;2;3;")); // no zeros before
    CHECK_FALSE(read("15/01/2026 9:5;1;2;3;"));
    CHECK_FALSE(read("15/01/2026 12:30;1;2;3;4;5"));
    CHECK_FALSE(read("15/01/2026 12:30 ;1;2;x;"));
    CHECK_FALSE(read("31/02/2026 12:30;1;2;3;"));
    CHECK_FALSE(read("15/01/2026 24:30;1;2;3;"));
    CHECK(read("15/01/2026 12:30;1;2", {}, "Readings of the 15th")); // such a header has no columns
}

TEST_CASE("a line cut at any byte, except in its last field, is a bad line") {
    for (std::size_t cut = 0; cut < good_line.size(); ++cut) {
        INFO(cut);
        const auto made = read(good_line.substr(0, cut));
        if (made) CHECK(cut == good_line.size() - 1); // the flag is empty then, as it may be
    }
}

TEST_CASE("a flipped bit in a line changes a digit, or makes it a bad line") {
    const auto whole = read(good_line);
    with_each_bit_flipped(good_line, [&](std::size_t at, const std::string& damaged) {
        const auto made = read(damaged);
        if (!made) return;
        std::size_t other = 0; // no checksum: a digit may be another, and so one value
        if (made->time_s != whole->time_s) ++other;
        for (std::size_t i = 0; i < 3; ++i)
            if (made->numbers[i] != whole->numbers[i]) ++other;
        if (made->flag != whole->flag) ++other;
        CHECK(other <= 1);
        // Outside digits, only what stands before a number can change it: a sign, a decimal mark.
        if (other == 1 && !is_digit(good_line[at])) CHECK((good_line[at] == '-' || good_line[at] == '.'));
        if (other == 1 && good_line[at] == '.') CHECK(is_digit(damaged[at]));
    });
}

TEST_CASE("a listing cut at any byte names no other file, except by a shorter name") {
    const std::string text =
        "01-27-17  11:17AM       <DIR>          WEB\r\n11-23-26  02:30PM                 1024 LOG 1.CSV"
        "\r\n11-23-26  02:30PM                    7 B.CSV\r\n";
    for (std::size_t cut = 0; cut <= text.size(); ++cut) {
        for (const auto& one : read_listing(text.substr(0, cut))) {
            INFO(cut << " " << one.name);
            CHECK((std::string{"LOG 1.CSV"}.starts_with(one.name) || std::string{"B.CSV"}.starts_with(one.name)));
            CHECK(one.bytes == (one.name.starts_with('L') ? 1024 : 7));
            CHECK(one.changed == "11-23-26 02:30PM");
        }
    }
    REQUIRE(read_listing(text).size() == 2);
}

TEST_CASE("a flipped bit in a listing: a file with the right name has its size, except for one digit") {
    const std::string row = "11-23-26  02:30PM                 1024 LOG.CSV\r\n";
    with_each_bit_flipped(row + row, [&](std::size_t at, const std::string& damaged) {
        const auto all = read_listing(damaged);
        CHECK(all.size() <= 2);
        for (const auto& one : all) {
            CHECK(one.bytes >= 0);
            CHECK(one.name.find_first_of("/\\\r\n") == one.name.npos);
            const auto in_row = at % row.size();
            if (one.name == "LOG.CSV" && one.bytes != 1024) CHECK((in_row >= 33 && in_row < 38));
        }
    });
}

TEST_CASE("listings of DOS and of Unix; lines that are not of files are ignored") {
    const auto all =
        read_listing("01-27-17  11:17AM       <DIR>          WEB\r\n11-23-26  02:30PM           1024 LOG 1.CSV\r\n"
                     "-rw-r--r-- 1 wes wes 77 Nov 23 14:30 unix.csv\r\ntotal 3\r\n11-23-26  02:30PM  -5 X\r\n"
                     "11-23-26  02:30PM  5 ../X\r\n");
    REQUIRE(all.size() == 2);
    CHECK(all[0] == listed_file{"LOG 1.CSV", 1024, "11-23-26 02:30PM"});
    CHECK(all[1].bytes == 77);
    CHECK(is_named("log?*.csv", "LOG12.CSV"));
    CHECK_FALSE(is_named("log?.csv", "LOG12.CSV"));
}

TEST_CASE("a line of a listing that is neither a file nor a folder is named, and costs no other") {
    releve::kit::odd_entries odd;
    const auto all =
        read_listing("total 3\r\ndrwxr-xr-x 2 wes wes 0 Nov 23 14:30 WEB\r\n\r\n01-27-17  11:17AM       <DIR>    "
                     "      WEB\r\n11-23-26  02:30PM           1024 A.CSV\r\nwhat\x1b[2J is this\r\n11-23-26  "
                     "02:30PM  -5 X\r\n11-23-26  02:30PM           77 B.CSV\r\n",
                     &odd);
    CHECK(all.size() == 2);
    CHECK(odd.end_round().begun ==
          "11-23-26  02:30PM  -5 X is no line of a listing; what\xef\xbf\xbd[2J is this is no line "
          "of a listing");
    CHECK(odd.count() == 2);
}

TEST_CASE("a decimal mark is the one of the layout") {
    const csv_layout comma{';', ','};
    CHECK(read("15/01/2026 12:30;1,5;2;3;", comma)->numbers[0] == 1.5);
    CHECK_FALSE(read("15/01/2026 12:30;1.234;2;3;", comma)); // a mark of thousands
    CHECK_FALSE(read("15/01/2026 12:30;1.234,5;2;3;", comma));
    for (const char* bad : {"1,5", "1e3", "0x10", "+5", "1 5", "nan", "inf", "--1", "1.5.", ".5"})
        CHECK_FALSE(read(std::string{"15/01/2026 12:30;"} + bad + ";2;3;"));
}

TEST_CASE("positions are saved as text, and a damaged one does not skip lines of a file") {
    read_positions positions;
    read_position at;
    at.set_read("date;PULS1\n1;2\n");
    at.listed_bytes = 15;
    at.listed_changed = "11-23-26 02:30PM";
    positions.set("A.CSV", at);
    positions.set("B.CSV", {});
    const auto part = positions.part(read_positions::part_of("A.CSV"));
    read_positions again;
    again.restore(part);
    REQUIRE(again.find("A.CSV") != nullptr);
    CHECK(again.find("A.CSV")->begins("date;PULS1\n1;2\n3;4\n"));
    CHECK_FALSE(again.find("A.CSV")->begins("date;PULS1\n1;3\n3;4\n"));
    CHECK_FALSE(again.find("A.CSV")->begins("date;PULS1\n1;2"));
    CHECK(again.find("A.CSV")->is_seen({"A.CSV", 15, "11-23-26 02:30PM"}));
    CHECK_FALSE(again.find("A.CSV")->is_seen({"A.CSV", 15, "11-23-26 02:31PM"}));
    with_each_bit_flipped(part, [&](std::size_t, const std::string& damaged) {
        read_positions other;
        other.restore(damaged);
        const auto* const found = other.find("A.CSV");
        if (found != nullptr && found->begins("date;PULS1\n1;2\n3;4\n")) CHECK(found->bytes == 15);
    });
    CHECK(again.keep({{"A.CSV", 15, "11-23-26 02:30PM"}}).empty());
    CHECK(again.keep({{"A.CSV", 16, "11-23-26 02:30PM"}}).size() == 1);
    CHECK(again.keep({}).size() == 1);
    CHECK(again.find("A.CSV") == nullptr);
}
