// SPDX-License-Identifier: Apache-2.0
#include "sanitizer.hpp"

#include <dlfcn.h>
#include <fcntl.h>
#include <link.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cstring>
#include <string_view>
#include <vector>

namespace releve::elf {
namespace {

constexpr std::size_t max_segments = 1024, max_dynamic_bytes = 1 << 20, max_string_bytes = 1 << 26;

class open_file {
public:
    explicit open_file(const std::filesystem::path& file)
        : fd_{::open(file.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK)} {
        struct stat about {};
        if (fd_ >= 0 && ::fstat(fd_, &about) == 0 && S_ISREG(about.st_mode))
            size_ = static_cast<std::uint64_t>(about.st_size);
    }
    open_file(const open_file&) = delete;
    open_file& operator=(const open_file&) = delete;
    ~open_file() {
        if (fd_ >= 0) ::close(fd_);
    }
    /// False: the file does not have it all.
    bool read(std::uint64_t offset, void* to, std::size_t size) const {
        if (offset > size_ || size > size_ - offset) return false;
        return ::pread(fd_, to, size, static_cast<off_t>(offset)) == static_cast<ssize_t>(size);
    }

private:
    int fd_;
    std::uint64_t size_ = 0;
};

/// Names of the symbols that other files see or must have, and of the libraries, each between two NULs; empty: unknown.
std::string dynamic_names(const std::filesystem::path& path) {
    const open_file file{path};
    ElfW(Ehdr) header;
    if (!file.read(0, &header, sizeof header) || std::memcmp(header.e_ident, ELFMAG, SELFMAG) != 0) return {};
    const bool is_ours = header.e_ident[EI_CLASS] == (sizeof(void*) == 8 ? ELFCLASS64 : ELFCLASS32) &&
                         header.e_phentsize == sizeof(ElfW(Phdr)) && header.e_phnum <= max_segments;
    if (!is_ours) return {};
    std::vector<ElfW(Phdr)> segments(header.e_phnum);
    if (!file.read(header.e_phoff, segments.data(), segments.size() * sizeof(ElfW(Phdr)))) return {};
    ElfW(Addr) names_at = 0;
    std::uint64_t names_size = 0;
    for (const auto& one : segments) {
        if (one.p_type != PT_DYNAMIC || one.p_filesz > max_dynamic_bytes) continue;
        std::vector<ElfW(Dyn)> entries(one.p_filesz / sizeof(ElfW(Dyn)));
        if (!file.read(one.p_offset, entries.data(), entries.size() * sizeof(ElfW(Dyn)))) return {};
        for (const auto& entry : entries) {
            if (entry.d_tag == DT_NULL) break;
            if (entry.d_tag == DT_STRTAB) names_at = entry.d_un.d_ptr;
            if (entry.d_tag == DT_STRSZ) names_size = entry.d_un.d_val;
        }
    }
    if (names_size == 0 || names_size > max_string_bytes) return {};
    for (const auto& one : segments) {
        if (one.p_type != PT_LOAD || names_at < one.p_vaddr || names_at - one.p_vaddr >= one.p_filesz) continue;
        std::string names(names_size, '\0');
        if (!file.read(one.p_offset + (names_at - one.p_vaddr), names.data(), names.size())) return {};
        return names;
    }
    return {};
}

struct known_runtime {
    std::string_view sanitizer, symbol, library;
    bool comes_first; // the runtime must be in the process before anything else
};
constexpr std::array runtimes{
    known_runtime{"AddressSanitizer", "__asan_init", "libasan.so", true},
    known_runtime{"HWAddressSanitizer", "__hwasan_init", "libhwasan.so", true},
    known_runtime{"ThreadSanitizer", "__tsan_init", "libtsan.so", true},
    known_runtime{"MemorySanitizer", "__msan_init", "libmsan.so", true},
    known_runtime{"UndefinedBehaviorSanitizer", "__ubsan_handle_", "libubsan.so", false},
    known_runtime{"libFuzzer's coverage", "__sanitizer_cov_", "libclang_rt.fuzzer", false},
};

/// The whole name that begins so; empty: there is none.
std::string name_with(std::string_view names, std::string_view start) {
    const auto at = names.find('\0' + std::string{start});
    if (at == std::string_view::npos) return {};
    names.remove_prefix(at + 1);
    return std::string{names.substr(0, names.find('\0'))};
}

} // namespace

std::string missing_runtime::sentence(const std::string& program) const {
    const auto wanted = library.empty() ? "build " + program + " with it too"
                                        : "for a test start " + program + " with LD_PRELOAD=" + library;
    return "was built with " + sanitizer + ", and " + program +
           " was not, so that it can't be loaded: build it without " + "-fsanitize, or " + wanted;
}

std::optional<missing_runtime> missing_sanitizer(const std::filesystem::path& file) {
    const auto names = dynamic_names(file);
    for (const auto& one : runtimes) {
        const auto symbol = name_with(names, one.symbol);
        if (symbol.empty() || ::dlsym(RTLD_DEFAULT, symbol.c_str()) != nullptr) continue;
        const auto library = name_with(names, one.library);
        if (library.empty() || one.comes_first) return missing_runtime{std::string{one.sanitizer}, library};
    }
    return std::nullopt;
}

} // namespace releve::elf
