// SPDX-License-Identifier: Apache-2.0
#include "described.hpp"

#include <releve/testing/catch.hpp>

#include <sys/stat.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>

using namespace described;

namespace {

/// A temporary folder, removed at the end.
struct folder {
    std::filesystem::path path;
    folder() {
        auto name = (std::filesystem::temp_directory_path() / "releve-secret-XXXXXX").string();
        path = ::mkdtemp(name.data());
    }
    folder(const folder&) = delete;
    folder& operator=(const folder&) = delete;
    ~folder() { std::filesystem::remove_all(path); }
    void write(const std::string& name, const std::string& bytes) const { std::ofstream(path / name) << bytes; }
};

const releve::options::descriptions password{option(RELEVE_OPTION_SECRET, "password")};

section read(const std::string& toml, const folder& in) { return {toml, password, {in.path, {}, "component 'meter'"}}; }

} // namespace

TEST_CASE("a secret in the pipeline file is hidden") {
    const folder here;
    const auto plain = read("password = \"hunter2\"", here);
    REQUIRE(plain.problem() == "none");
    CHECK(text(plain["password"].text) == "hunter2");
    REQUIRE(plain.values.hidden().size() == 1);
    CHECK(plain.values.hidden()[0].line == 2);
    CHECK(plain.values.hidden()[0].column == 12);
    CHECK(plain.values.hidden()[0].length == 9);
    CHECK(read("pasword = \"hunter2\"", here).values.hidden().size() == 1);
    CHECK(read("password = \"\"\"a\nb\"\"\"", here).values.hidden().size() == 2);
}

TEST_CASE("a secret comes from the environment") {
    const folder here;
    ::setenv("RELEVE_TEST_SECRET", "hunter2", 1);
    const auto set = read("password = { env = \"RELEVE_TEST_SECRET\" }", here);
    REQUIRE(set.problem() == "none");
    CHECK(text(set["password"].text) == "hunter2");
    CHECK(set.values.hidden().empty());
    ::setenv("RELEVE_TEST_SECRET", "", 1);
    CHECK(read("password = { env = \"RELEVE_TEST_SECRET\" }", here).problem() ==
          "2:14 the environment variable 'RELEVE_TEST_SECRET' is empty");
    ::unsetenv("RELEVE_TEST_SECRET");
    CHECK(read("password = { env = \"RELEVE_TEST_SECRET\" }", here)
              .problem()
              .starts_with("2:14 the environment variable 'RELEVE_TEST_SECRET' is not set; "));
}

TEST_CASE("a secret comes from a file, without its last line end") {
    const folder here;
    here.write("good", "hun ter2\n");
    here.write("dos", "hunter2\r\n");
    here.write("empty", "\n");
    here.write("binary", "a\xff");
    here.write("large", std::string(70'000, 'x'));
    CHECK(text(read("password = { file = \"good\" }", here)["password"].text) == "hun ter2");
    CHECK(text(read("password = { file = \"dos\" }", here)["password"].text) == "hunter2");
    const auto name = [&](const char* file) { return "2:14 the secret's file '" + (here.path / file).string() + "' "; };
    CHECK(read("password = { file = \"./none\" }", here).problem() ==
          name("none") + "can't be read: No such file or directory");
    CHECK(read("password = { file = \"./empty\" }", here).problem() == name("empty") + "is empty");
    CHECK(read("password = { file = \"./large\" }", here).problem() == name("large") + "is larger than 64KiB");
    CHECK(read("password = { file = \"binary\" }", here).problem() ==
          "2:14 the secret of 'password' is not text in UTF-8");
    CHECK(read("password = { file = \".\" }", here).problem().starts_with("2:14 the secret's file "));
    // A word alone may be the secret, written in the wrong place.
    CHECK(read("password = { file = \"hunter2\" }", here).problem() ==
          "2:14 the secret's file can't be read: No such file or directory");
    REQUIRE(::mkfifo((here.path / "pipe").c_str(), 0600) == 0);
    CHECK(read("password = { file = \"./pipe\" }", here).problem() == name("pipe") + "is not a regular file");
}

TEST_CASE("a secret is a systemd credential") {
    const folder here;
    here.write("wes", "hunter2");
    ::unsetenv("CREDENTIALS_DIRECTORY");
    CHECK(read("password = { credential = \"wes\" }", here).problem() ==
          "2:14 there is no credential 'wes': releve was started without credentials; start it by systemd with "
          "LoadCredential=wes:PATH in its unit");
    ::setenv("CREDENTIALS_DIRECTORY", here.path.c_str(), 1);
    CHECK(text(read("password = { credential = \"wes\" }", here)["password"].text) == "hunter2");
    CHECK(read("password = { credential = \"../wes\" }", here).problem() ==
          "2:14 '../wes' is not the name of a credential");
    ::unsetenv("CREDENTIALS_DIRECTORY");
}

TEST_CASE("a secret from an unknown origin is refused without being shown") {
    const folder here;
    CHECK(read("password = { evn = \"X\" }", here).problem() ==
          "2:14 a secret can't come from 'evn'; did you mean 'env'?");
    const std::string forms = R"(write { env = "NAME" }, { file = "PATH" } or { credential = "NAME" })";
    CHECK(read("password = { env = 1 }", here).problem() == "2:14 'password.env' must be a name; " + forms);
    CHECK(read("password = {}", here).problem() == "2:1 the secret 'password' must come from one place; " + forms);
    CHECK(read("password = { env = \"A\", file = \"B\" }", here).problem() ==
          "2:1 the secret 'password' must come from one place; " + forms);
    CHECK(read("password = 123456", here).problem().find("123456") == std::string::npos);
    CHECK(read("password = { value = \"hunter2\" }", here).problem().find("hunter2") == std::string::npos);
}
