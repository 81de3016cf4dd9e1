// SPDX-License-Identifier: Apache-2.0
// libFuzzer: any bytes as a plugin file, as the notes of a good one, and as the text of its note. Nothing is mapped.
#include "plugin/card.hpp"
#include "plugin/catalogue.hpp"

#include <elf.h>
#include <elf/sanitizer.hpp>
#include <link.h>
#include <sys/mman.h>
#include <unistd.h>

#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <string>

// This program's own header, which says what machine it is for.
extern "C" const ElfW(Ehdr) __ehdr_start __attribute__((visibility("hidden"))); // NOLINT(bugprone-reserved-identifier)

using namespace releve::core;

namespace {

void read_as_file(const std::string& bytes) {
    static const int file = ::memfd_create("plugin", MFD_CLOEXEC);
    if (::ftruncate(file, 0) != 0 || ::pwrite(file, bytes.data(), bytes.size(), 0) < 0) std::abort();
    const auto path = "/proc/self/fd/" + std::to_string(file);
    try {
        if (read_card(path).name.size() > 64) std::abort();
    } catch (const load_error& refused) {
        if (std::string{refused.what()}.find(path) != 0) std::abort();
    }
    static_cast<void>(releve::elf::missing_sanitizer(path));
}

/// The smallest shared object whose notes, names and dynamic section are `bytes`.
std::string shared_object(const std::string& bytes) {
    ElfW(Ehdr) header = __ehdr_start;
    header.e_type = ET_DYN;
    header.e_phoff = sizeof header;
    header.e_phentsize = sizeof(ElfW(Phdr));
    header.e_phnum = 3;
    header.e_shoff = header.e_shnum = header.e_shstrndx = 0;
    ElfW(Phdr) segments[3]{};
    const auto start = sizeof header + sizeof segments;
    const std::uint32_t types[3]{PT_NOTE, PT_DYNAMIC, PT_LOAD};
    for (int i = 0; i < 3; ++i) {
        segments[i].p_type = types[i];
        segments[i].p_offset = start;
        segments[i].p_filesz = bytes.size();
        segments[i].p_align = bytes.size() % 2 == 0 ? 4 : 8;
    }
    std::string made(start, '\0');
    std::memcpy(made.data(), &header, sizeof header);
    std::memcpy(made.data() + sizeof header, segments, sizeof segments);
    return made + bytes;
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string bytes{reinterpret_cast<const char*>(data), size};
    read_as_file(bytes);
    read_as_file(shared_object(bytes));
    try {
        for (const auto& one : parse_card("file", bytes).components)
            if (!is_component_name(one.name)) std::abort();
    } catch (const load_error&) {
    }
    return 0;
}
