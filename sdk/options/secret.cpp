// SPDX-License-Identifier: Apache-2.0
// Secrets: in the pipeline file, the environment, a separate file or a systemd credential. No message shows one.
#include "reader.hpp"
#include "words.hpp"

#include <releve/record_text.hpp>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdlib>
#include <cstring>

namespace releve::options {

namespace {

/// A longer file is probably the wrong file.
constexpr std::size_t largest_secret = 65'536;

struct found {
    std::string secret;
    std::string why, help; // why it can't be read; empty: it can
};

found failed(std::string why, std::string help = {}) { return {{}, std::move(why), std::move(help)}; }

struct descriptor {
    int fd;
    explicit descriptor(int opened)
        : fd(opened) {}
    descriptor(const descriptor&) = delete;
    descriptor& operator=(const descriptor&) = delete;
    ~descriptor() {
        if (fd >= 0) ::close(fd);
    }
};

/// Whether the text can be where a secret is. Else it may be the secret itself, written in the wrong place.
bool is_place(std::string_view way, std::string_view text) {
    constexpr std::size_t longest = 256;
    if (text.size() > longest) return false;
    if (way == "file") return text.find_first_of("/.") != std::string_view::npos;
    if (way == "credential") return text.find_first_of(" \t\n") == std::string_view::npos;
    return std::all_of(text.begin(), text.end(),
                       [](char c) { return (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_'; }) &&
           std::any_of(text.begin(), text.end(), [](char c) { return c >= 'A' && c <= 'Z'; });
}

found from_file(const std::filesystem::path& file, const std::string& shown) {
    const auto name = "the secret's file" + (shown.empty() ? std::string{} : " " + in_quotes(shown));
    // Without O_NONBLOCK, opening a pipe would wait for its writer.
    const descriptor opened(::open(file.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK));
    if (opened.fd < 0) {
        const int error = errno;
        return failed(name + " can't be read: " + std::strerror(error),
                      error == EACCES ? "let the user that runs releve read it, and nobody else" : "");
    }
    struct stat status {};
    if (::fstat(opened.fd, &status) != 0) return failed(name + " can't be read: " + std::strerror(errno));
    if (!S_ISREG(status.st_mode)) return failed(name + " is not a regular file");
    std::string secret(largest_secret + 1, '\0');
    std::size_t size = 0;
    while (size < secret.size()) {
        const auto count = ::read(opened.fd, secret.data() + size, secret.size() - size);
        if (count < 0 && errno == EINTR) continue;
        if (count < 0) return failed(name + " can't be read: " + std::strerror(errno));
        if (count == 0) break;
        size += static_cast<std::size_t>(count);
    }
    if (size > largest_secret) return failed(name + " is larger than " + format_size(largest_secret));
    secret.resize(size);
    if (secret.ends_with('\n')) secret.pop_back();
    if (secret.ends_with('\r')) secret.pop_back();
    if (secret.empty()) return failed(name + " is empty");
    return {std::move(secret), {}, {}};
}

found from_environment(const std::string& name, const std::string& shown) {
    const char* set = std::getenv(name.c_str());
    const auto variable = "the environment variable" + (shown.empty() ? " of that name" : " " + in_quotes(shown));
    if (set == nullptr)
        return failed(variable + " is not set",
                      shown.empty()
                          ? "a variable's name has capitals, digits and '_'; its value is not written here"
                          : "set it where releve is started, for a service with Environment= or EnvironmentFile= of "
                            "its unit");
    if (*set == '\0') return failed(variable + " is empty");
    return {set, {}, {}};
}

found from_credential(const std::string& name, const std::string& shown) {
    if (shown.empty()) return failed("a credential's name has no blanks, and is shorter");
    const char* folder = std::getenv("CREDENTIALS_DIRECTORY");
    if (folder == nullptr || *folder == '\0')
        return failed("there is no credential " + in_quotes(name) + ": releve was started without credentials",
                      "start it by systemd with LoadCredential=" + name + ":PATH in its unit");
    if (name.find('/') != std::string::npos || name == "." || name == "..")
        return failed(in_quotes(name) + " is not the name of a credential");
    return from_file(std::filesystem::path(folder) / name, (std::filesystem::path(folder) / name).string());
}

/// UTF-8 without NUL.
bool is_text(std::string_view bytes) {
    while (!bytes.empty()) {
        const auto one = first_character(bytes);
        if (!one.valid || one.code == 0) return false;
        bytes.remove_prefix(one.size);
    }
    return true;
}

const std::vector<std::string>& ways() {
    static const std::vector<std::string> names{"env", "file", "credential"};
    return names;
}

} // namespace

bool reader::read_secret(releve_value& value, const toml::node& given, const spot& at) {
    if (const auto* plain = given.as_string()) {
        hide(given);
        if (plain->get().find('\0') != std::string::npos)
            return refuse(at, in_quotes(at.path) + " holds a NUL character");
        value.text = into_.keep(plain->get());
        return true;
    }
    const auto* table = given.as_table();
    if (table == nullptr) {
        hide(given);
        description secret;
        secret.type = RELEVE_OPTION_SECRET;
        problems_.push_back(wrong_type(secret, RELEVE_OPTION_SECRET, given, at));
        return false;
    }
    const std::string forms = R"(write { env = "NAME" }, { file = "PATH" } or { credential = "NAME" })";
    if (table->size() != 1) return refuse(at, "the secret " + in_quotes(at.path) + " must come from one place", forms);
    const auto& key = table->begin()->first;
    const auto& source = table->begin()->second;
    const spot key_at{rehearsing_ ? at.where : position_of(key.source()), at.path + "." + std::string(key.str())};
    const auto* text = source.as_string();
    if (std::find(ways().begin(), ways().end(), key.str()) == ways().end()) {
        hide(source);
        const auto near = nearest(key.str(), ways());
        return refuse(key_at, "a secret can't come from " + in_quotes(key.str()),
                      near.empty() ? forms : "did you mean " + in_quotes(near) + "?");
    }
    if (text == nullptr || text->get().empty() || text->get().find('\0') != std::string::npos)
        return refuse(key_at, in_quotes(key_at.path) + " must be a " + (key.str() == "file" ? "path" : "name"), forms);
    if (rehearsing_) return true;

    const bool place = is_place(key.str(), text->get());
    if (place)
        show(source);
    else
        hide(source);
    const auto file = (settings_.folder / text->get()).lexically_normal();
    const auto named = !place ? std::string{} : key.str() == "file" ? file.string() : text->get();
    auto got = key.str() == "env"    ? from_environment(text->get(), named)
               : key.str() == "file" ? from_file(file, named)
                                     : from_credential(text->get(), named);
    if (got.why.empty() && !is_text(got.secret))
        got.why = "the secret of " + in_quotes(at.path) + " is not text in UTF-8";
    if (!got.why.empty()) return refuse(key_at, std::move(got.why), std::move(got.help));
    value.text = into_.keep(std::move(got.secret));
    return true;
}

} // namespace releve::options
