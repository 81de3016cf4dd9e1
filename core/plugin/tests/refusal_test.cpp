// SPDX-License-Identifier: Apache-2.0
// Each way in which a plugin file can be wrong, and the message about it.
#include "plugin_files.hpp"

#include <elf.h>
#include <releve/testing/catch.hpp>

using namespace releve::core;
using namespace releve::core::tests;
namespace fs = std::filesystem;

namespace {

// Why the one file in the folder is refused before it is mapped.
std::string refused_at_sight(const plugin_folder& folder) {
    const catalogue plugins({folder.path()});
    REQUIRE(plugins.plugins().empty());
    REQUIRE(plugins.refused().size() == 1);
    CHECK(plugins.refused()[0].file.parent_path() == folder.path());
    return folder.anonymous(plugins.refused()[0].why);
}

// Why a component is refused whose file looks good.
std::string refused_at_load(const plugin_folder& folder, std::string_view component) {
    catalogue plugins({folder.path()});
    REQUIRE(plugins.refused().empty());
    const auto why = refusal_of([&] { plugins.load(component); });
    CHECK(refusal_of([&] { plugins.load(component); }) == why); // the same when asked again
    return folder.anonymous(why);
}

} // namespace

TEST_CASE("another major of the contract") {
    const plugin_folder folder;
    folder.patched("plain", "abi 1.0\n", "abi 2.0\n");
    CHECK(refused_at_sight(folder) == "FOLDER/plain.so: needs plugin contract 2.0, and this host (releve 0.1.0) has "
                                      "1.0: install a host that has it, or build plugin plain against this host's SDK");
    folder.patched("plain", "abi 1.0\n", "abi 0.9\n");
    CHECK(refused_at_sight(folder) == "FOLDER/plain.so: needs plugin contract 0.9, and this host (releve 0.1.0) has "
                                      "1.0: build plugin plain against this host's SDK");
}

TEST_CASE("a newer minor of the contract") {
    const plugin_folder folder;
    folder.patched("plain", "abi 1.0\n", "abi 1.9\n");
    CHECK(refused_at_sight(folder) == "FOLDER/plain.so: needs plugin contract 1.9, and this host (releve 0.1.0) has "
                                      "1.0: install a host that has it, or build plugin plain against this host's SDK");
}

TEST_CASE("a pipeline that names a component of a refused file learns why") {
    const plugin_folder folder;
    folder.patched("plain", "abi 1.0\n", "abi 2.0\n");
    catalogue plugins({folder.path()});
    CHECK(plugins.find("plain_source") == nullptr);
    REQUIRE(plugins.refused_for("plain_source") != nullptr);
    CHECK(refusal_of([&] { plugins.load("plain_source"); }) == plugins.refused()[0].why);
    CHECK(plugins.refused_for("something_else") == nullptr);
    CHECK(folder.anonymous(refusal_of([&] { plugins.load("something_else"); })) ==
          "no plugin has a component 'something_else': this host looked in FOLDER; install its plugin there, or name "
          "its folder in RELEVE_PLUGINS");
}

TEST_CASE("built with a sanitizer that this host does not have") {
    const plugin_folder folder;
    folder.copy("sanitized");
    CHECK(
        refused_at_sight(folder) ==
        "FOLDER/sanitized.so: was built with MemorySanitizer, and this host was not, so that it can't be loaded: build "
        "it without -fsanitize, or build this host with it too");
}

TEST_CASE("not an ELF file") {
    const plugin_folder folder;
    const auto sentence = "FOLDER/plain.so: not an ELF file, and this host loads ELF shared objects for x86_64: "
                          "replace it by the built plugin, or remove it from the plugin folder";
    folder.write("plain.so", "#!/bin/sh\necho I am a plugin\n");
    CHECK(refused_at_sight(folder) == sentence);
    folder.write("plain.so", "");
    CHECK(refused_at_sight(folder) == sentence);
}

