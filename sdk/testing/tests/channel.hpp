// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>
#include <system_error>

/// Two connected descriptors: the test's end and the node's.
struct channel {
    channel() {
        int fd[2];
        if (::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, fd) != 0)
            throw std::system_error(errno, std::generic_category(), "socketpair");
        test = fd[0];
        node = fd[1];
    }
    channel(const channel&) = delete;
    channel& operator=(const channel&) = delete;
    ~channel() {
        ::close(test);
        ::close(node);
    }
    int test = -1, node = -1;
};
