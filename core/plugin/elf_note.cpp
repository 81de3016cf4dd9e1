// SPDX-License-Identifier: Apache-2.0
#include "elf_note.hpp"

#include "elf_file.hpp"

#include <releve/abi.h>

#include <cstring>
#include <optional>
#include <string_view>

namespace releve::core {
namespace {

constexpr std::uint64_t max_note_bytes = 1 << 20;

// Calls `found` with the text of each releve note in one PT_NOTE segment.
template <class Found>
void each_note(const elf_file& file, const ElfW(Phdr) & segment, Found found) {
    if (segment.p_filesz > max_note_bytes) return; // not ours, which has a few hundred bytes
    const auto notes = file.bytes(segment.p_offset, segment.p_filesz);
    const std::size_t align = segment.p_align == 8 ? 8 : 4;
    const auto padded = [&](std::size_t size) { return (size + align - 1) / align * align; };
    for (std::size_t at = 0; notes.size() - at >= sizeof(ElfW(Nhdr));) {
        ElfW(Nhdr) note;
        std::memcpy(&note, notes.data() + at, sizeof note);
        at += sizeof note;
        const std::size_t owner = padded(note.n_namesz), text = note.n_descsz;
        if (owner > notes.size() - at || text > notes.size() - at - owner)
            file.refuse("damaged, one of its ELF notes runs past its end: copy or build it again");
        const std::string_view all = notes;
        constexpr std::string_view ours{RELEVE_NOTE_OWNER, sizeof RELEVE_NOTE_OWNER}; // with its NUL
        if (note.n_type == RELEVE_NOTE_TYPE && all.substr(at, note.n_namesz) == ours)
            found(all.substr(at + owner, text));
        at += owner + std::min(padded(text), notes.size() - at - owner);
    }
}

} // namespace

std::string read_note(const std::filesystem::path& path) {
    const elf_file file(path);
    std::optional<std::string> text;
    for (const auto& segment : file.segments()) {
        if (segment.p_type != PT_NOTE) continue;
        each_note(file, segment, [&](std::string_view found) {
            if (text) file.refuse("has two plugin notes instead of one: use RELEVE_PLUGIN once in its sources");
            text = found.substr(0, found.find_last_not_of('\0') + 1);
        });
    }
    if (!text)
        file.refuse("has no plugin note (ELF section " RELEVE_NOTE_SECTION
                    "), which this host reads before it runs any code: "
                    "build it with RELEVE_PLUGIN (in C: RELEVE_PLUGIN_NOTE), or remove it from the plugin folder");
    return *text;
}

} // namespace releve::core