TEST_CASE("another architecture") {
    const plugin_folder folder;
    auto bytes = contents(built("plain"));
    bytes[offsetof(Elf64_Ehdr, e_machine)] = static_cast<char>(EM_AARCH64);
    folder.write("plain.so", bytes);
    CHECK(
        refused_at_sight(folder) ==
        "FOLDER/plain.so: built for aarch64, and this host is built for x86_64: install the plugin's build for x86_64");
    bytes[offsetof(Elf64_Ehdr, e_machine)] = EM_ARM;
    bytes[EI_CLASS] = ELFCLASS32;
    folder.write("plain.so", bytes);
    CHECK(refused_at_sight(folder) == "FOLDER/plain.so: built for arm of 32 bits, and this host is built for x86_64: "
                                      "install the plugin's build for x86_64");
}

TEST_CASE("an object file") {
    const plugin_folder folder;
    auto bytes = contents(built("plain"));
    bytes[offsetof(Elf64_Ehdr, e_type)] = ET_REL;
    folder.write("plain.so", bytes);
    CHECK(refused_at_sight(folder) ==
          "FOLDER/plain.so: an ELF file, but not a shared object: build it with releve_add_plugin");
}

TEST_CASE("a truncated file") {
    const plugin_folder folder;
    const auto bytes = contents(built("plain"));
    const auto size = std::to_string(bytes.size());
    folder.write("plain.so", bytes.substr(0, 4096));
    CHECK(refused_at_sight(folder) == "FOLDER/plain.so: truncated, its headers need " + size +
                                          " bytes and the file has 4096: copy or build it again");
    folder.write("plain.so", bytes.substr(0, bytes.size() - 1));
    CHECK(refused_at_sight(folder) == "FOLDER/plain.so: truncated, its headers need " + size +
                                          " bytes and the file has " + std::to_string(bytes.size() - 1) +
                                          ": copy or build it again");
    folder.write("plain.so", bytes.substr(0, 100));
    CHECK(
        refused_at_sight(folder) ==
        "FOLDER/plain.so: truncated, its headers name bytes beyond the 100 that the file has: copy or build it again");
    folder.write("plain.so", bytes.substr(0, 10));
    CHECK(refused_at_sight(folder) ==
          "FOLDER/plain.so: truncated, it ends inside its ELF header: copy or build it again");
}

TEST_CASE("no note") {
    const plugin_folder folder;
    folder.copy("without_note");
    CHECK(refused_at_sight(folder) ==
          "FOLDER/without_note.so: has no plugin note (ELF section .note.releve), which this host reads before it runs "
          "any code: build it with RELEVE_PLUGIN (in C: RELEVE_PLUGIN_NOTE), or remove it from the plugin folder");
}

TEST_CASE("not a file") {
    const plugin_folder folder;
    fs::create_directory(folder.path() / "folder.so");
    CHECK(
        refused_at_sight(folder) ==
        "FOLDER/folder.so: not a regular file, and a plugin is an ELF shared object: remove it from the plugin folder");
    fs::remove(folder.path() / "folder.so");
    fs::create_symlink("nowhere", folder.path() / "gone.so");
    CHECK(refused_at_sight(folder) == "FOLDER/gone.so: can't be read: No such file or directory: let the user that "
                                      "runs the host read it, or remove it from the plugin folder");
}

TEST_CASE("a component that another plugin also has") {
    const plugin_folder folder;
    folder.copy("plain");
    folder.copy("twin");
    const catalogue plugins({folder.path()});
    REQUIRE(plugins.plugins().size() == 1);
    CHECK(plugins.plugins()[0].name == "plain");
    REQUIRE(plugins.refused().size() == 1);
    CHECK(folder.anonymous(plugins.refused()[0].why) ==
          "FOLDER/twin.so: has the component 'plain_source', which this host already has from FOLDER/plain.so: remove "
          "one of the two files");
}

