// SPDX-License-Identifier: Apache-2.0
#include "gammu/spool.hpp"

#include <sys/file.h>

#include <cerrno>

namespace releve::sms {

void gammu_spool::close() noexcept {
    inbox_.close();
    outbox_.close();
    at_.close();
}

void gammu_spool::open() {
    close();
    try {
        at_ = checked(folder_, [&] { return kit::folder{folder_.string()}; });
        if (::flock(at_.fd(), LOCK_EX | LOCK_NB) != 0) refuse_path(folder_, errno);
        outbox_.open(at_);
        inbox_.open(at_);
    } catch (...) {
        close();
        throw;
    }
}

void gammu_spool::remove(const stored_message& message) {
    if (message.is == stored_message::state::sent)
        outbox_.remove(message);
    else
        inbox_.remove(message);
}

std::vector<stored_message> gammu_spool::send(const std::vector<octets>& messages, bool again,
                                              const std::vector<stored_message>& others) {
    try {
        return outbox_.send(messages, again, others);
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
