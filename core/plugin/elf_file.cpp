// SPDX-License-Identifier: Apache-2.0
#include "elf_file.hpp"

#include "catalogue.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>

// Set by the linker: the program's own ELF header, which says what this host is.
extern "C" const ElfW(Ehdr) __ehdr_start __attribute__((visibility("hidden"))); // NOLINT(bugprone-reserved-identifier)

namespace releve::core {
namespace {

std::string machine_name(unsigned machine) {
    switch (machine) {
    case EM_X86_64:
        return "x86_64";
    case EM_386:
        return "i386";
    case EM_AARCH64:
        return "aarch64";
    case EM_ARM:
        return "arm";
    case EM_RISCV:
        return "riscv";
    case EM_PPC64:
        return "ppc64";
    case EM_PPC:
        return "powerpc";
    case EM_S390:
        return "s390";
    case EM_MIPS:
        return "mips";
    default:
        return "ELF machine " + std::to_string(machine);
    }
}

std::string architecture(unsigned machine, unsigned char width, unsigned char order) {
    auto name = machine_name(machine);
    if (width != __ehdr_start.e_ident[EI_CLASS]) name += width == ELFCLASS32 ? " of 32 bits" : " of 64 bits";
    if (order != __ehdr_start.e_ident[EI_DATA]) name += order == ELFDATA2MSB ? ", big-endian" : ", little-endian";
    return name;
}

constexpr std::size_t max_segments = 1024; // a shared object has about ten

} // namespace

std::string host_architecture() { return machine_name(__ehdr_start.e_machine); }

elf_file::elf_file(const std::filesystem::path& file)
    : file_(file) {
    // Without O_NONBLOCK, a FIFO with the name of a plugin would block the host.
    fd_ = ::open(file.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    if (fd_ < 0)
        refuse(std::string("can't be read: ") + std::strerror(errno) +
               ": let the user that runs the host read it, or remove it from the plugin folder");
    try {
        struct stat status {};
        if (::fstat(fd_, &status) != 0 || !S_ISREG(status.st_mode))
            refuse("not a regular file, and a plugin is an ELF shared object: remove it from the plugin folder");
        size_ = static_cast<std::uint64_t>(status.st_size);

        const auto start = bytes(0, std::min<std::uint64_t>(size_, sizeof(ElfW(Ehdr))));
        if (start.compare(0, SELFMAG, ELFMAG) != 0)
            refuse("not an ELF file, and this host loads ELF shared objects for " + host_architecture() +
                   ": replace it by the built plugin, or remove it from the plugin folder");
        check_architecture(start);
        const auto header = read<ElfW(Ehdr)>(0);
        if (header.e_type != ET_DYN) refuse("an ELF file, but not a shared object: build it with releve_add_plugin");
        if (header.e_phentsize != sizeof(ElfW(Phdr)) || header.e_phnum == 0 || header.e_phnum > max_segments)
            refuse("damaged, its ELF header is not valid: copy or build it again");
        for (std::size_t i = 0; i < header.e_phnum; ++i)
            segments_.push_back(read<ElfW(Phdr)>(std::uint64_t{header.e_phoff} + i * sizeof(ElfW(Phdr))));
        check_length(header);
    } catch (...) {
        ::close(fd_);
        throw;
    }
}

elf_file::~elf_file() { ::close(fd_); }

void elf_file::refuse(const std::string& why) const { throw load_error(file_.string() + ": " + why); }

void elf_file::check_architecture(const std::string& start) const {
    constexpr std::size_t machine_at = offsetof(ElfW(Ehdr), e_machine); // the same in each class
    if (start.size() < machine_at + 2) refuse("truncated, it ends inside its ELF header: copy or build it again");
    const auto byte = [&](std::size_t at) { return static_cast<unsigned char>(start[at]); };
    const unsigned first = byte(machine_at), second = byte(machine_at + 1);
    const unsigned machine = byte(EI_DATA) == ELFDATA2MSB ? first << 8 | second : second << 8 | first;
    if (machine != __ehdr_start.e_machine || byte(EI_CLASS) != __ehdr_start.e_ident[EI_CLASS] ||
        byte(EI_DATA) != __ehdr_start.e_ident[EI_DATA])
        refuse("built for " + architecture(machine, byte(EI_CLASS), byte(EI_DATA)) + ", and this host is built for " +
               host_architecture() + ": install the plugin's build for " + host_architecture());
}

// dlopen maps what the headers name without asking whether the file has it; touching such a page kills the process.
void elf_file::check_length(const ElfW(Ehdr) & header) const {
    std::uint64_t need = 0;
    const auto count = [&](std::uint64_t offset, std::uint64_t size) {
        if (size == 0) return;
        if (offset > UINT64_MAX - size)
            refuse("damaged, its headers name positions beyond any file: copy or build it again");
        need = std::max(need, offset + size);
    };
    count(header.e_shoff, std::uint64_t{header.e_shnum} * header.e_shentsize);
    for (const auto& segment : segments_) count(segment.p_offset, segment.p_filesz);
    if (need > size_)
        refuse("truncated, its headers need " + std::to_string(need) + " bytes and the file has " +
               std::to_string(size_) + ": copy or build it again");
}

std::string elf_file::bytes(std::uint64_t offset, std::uint64_t size) const {
    if (offset > size_ || size > size_ - offset) read_into(nullptr, offset, static_cast<std::size_t>(size));
    std::string result(static_cast<std::size_t>(size), '\0');
    read_into(result.data(), offset, result.size());
    return result;
}

void elf_file::read_into(void* to, std::uint64_t offset, std::size_t size) const {
    if (offset > size_ || size > size_ - offset)
        refuse("truncated, its headers name bytes beyond the " + std::to_string(size_) +
               " that the file has: copy or build it again");
    auto* at = static_cast<char*>(to);
    while (size > 0) {
        const auto got = ::pread(fd_, at, size, static_cast<off_t>(offset));
        if (got < 0 && errno == EINTR) continue;
        if (got <= 0) refuse(std::string("can't be read: ") + (got < 0 ? std::strerror(errno) : "it became shorter"));
        at += got;
        offset += static_cast<std::uint64_t>(got);
        size -= static_cast<std::size_t>(got);
    }
}

} // namespace releve::core