TEST_CASE("a missing symbol") {
    const plugin_folder folder;
    folder.copy("without_symbol");
    CHECK(refused_at_load(folder, "plain_source") ==
          "FOLDER/without_symbol.so: does not export 'releve_plugin', the symbol that this host looks for: define it "
          "with RELEVE_PLUGIN (in C: RELEVE_EXPORT) and build it with releve_add_plugin");
}

TEST_CASE("an undefined symbol") {
    const plugin_folder folder;
    folder.copy("undefined");
    CHECK(refused_at_load(folder, "plain_source") ==
          "FOLDER/undefined.so: needs the symbol 'frobnicate_the_meter', which neither this host nor a library that it "
          "is linked with has: link it with the library that defines it (LIBRARIES of releve_add_plugin)");
}

TEST_CASE("a missing library, and one that is too old") {
    // The folder where the test plugin looks for its library. It is there from the start: the loader remembers a
    // missing one.
    const plugin_folder folder;
    folder.copy("needs_library");
    const auto libraries = fs::path(LOADING_TEST_PLUGINS) / "libraries";
    fs::remove_all(libraries);
    fs::create_directory(libraries);
    CHECK(refused_at_load(folder, "plain_source") ==
          "FOLDER/needs_library.so: needs the shared library libsmall.so, which this machine does not have: install "
          "the package that provides it ('apt-file search libsmall.so' names it)");
    fs::copy_file(fs::path(LOADING_TEST_PLUGINS) / "small_1/libsmall.so", libraries / "libsmall.so");
    auto why = refused_at_load(folder, "plain_source");
    if (const auto at = why.find(libraries.string()); at != std::string::npos)
        why.replace(at, libraries.string().size(), "LIBRARIES");
    CHECK(why == "FOLDER/needs_library.so: needs version SMALL_2 of LIBRARIES/libsmall.so, and this machine has an "
                 "older one: build it on this release of the system, or install the newer library");
    fs::remove_all(libraries);
}

TEST_CASE("a bad descriptor") {
    const plugin_folder folder;
    folder.copy("wrong_magic");
    CHECK(refused_at_load(folder, "plain_source") ==
          "FOLDER/wrong_magic.so: its 'releve_plugin' is not a plugin descriptor (the magic number is wrong): build it "
          "again with the SDK, which gets this right");
}

TEST_CASE("a note that says something else than the code") {
    const plugin_folder folder;
    folder.copy("note_lies");
    CHECK(refused_at_load(folder, "other") ==
          "FOLDER/note_lies.so: its plugin note says components 'other 1' and its code says 'plain_source 1', and the "
          "two must agree: build it again from one source");
}

TEST_CASE("a plugin that fails while it describes itself") {
    const plugin_folder folder;
    folder.copy("describes_badly");
    const auto why = [&](std::string_view component) { return refused_at_load(folder, component); };
    const auto sentence = [](const std::string& component, const std::string& reason) {
        return "FOLDER/describes_badly.so: component '" + component + "' can't describe its options (" + reason +
               "), which this host needs: install another version than 1.0.0 of plugin describes-badly, or tell its "
               "author";
    };
    CHECK(why("throws") == sentence("throws", "the table of tariffs is empty"));
    CHECK(why("silent") == sentence("silent", "it gives no reason, which is a mistake in itself"));
    CHECK(why("deaf") == sentence("deaf", "the releve_option is a null pointer"));
    for (const auto* component : {"forgets_size", "forgets_size_of_field"})
        CHECK(
            why(component) ==
            sentence(
                component,
                "the size of the releve_option is 0, and contract 1.0 has 168 bytes: set it to sizeof(releve_option)"));
    CHECK(why("streams") ==
          sentence("streams", "option 'interval' is for a component that is polled (collect), and this one is not"));
    CHECK(why("borrows") ==
          sentence("borrows",
                   "option 'modem' asks for a connection 'gsm_modem', which plugin describes-badly does not have"));
    CHECK_THAT(why("takes_a_host_key"), Catch::Matchers::ContainsSubstring("'inputs'"));

    catalogue plugins({folder.path()});
    CHECK(plugins.load("right").options.size() == 2); // the other components can be used
}
