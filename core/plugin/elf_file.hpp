// SPDX-License-Identifier: Apache-2.0
// Bounded reads from an ELF file that was made for this machine.
#pragma once
#include <elf.h>
#include <link.h>

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <string>
#include <type_traits>
#include <vector>

namespace releve::core {

class elf_file {
public:
    /// Opens the file and checks that it is a whole ELF shared object of this machine's architecture. Throws
    /// load_error.
    explicit elf_file(const std::filesystem::path& file);
    ~elf_file();
    elf_file(const elf_file&) = delete;
    elf_file& operator=(const elf_file&) = delete;

    const std::vector<ElfW(Phdr)>& segments() const { return segments_; }
    /// The bytes at [offset, offset + size). Throws load_error when the file does not have them all.
    std::string bytes(std::uint64_t offset, std::uint64_t size) const;
    [[noreturn]] void refuse(const std::string& why) const;

private:
    void check_architecture(const std::string& start) const;
    void check_length(const ElfW(Ehdr) & header) const;

    template <class T>
    T read(std::uint64_t offset) const {
        static_assert(std::is_trivially_copyable_v<T>);
        T value;
        read_into(&value, offset, sizeof value);
        return value;
    }
    void read_into(void* to, std::uint64_t offset, std::size_t size) const;

    std::filesystem::path file_;
    int fd_ = -1;
    std::uint64_t size_ = 0;
    std::vector<ElfW(Phdr)> segments_;
};

/// The architecture that this host was built for, as in "x86_64".
std::string host_architecture();

} // namespace releve::core
