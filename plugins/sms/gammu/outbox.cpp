// SPDX-License-Identifier: Apache-2.0
#include "gammu/outbox.hpp"

#include "gammu/backup.hpp"
#include "pdu/base16.hpp"

#include <fcntl.h>
#include <sodium.h>
#include <sys/inotify.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <fstream>
#include <iterator>

namespace releve::sms {

namespace fs = std::filesystem;

namespace {

constexpr std::string_view ours = "OUTreleve-", backup = ".smsbackup";

/// Of the messages and their order, so that the same messages have the same files when they are sent again.
std::string hash_of(const std::vector<octets>& messages) {
    crypto_generichash_state state;
    std::array<unsigned char, 16> hash{};
    crypto_generichash_init(&state, nullptr, 0, hash.size());
    for (const auto& one : messages) {
        const auto size = static_cast<std::uint64_t>(one.size());
        crypto_generichash_update(&state, reinterpret_cast<const unsigned char*>(&size), sizeof size);
        crypto_generichash_update(&state, one.data(), one.size());
    }
    crypto_generichash_final(&state, hash.data(), hash.size());
    return to_base16(hash);
}

/// `which`: of several groups of equal messages.
std::vector<std::string> names_of(const std::vector<octets>& messages, const std::string& hash, std::size_t which) {
    std::vector<std::string> all;
    for (std::size_t i = 0; i < messages.size(); ++i)
        all.push_back(std::string{ours} + hash + '-' + std::to_string(which) + '-' + std::to_string(i) +
                      std::string{backup});
    return all;
}

/// The first that do not belong to others: a host that was killed finds what it has sent, in the order of sending.
std::vector<std::string> names_for(const std::vector<octets>& messages, const std::vector<stored_message>& others) {
    const auto hash = hash_of(messages);
    for (std::size_t which = 0;; ++which) {
        auto names = names_of(messages, hash, which);
        if (std::none_of(others.begin(), others.end(),
                         [&](const auto& one) { return std::find(names.begin(), names.end(), one.id) != names.end(); }))
            return names;
    }
}

std::vector<stored_message> sent_files(const std::vector<std::string>& names) {
    std::vector<stored_message> all;
    all.reserve(names.size());
    for (const auto& one : names) all.push_back({one, stored_message::state::sent, {}});
    return all;
}

std::string content_of(const octets& message) {
    try {
        const auto read = read_pdu(message);
        if (const auto* submit = std::get_if<sms_submit>(&read.message)) return write_gammu_backup(*submit);
        throw pdu_error{"only an SMS-SUBMIT can be sent"};
    } catch (const pdu_error& e) {
        throw modem_error(at_trouble::permanent, std::string{"gammu-smsd can't send this message: "} + e.what());
    }
}

void make_durable(const fs::path& folder) {
    const kit::descriptor at{::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC)};
    if (at.get() < 0 || ::fsync(at.get()) != 0) refuse_path(folder, errno);
}

template <class F>
void each_of_ours(const fs::path& folder, F&& what) {
    std::error_code ignored;
    for (const auto& one : fs::directory_iterator{folder, ignored})
        if (const auto name = one.path().filename().string(); name.starts_with(ours)) what(name);
}

} // namespace

void gammu_outbox::open() {
    watch_.add(folder_ / "outbox", IN_MOVED_FROM | IN_DELETE);
    watch_.add(folder_ / "sent", IN_CREATE | IN_MOVED_TO);
    watch_.add(folder_ / "error", IN_CREATE | IN_MOVED_TO);
    // What a killed host left must not be tried for ever; its sender asks again.
    each_of_ours(folder_ / "outbox", [&](const auto& name) { withdraw(name); });
}

/// Looks in the order in which gammu-smsd moves the file.
gammu_outbox::stage gammu_outbox::stage_of(const std::string& name) const {
    if (::access(in("outbox", name).c_str(), F_OK) == 0) return stage::outbox;
    if (std::ifstream file{in("sent", name), std::ios::binary}; file) {
        const std::string content{std::istreambuf_iterator<char>{file}, {}};
        return is_sent_gammu_backup(content) ? stage::sent : stage::unsent;
    }
    if (::access(in("error", name).c_str(), F_OK) == 0) return stage::unsent;
    return stage::nowhere;
}

