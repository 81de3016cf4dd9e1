// SPDX-License-Identifier: Apache-2.0
// The only user of Boost.DLL. Only its throwing functions keep the loader's reason, in what().
#include "load.hpp"

#include "catalogue.hpp"
#include "last_words.hpp"

#include <boost/dll/shared_library.hpp>
#include <cxxabi.h>
#include <sys/stat.h>

#include <cstdlib>
#include <list>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>

namespace releve::core {
namespace {

// "... (dlerror system message: REASON): Bad file descriptor": the error code that Boost.DLL adds means nothing.
std::string loader_reason(std::string_view what) {
    constexpr std::string_view before = "dlerror system message: ", after = "): ";
    if (const auto at = what.find(before); at != std::string_view::npos) what.remove_prefix(at + before.size());
    if (const auto at = what.rfind(after); at != std::string_view::npos) what = what.substr(0, at);
    return std::string(what);
}

/// What tells a file on disk from the one that was there before.
struct file_identity {
    dev_t device = 0;
    ino_t inode = 0;
    off_t size = 0;
    std::int64_t changed = 0; // ns; 0: there is no file
    bool operator==(const file_identity&) const = default;
};

file_identity identity_of(const std::filesystem::path& file) {
    struct stat now {};
    if (stat(file.c_str(), &now) != 0) return {};
    return {now.st_dev, now.st_ino, now.st_size, now.st_mtim.tv_sec * 1'000'000'000 + now.st_mtim.tv_nsec};
}

/// As the files were when they were mapped.
struct mapped_files {
    std::mutex mutex;
    std::map<std::filesystem::path, file_identity> all;
};
mapped_files& files_mapped() {
    static auto& all = *new mapped_files;
    return all;
}

std::string demangled(const std::string& symbol) {
    int status = 0;
    const std::unique_ptr<char, decltype(&std::free)> name(
        abi::__cxa_demangle(symbol.c_str(), nullptr, nullptr, &status), &std::free);
    return status == 0 && name ? std::string(name.get()) : symbol;
}

// The sentence for a reason of glibc's dynamic loader (dlerror has no codes).
std::string sentence(const std::string& file, const std::string& reason) {
    constexpr std::string_view undefined = "undefined symbol: ", missing = ": cannot open shared object file",
                               version = ": version `", not_found = "' not found (required by ";
    if (const auto at = reason.find(undefined); at != std::string::npos) {
        auto symbol = reason.substr(at + undefined.size());
        symbol = symbol.substr(0, symbol.find_first_of(", "));
        const auto who =
            reason.substr(0, reason.find(": ")) == file ? "" : " (in " + reason.substr(0, reason.find(": ")) + ")";
        return "needs the symbol '" + demangled(symbol) + "'" + who +
               ", which neither this host nor a library that it is linked with has: link it with the library that "
               "defines it (LIBRARIES of releve_add_plugin)";
    }
    if (const auto at = reason.find(missing); at != std::string::npos) {
        const auto library = reason.substr(0, at);
        return "needs the shared library " + library +
               ", which this machine does not have: install the package that provides it ('apt-file search " + library +
               "' names it)";
    }
    if (const auto at = reason.find(version);
        at != std::string::npos && reason.find(not_found, at) != std::string::npos) {
        const auto from = at + version.size();
        return "needs version " + reason.substr(from, reason.find('\'', from) - from) + " of " + reason.substr(0, at) +
               ", and this machine has an older one: build it on this release of the system, or install the newer "
               "library";
    }
    return "can't be mapped by this host (" + reason + "): build it again with releve_add_plugin";
}

} // namespace

const releve_plugin_descriptor& map_plugin(const std::filesystem::path& file) {
    namespace dll = boost::dll;
    // Leaked deliberately: unmapping, even at exit, would pull the code from under the threads, destructors and
    // exceptions of the plugin.
    static auto& mapped = *new std::list<dll::shared_library>;
    auto& library = mapped.emplace_back();
    const auto identity = identity_of(file);
    try {
        const plugin_call call{{{}, {}, file.native()}, "loading"};
        library.load(file, dll::load_mode::rtld_now | dll::load_mode::rtld_local);
    } catch (const dll::fs::system_error& error) {
        mapped.pop_back();
        throw load_error(file.string() + ": " + sentence(file.string(), loader_reason(error.what())));
    }
    last_words_come_first();
    {
        const std::lock_guard lock{files_mapped().mutex};
        files_mapped().all.try_emplace(file, identity);
    }
    if (!library.has(RELEVE_PLUGIN_SYMBOL))
        throw load_error(file.string() + ": does not export '" RELEVE_PLUGIN_SYMBOL
                                         "', the symbol that this host looks for: define it with RELEVE_PLUGIN (in C: "
                                         "RELEVE_EXPORT) and build it with releve_add_plugin");
    return library.get<const releve_plugin_descriptor>(RELEVE_PLUGIN_SYMBOL);
}

bool is_replaced(const std::filesystem::path& file) {
    const std::lock_guard lock{files_mapped().mutex};
    const auto at = files_mapped().all.find(file);
    return at != files_mapped().all.end() && identity_of(file) != at->second;
}

std::vector<std::filesystem::path> replaced_plugins() {
    std::vector<std::filesystem::path> changed;
    const std::lock_guard lock{files_mapped().mutex};
    for (const auto& [file, identity] : files_mapped().all)
        if (identity_of(file) != identity) changed.push_back(file);
    return changed;
}

} // namespace releve::core
