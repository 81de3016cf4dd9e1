// SPDX-License-Identifier: Apache-2.0
#include "listeners.hpp"

#include "unix_address.hpp"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/stat.h>

#include <array>
#include <cerrno>
#include <system_error>

namespace releve::core {

namespace {

constexpr int max_waiting = 64; // connections
constexpr mode_t owner_and_group = 0660;

/// The result of a system call; throws when it failed.
int checked(int result, const std::string& what) {
    if (result < 0) throw std::system_error(errno, std::generic_category(), what);
    return result;
}

kit::descriptor make_socket(int family) {
    return kit::descriptor{checked(socket(family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0), "socket")};
}

} // namespace

kit::descriptor listen_unix(const std::filesystem::path& path) {
    const auto address = unix_address(path);
    if (path.has_parent_path()) std::filesystem::create_directories(path.parent_path());
    auto made = make_socket(AF_UNIX);
    struct stat there {};
    if (lstat(path.c_str(), &there) == 0) {
        if (!S_ISSOCK(there.st_mode)) throw std::system_error(EEXIST, std::generic_category(), path.string());
        const auto probe = make_socket(AF_UNIX);
        if (connect(probe.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0)
            throw std::system_error(EADDRINUSE, std::generic_category(), path.string());
        unlink(path.c_str());
    }
    // bind makes the file with this mode less the umask: nobody else can connect, even for a moment.
    checked(fchmod(made.get(), owner_and_group), "fchmod");
    checked(bind(made.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address), path.string());
    checked(chmod(path.c_str(), owner_and_group), path.string());
    checked(listen(made.get(), max_waiting), path.string());
    return made;
}

kit::descriptor listen_tcp(const kit::host_port& at) {
    sockaddr_storage address{};
    socklen_t size = sizeof(sockaddr_in);
    auto& four = reinterpret_cast<sockaddr_in&>(address);
    auto& six = reinterpret_cast<sockaddr_in6&>(address);
    if (inet_pton(AF_INET, at.host.c_str(), &four.sin_addr) == 1) {
        four.sin_family = AF_INET;
        four.sin_port = htons(at.port);
    } else if (inet_pton(AF_INET6, at.host.c_str(), &six.sin6_addr) == 1) {
        six.sin6_family = AF_INET6;
        six.sin6_port = htons(at.port);
        size = sizeof(sockaddr_in6);
    } else {
        throw std::system_error(EINVAL, std::generic_category(), at.host);
    }
    const auto name = kit::text_of(at);
    auto made = make_socket(address.ss_family);
    const int yes = 1;
    checked(setsockopt(made.get(), SOL_SOCKET, SO_REUSEADDR, &yes, sizeof yes), name);
    checked(bind(made.get(), reinterpret_cast<const sockaddr*>(&address), size), name);
    checked(listen(made.get(), max_waiting), name);
    return made;
}

std::string address_of(const kit::descriptor& socket) {
    sockaddr_storage address{};
    socklen_t size = sizeof address;
    checked(getsockname(socket.get(), reinterpret_cast<sockaddr*>(&address), &size), "getsockname");
    std::array<char, INET6_ADDRSTRLEN> text{};
    const auto& four = reinterpret_cast<const sockaddr_in&>(address);
    const auto& six = reinterpret_cast<const sockaddr_in6&>(address);
    if (address.ss_family == AF_INET) {
        inet_ntop(AF_INET, &four.sin_addr, text.data(), text.size());
        return kit::text_of({text.data(), ntohs(four.sin_port)});
    }
    inet_ntop(AF_INET6, &six.sin6_addr, text.data(), text.size());
    return kit::text_of({text.data(), ntohs(six.sin6_port)});
}

} // namespace releve::core
