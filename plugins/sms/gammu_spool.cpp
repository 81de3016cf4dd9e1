// SPDX-License-Identifier: Apache-2.0
#include "gammu_spool.hpp"

#include <fcntl.h>
#include <sys/file.h>

#include <cerrno>

namespace releve::sms {

void gammu_spool::close() noexcept {
    inbox_.close();
    outbox_.close();
    lock_.reset();
}

void gammu_spool::open() {
    close();
    try {
        lock_.reset(::open(folder_.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
        if (lock_.get() < 0 || ::flock(lock_.get(), LOCK_EX | LOCK_NB) != 0) refuse_path(folder_, errno);
        outbox_.open();
        inbox_.open();
    } catch (...) {
        close();
        throw;
    }
}

void gammu_spool::send(const std::vector<octets>& messages) {
    try {
        outbox_.send(messages);
    } catch (const folder_gone&) {
        close();
        throw;
    }
}

bool gammu_spool::listen() {
    try {
        return inbox_.listen();
    } catch (const folder_gone&) {
        close();
        throw;
    }
}

} // namespace releve::sms
