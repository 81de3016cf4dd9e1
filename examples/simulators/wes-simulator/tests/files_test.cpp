// SPDX-License-Identifier: Apache-2.0
// The folder of web pages, and the log that is kept there.
#include "device.hpp"

#include <wes_simulator/process.hpp>
#include <wes_simulator/temporary_folder.hpp>

#include <releve/testing/catch.hpp>

#include <algorithm>

using namespace wes_simulator;
namespace fs = std::filesystem;

namespace {

device_setting at_noon(const temporary_folder& files, firmware profile = firmware::v0_84a10) {
    device_setting setting;
    setting.profile = profile;
    setting.start_s = 1'768'435'200 + 43'200; // 2026-01-15 12:00
    setting.files = files.path.string();
    return setting;
}

std::string body(const std::string& bytes) { return bytes.substr(bytes.find("\r\n\r\n") + 4); }

} // namespace

TEST_CASE("names in upper and lower case; names that leave the folder are refused", "[files]") {
    const temporary_folder files, outside;
    files.put("WEBPROG/CGX/x.CGX", "t x");
    files.put("BIG.TXT", std::string(file_tree::max_file + 1, 'x'));
    files.put("1/2/3/4/5/6/7/8/DEEP.TXT", "x");
    outside.put("SECRET.TXT", "secret");
    fs::create_symlink(outside.path, files.path / "LINK");
    fs::create_symlink(outside.path / "SECRET.TXT", files.path / "LINK.TXT");
    const file_tree tree{files.path};
    CHECK(tree.read("/webprog/cgx/X.cgx") == "t x");
    CHECK(tree.read("WEBPROG//CGX/x.CGX") == "t x");
    const std::string up = "/../" + outside.path.filename().string() + "/SECRET.TXT";
    for (const std::string& none :
         {std::string{}, std::string{"/"}, std::string{"/WEBPROG"}, std::string{"/WEBPROG/CGX/x.CGX/"},
          std::string{"/NONE.TXT"}, std::string{"/BIG.TXT"}, std::string{"/1/2/3/4/5/6/7/8/DEEP.TXT"}, up,
          "/WEBPROG" + up, std::string{"/WEBPROG/..\\..\\x"}, std::string{"/LINK/SECRET.TXT"}, std::string{"/LINK.TXT"},
          std::string{"/WEBPROG/CGX/x.CGX\0", 19}}) {
        INFO(none);
        CHECK_FALSE(tree.read(none).has_value());
    }
}

TEST_CASE("an empty folder gets the stock template, which shows the stock page", "[files]") {
    for (const firmware profile : {firmware::v0_61d, firmware::v0_8x, firmware::v0_84a10}) {
        const temporary_folder files;
        device with{at_noon(files, profile)};
        device_setting bare = at_noon(files, profile);
        bare.files.clear();
        device without{bare};
        CHECK(files.get("DATA.CGX") == data_page(profile));
        CHECK(with.answer(get("/data.cgx")).bytes == without.answer(get("/data.cgx")).bytes);
        files.put("DATA.CGX", "t <data>mine</data>");
        CHECK(body(with.answer(get("/data.cgx")).bytes) == "<data>mine</data>");
        fs::remove(files.path / "DATA.CGX"); // then it is built in
        CHECK(with.answer(get("/data.cgx")).bytes == without.answer(get("/data.cgx")).bytes);
    }
}

TEST_CASE("a custom template shows this device's values", "[files]") {
    const temporary_folder files;
    files.put("WEBPROG/CGX/VERA.CGX", "t <?xml?>\r\ni HEAD.INC\r\nc W0T0<T>%.01f</T>\r\nc v v <V>%s</V>\r\nt </a>\r\n");
    files.put("HEAD.INC", "<a>");
    files.put("PAGE.CGI", "t <html>\nc h h <b>%02d:%02d</b>\n");
    files.put("NOTE.TXT", "as it is\r\n");
    files.put("BAD.CGX", "t a\nno command\n");
    device one{at_noon(files)};
    const std::string page = one.answer(get("/webprog/cgx/vera.cgx")).bytes;
    CHECK(page.find("Content-Type: text/xml") != std::string::npos);
    CHECK(body(page) == "<?xml?><a><T>19.0</T><V>V0.84A10</V></a>");
    CHECK(body(one.answer(get("/PAGE.CGI")).bytes) == "<html>\n<b>12:00</b>\n");
    const std::string note = one.answer(get("/note.txt")).bytes;
    CHECK(note.find("Content-Type: text/plain\r\nContent-Length: 10\r\n") != std::string::npos);
    CHECK(body(note) == "as it is\r\n");
    CHECK(one.answer(get("/BAD.CGX")).cut);
    CHECK(one.answer(get("/NOTE.TXT", "")).bytes.starts_with("HTTP/1.1 401"));
    for (const char* none : {"/../x.cgx", "/%2e%2e/x.cgx", "/NONE.CGX", "/WEBPROG", "/%", "/%zz"})
        CHECK(one.answer(get(none)).bytes.starts_with("HTTP/1.1 404"));
    one.set_fault({fault::cut, 0, 5});
    CHECK(body(one.answer(get("/WEBPROG/CGX/VERA.CGX")).bytes) == "<?xml");
    one.set_fault({fault::unauthorized});
    CHECK(one.answer(get("/WEBPROG/CGX/VERA.CGX")).bytes.starts_with("HTTP/1.1 401"));
}

TEST_CASE("the log has a row for each hour, in a file for each day, the same however time passes", "[files]") {
    const temporary_folder at_once, in_steps;
    device_setting setting = at_noon(at_once);
    setting.log = "LOG/%Y%m%d.CSV";
    device one{setting};
    setting.files = in_steps.path.string();
    device other{setting};
    one.advance_to(setting.start_s + 2 * 86400);
    for (int minute = 0; minute <= 2 * 1440; minute += 7) other.advance_to(setting.start_s + minute * 60);
    other.advance_to(setting.start_s + 2 * 86400);
    int rows = 0;
    for (const char* day : {"LOG/20260115.CSV", "LOG/20260116.CSV", "LOG/20260117.CSV"}) {
        const std::string text = at_once.get(day);
        CHECK(text == in_steps.get(day));
        CHECK(text.starts_with(std::string{capture_log::header}));
        rows += static_cast<int>(std::count(text.begin(), text.end(), '\n')) - 1;
    }
    CHECK(rows == 48);
    const std::string first = at_once.get("LOG/20260115.CSV").substr(capture_log::header.size());
    CHECK(first.starts_with("15/01/2026 13:00;"));
    CHECK(std::count(first.begin(), first.begin() + static_cast<long>(first.find('\r')), ';') == 12);
    CHECK(at_once.get("LOG/20260117.CSV").find("17/01/2026 00:00;") == capture_log::header.size());
}

TEST_CASE("a row of a meter without frames has its error flag", "[files]") {
    const temporary_folder files;
    device_setting setting = at_noon(files);
    setting.log = "LOG.CSV";
    device one{setting};
    one.set_fault({fault::absent_meter});
    one.advance_to(setting.start_s + 3600);
    one.set_fault({});
    one.advance_to(setting.start_s + 7200);
    const std::string text = files.get("LOG.CSV").substr(capture_log::header.size());
    const std::size_t second = text.find('\n') + 1;
    CHECK(text.substr(0, second).ends_with(";;;1\r\n"));
    CHECK(text.ends_with(";0\r\n"));
    setting.log = "../LOG.CSV";
    CHECK_THROWS(device{setting});
}
