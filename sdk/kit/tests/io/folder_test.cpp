// SPDX-License-Identifier: Apache-2.0
#include <releve/kit/io/failure.hpp>
#include <releve/kit/io/folder.hpp>

#include <releve/testing/catch.hpp>

#include <sys/stat.h>

#include <cerrno>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <stdexcept>

namespace fs = std::filesystem;
using releve::kit::folder;
using releve::kit::io_failure;

namespace {

/// A folder that others write into, beside a victim's file.
struct shared_folder {
    fs::path path, victim;
    shared_folder() {
        auto pattern = (fs::temp_directory_path() / "releve-folder-XXXXXX").string();
        if (::mkdtemp(pattern.data()) == nullptr) throw std::runtime_error("no temporary folder");
        victim = fs::path{pattern} / "victim";
        path = fs::path{pattern} / "shared";
        fs::create_directory(path);
        std::ofstream{victim} << "secret";
        fs::permissions(victim, fs::perms::owner_read | fs::perms::owner_write);
    }
    ~shared_folder() { fs::remove_all(path.parent_path()); }
    shared_folder(const shared_folder&) = delete;
    shared_folder& operator=(const shared_folder&) = delete;
    std::string content(const fs::path& of) const {
        std::ifstream file{of};
        return {std::istreambuf_iterator<char>{file}, {}};
    }
    bool is_untouched() const {
        struct stat what {};
        return ::stat(victim.c_str(), &what) == 0 && (what.st_mode & 0777U) == 0600 && content(victim) == "secret";
    }
};

} // namespace

TEST_CASE("no link is followed, and only regular files are read and written") {
    shared_folder shared;
    const folder at{shared.path};
    fs::create_symlink(shared.victim, shared.path / "symbolic");
    fs::create_hard_link(shared.victim, shared.path / "hard");
    fs::create_directory(shared.path / "inner");
    fs::create_directory_symlink(shared.path / "inner", shared.path / "linked");
    REQUIRE(::mkfifo((shared.path / "pipe").c_str(), 0600) == 0);
    std::ofstream{shared.path / "file"} << "content";
    CHECK(at.read("file", 100) == "content");
    CHECK(at.read("file", 3) == "con");
    for (const char* one : {"symbolic", "hard", "inner", "pipe", "none"}) {
        CHECK_FALSE(at.open(one));
        CHECK_FALSE(at.read(one, 100));
        CHECK_FALSE(at.open_to_write(one));
        CHECK_FALSE(at.has(one));
    }
    CHECK(at.inner("inner"));
    CHECK_THROWS_AS(at.inner("linked"), io_failure);
    std::vector<std::string> others;
    CHECK(at.names({}, &others) == std::vector<std::string>{"file"});
    CHECK(others.size() == 5);
    CHECK(at.names("p").empty());
    CHECK(shared.is_untouched());
}

TEST_CASE("a file is created anew with its own mode, whatever stood in its place") {
    shared_folder shared;
    const folder at{shared.path};
    fs::create_symlink(shared.victim, shared.path / "symbolic");
    fs::create_hard_link(shared.victim, shared.path / "hard");
    const auto before = ::umask(022);
    for (const char* one : {"symbolic", "hard", "none"}) {
        releve::kit::write_all(at.create(one, 0666), "mine");
        CHECK(at.read(one, 100) == "mine");
        CHECK((fs::status(shared.path / one).permissions() & fs::perms::all) == fs::perms{0666});
    }
    ::umask(before);
    CHECK(shared.is_untouched());
    at.rename("hard", "other"); // what was created there
    CHECK_FALSE(at.has("hard"));
    at.remove("other");
    at.remove("other"); // it is gone
    fs::create_symlink(shared.victim, shared.path / "again");
    at.remove("again");
    at.sync();
    CHECK(shared.is_untouched());
}

TEST_CASE("a name that leads out of the folder is refused, and so is what is no folder") {
    shared_folder shared;
    const folder at{shared.path};
    for (const std::string one : {"../victim", "..", ".", "", "a/b", "/etc/passwd"}) {
        CHECK_THROWS_AS(at.open(one), io_failure);
        CHECK_THROWS_AS(at.create(one, 0600), io_failure);
        CHECK_THROWS_AS(at.remove(one), io_failure);
    }
    try {
        const folder none{shared.path / "none"};
        FAIL("it does not exist");
    } catch (const io_failure& e) {
        CHECK(e.error == ENOENT);
    }
    CHECK_THROWS_AS(folder{}.read("file", 1), io_failure);
    CHECK(shared.is_untouched());
}
