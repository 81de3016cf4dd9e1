// SPDX-License-Identifier: Apache-2.0
// Reading a card trusts nothing in the file: damaged in any way, it is read or refused, and nothing else happens.
#include "plugin/elf_note.hpp"
#include "plugin_files.hpp"

#include <elf.h>
#include <releve/testing/catch.hpp>

#include <cstring>

using namespace releve::core;
using namespace releve::core::tests;

namespace {

// true: read; false: refused in a sentence that names the file.
bool readable(const std::filesystem::path& file) {
    const auto why = refusal_of([&] { read_card(file); });
    if (why == "no load_error") return true;
    CHECK(why.starts_with(file.string() + ": "));
    return false;
}

// Where the notes are: [first, last) over all PT_NOTE segments.
std::pair<std::size_t, std::size_t> notes_of(const std::string& bytes) {
    Elf64_Ehdr header;
    std::memcpy(&header, bytes.data(), sizeof header);
    std::pair<std::size_t, std::size_t> range{bytes.size(), 0};
    for (std::size_t i = 0; i < header.e_phnum; ++i) {
        Elf64_Phdr segment;
        std::memcpy(&segment, bytes.data() + header.e_phoff + i * sizeof segment, sizeof segment);
        if (segment.p_type != PT_NOTE) continue;
        range.first = std::min<std::size_t>(range.first, segment.p_offset);
        range.second = std::max<std::size_t>(range.second, segment.p_offset + segment.p_filesz);
    }
    return range;
}

} // namespace

TEST_CASE("a file cut at any length is refused") {
    const plugin_folder folder;
    const auto bytes = contents(built("plain"));
    for (std::size_t size = 0; size < bytes.size(); size += size < 2048 ? 1 : 97)
        if (readable(folder.write("plain.so", bytes.substr(0, size)))) FAIL("read at " << size);
    CHECK(readable(folder.write("plain.so", bytes)));
}

TEST_CASE("any byte of the headers and notes may be anything") {
    const plugin_folder folder;
    const auto bytes = contents(built("plain"));
    const auto [first, last] = notes_of(bytes);
    REQUIRE(first < last);
    REQUIRE(last < 4096);
    const auto file = folder.write("plain.so", bytes);
    std::fstream in_place(file, std::ios::in | std::ios::out | std::ios::binary);
    const auto put = [&](std::size_t at, char value) {
        in_place.seekp(static_cast<std::streamoff>(at)).put(value).flush();
    };
    std::size_t read = 0, refused = 0;
    for (std::size_t at = 0; at < last; ++at) {
        for (const char value : {'\0', '\1', '\x7f', '\x80', '\xff'}) {
            put(at, value);
            ++(readable(file) ? read : refused);
        }
        put(at, bytes[at]);
    }
    CHECK(read > 0);
    CHECK(refused > 0);
}

TEST_CASE("a note whose lengths lie is refused") {
    const plugin_folder folder;
    const auto bytes = contents(built("plain"));
    const auto at = bytes.find(std::string("releve\0", 7) + '\0' + "abi ");
    REQUIRE(at != std::string::npos);
    const auto with = [&](std::size_t field, std::uint32_t value) {
        auto spoilt = bytes;
        std::memcpy(spoilt.data() + at - sizeof(Elf64_Nhdr) + field, &value, sizeof value);
        return folder.anonymous(refusal_of([&] { read_note(folder.write("plain.so", spoilt)); }));
    };
    const auto damaged = "FOLDER/plain.so: damaged, one of its ELF notes runs past its end: copy or build it again";
    CHECK(with(0, 0xffffffff) == damaged);
    CHECK(with(4, 0xffffffff) == damaged);
    CHECK(with(4, 0xfffffffc) == damaged);
    CHECK(with(8, 2).starts_with("FOLDER/plain.so: has no plugin note"));
}

TEST_CASE("a file with two notes is refused") {
    const plugin_folder folder;
    auto bytes = contents(built("plain"));
    const auto ours = bytes.find(std::string("releve\0", 7) + '\0' + "abi ");
    REQUIRE(ours != std::string::npos);
    Elf64_Ehdr header;
    std::memcpy(&header, bytes.data(), sizeof header);
    // A second PT_NOTE over the same bytes: the first segment that is not a PT_NOTE becomes one.
    Elf64_Phdr note{}, segment;
    for (std::size_t i = 0; i < header.e_phnum; ++i) {
        std::memcpy(&segment, bytes.data() + header.e_phoff + i * sizeof segment, sizeof segment);
        if (segment.p_type == PT_NOTE && segment.p_offset <= ours && ours < segment.p_offset + segment.p_filesz)
            note = segment;
    }
    REQUIRE(note.p_type == PT_NOTE);
    for (std::size_t i = 0; i < header.e_phnum; ++i) {
        const auto place = header.e_phoff + i * sizeof segment;
        std::memcpy(&segment, bytes.data() + place, sizeof segment);
        if (segment.p_type != PT_GNU_STACK) continue;
        std::memcpy(bytes.data() + place, &note, sizeof note);
    }
    CHECK(folder.anonymous(refusal_of([&] { read_note(folder.write("plain.so", bytes)); })) ==
          "FOLDER/plain.so: has two plugin notes instead of one: use RELEVE_PLUGIN once in its sources");
}