/// gammu-smsd reads any file that begins with OUT at any time, so it is written under a name that begins with a dot.
void gammu_outbox::submit(const std::string& name, const std::string& content) {
    const auto made = in("outbox", ".releve");
    const kit::descriptor file{::open(made.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666)};
    if (file.get() < 0) refuse_path(made, errno);
    ::fchmod(file.get(), 0666); // gammu-smsd, often of another user, writes into it that it was sent
    const auto written = ::write(file.get(), content.data(), content.size());
    if (written >= 0 && static_cast<std::size_t>(written) != content.size()) refuse_path(made, ENOSPC);
    if (written < 0 || ::fsync(file.get()) != 0) refuse_path(made, errno);
    watch(made);
    if (::rename(made.c_str(), in("outbox", name).c_str()) != 0) refuse_path(in("outbox", name), errno);
    make_durable(folder_ / "outbox");
}

/// What is left holds no message, and is moved to sent/ as such. If it is just being sent, gammu-smsd writes into it
/// whether it was. In one step: with an empty or half a file gammu-smsd 1.42 gets stuck.
void gammu_outbox::withdraw(const std::string& name) const {
    const kit::descriptor file{::open(in("outbox", name).c_str(), O_WRONLY | O_CLOEXEC)};
    if (file.get() < 0 && errno == ENOENT) return;
    if (file.get() < 0 || ::ftruncate(file.get(), static_cast<off_t>(gammu_backup_head)) != 0)
        refuse_path(in("outbox", name), errno);
}

void gammu_outbox::forget(const std::string& name) const {
    remove_file(in("sent", name));
    remove_file(in("error", name));
}

void gammu_outbox::watch(const fs::path& file) {
    file_ = watch_.add_file(file, IN_ACCESS | IN_CLOSE_NOWRITE);
    is_begun_ = read_ = false;
}

/// gammu-smsd opens a file a first time without reading it.
bool gammu_outbox::is_read() {
    for (const auto& one : watch_.take()) {
        if (one.of != file_) continue;
        if ((one.what & IN_CLOSE_NOWRITE) != 0 && is_begun_) read_ = true;
        if ((one.what & IN_ACCESS) != 0) is_begun_ = true;
    }
    return read_;
}

void gammu_outbox::send_one(const std::string& name, const std::string& content) {
    const auto until = wait_.steady() + timeout_;
    const auto folder = folder_.string();
    bool submitted = false;
    watch(in("outbox", name)); // from an earlier call
    for (;;) {
        const bool is_tried = is_read();
        const auto at = stage_of(name);
        if (at == stage::sent) return;
        if (at == stage::nowhere && submitted)
            throw modem_error(at_trouble::configuration,
                              folder + ": gammu-smsd took a message and left it neither in sent nor in error: its "
                                       "'sentsmspath' and 'errorsmspath' have to be these folders");
        if (at == stage::unsent) forget(name);
        if (at == stage::unsent && submitted)
            throw modem_error(at_trouble::transient,
                              folder + ": gammu-smsd could not send a message; its log says why");
        if (at == stage::unsent || at == stage::nowhere) {
            submit(name, content);
            submitted = true;
            continue;
        }
        if (is_tried) withdraw(name); // it is trying now: no second try unless this is called again
        const auto left = until - wait_.steady();
        if (left <= duration{0}) {
            withdraw(name);
            throw modem_error(
                at_trouble::transient,
                folder + ": gammu-smsd has not sent a message in time: is it running, and does its modem respond?");
        }
        wait_.ready(watch_.fd(), RELEVE_READABLE, left);
    }
}

std::vector<stored_message> gammu_outbox::send(const std::vector<octets>& messages, bool again,
                                               const std::vector<stored_message>& others) {
    if (messages.empty()) return {};
    std::vector<std::string> contents;
    contents.reserve(messages.size());
    for (const auto& one : messages) contents.push_back(content_of(one));
    each_of_ours(folder_ / "sent", [&](const auto& name) { // withdrawn by earlier calls
        if (stage_of(name) == stage::unsent) forget(name);
    });
    const auto names = names_for(messages, others);
    if (!again) // left by a program that was killed; no caller has asked for it again
        for (const auto& one : names) forget(one);
    for (std::size_t i = 0; i < names.size(); ++i) send_one(names[i], contents[i]);
    return sent_files(names);
}

std::vector<stored_message> gammu_outbox::give_up(const std::vector<octets>& messages,
                                                  const std::vector<stored_message>& others) {
    std::vector<std::string> went;
    for (const auto& one : names_for(messages, others)) {
        if (stage_of(one) == stage::sent) {
            went.push_back(one);
            continue;
        }
        withdraw(one);
        forget(one);
    }
    return sent_files(went);
}

void gammu_outbox::remove(const stored_message& sent) {
    if (!sent.id.starts_with(ours) || sent.id.find('/') != sent.id.npos) return;
    remove_file(in("sent", sent.id));
    make_durable(folder_ / "sent");
}

} // namespace releve::sms
