// SPDX-License-Identifier: Apache-2.0
#include "gammu/outbox.hpp"

#include "gammu/backup.hpp"
#include "pdu/base16.hpp"

#include <sodium.h>
#include <sys/inotify.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>

namespace releve::sms {

namespace {

constexpr std::string_view ours = "OUTreleve-", backup = ".smsbackup";
const std::string unfinished = ".releve";
constexpr std::size_t max_octets = 65'536; // of one message, much more than it can have

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

} // namespace

void gammu_outbox::open(const kit::folder& spool) {
    const auto inner = [&](const char* name, kit::folder& into, std::uint32_t events) {
        into = checked(folder_ / name, [&] { return spool.inner(name); });
        watch_.add(folder_ / name, events);
    };
    inner("outbox", outbox_, IN_MOVED_FROM | IN_DELETE);
    inner("sent", sent_, IN_CREATE | IN_MOVED_TO);
    inner("error", error_, IN_CREATE | IN_MOVED_TO);
    // What a killed host left must not be tried for ever; its sender asks again.
    for (const auto& name : checked(folder_ / "outbox", [&] { return outbox_.names(ours); })) withdraw(name);
}

void gammu_outbox::close() noexcept {
    watch_.close();
    for (auto* one : {&outbox_, &sent_, &error_}) one->close();
}

/// Looks in the order in which gammu-smsd moves the file.
gammu_outbox::stage gammu_outbox::stage_of(const std::string& name) const {
    if (outbox_.has(name)) return stage::outbox;
    if (const auto content = checked(folder_ / "sent" / name, [&] { return sent_.read(name, max_octets); }))
        return is_sent_gammu_backup(*content) ? stage::sent : stage::unsent;
    return error_.has(name) ? stage::unsent : stage::nowhere;
}

/// gammu-smsd reads any file that begins with OUT at any time, so it is written under a name that begins with a dot.
/// gammu-smsd, often of another user, writes into it that it was sent: hence the mode.
void gammu_outbox::submit(const std::string& name, const std::string& content) {
    checked(folder_ / "outbox" / name, [&] {
        const auto file = outbox_.create(unfinished, 0666);
        kit::write_all(file, content);
        if (::fsync(file.get()) != 0) throw kit::io_failure("it can't be made durable", errno);
        watch(unfinished);
        outbox_.rename(unfinished, name);
        outbox_.sync();
    });
}

/// What is left holds no message, and is moved to sent/ as such. If it is just being sent, gammu-smsd writes into it
/// whether it was. In one step: with an empty or half a file gammu-smsd 1.42 gets stuck. A link that stands in its
/// place goes.
void gammu_outbox::withdraw(const std::string& name) const {
    checked(folder_ / "outbox" / name, [&] {
        const auto file = outbox_.open_to_write(name);
        if (!file) return outbox_.remove(name);
        if (::ftruncate(file.get(), static_cast<off_t>(gammu_backup_head)) != 0)
            throw kit::io_failure("it can't be withdrawn", errno);
    });
}

void gammu_outbox::forget(const std::string& name) const {
    checked(folder_ / "sent" / name, [&] { sent_.remove(name); });
    checked(folder_ / "error" / name, [&] { error_.remove(name); });
}

void gammu_outbox::watch(const std::string& name) {
    file_ = watch_.add_file(folder_ / "outbox" / name, IN_ACCESS | IN_CLOSE_NOWRITE);
    is_begun_ = read_ = false;
}

/// gammu-smsd opens a file a first time without reading it.
bool gammu_outbox::is_read() {
    for (const auto* one : {&outbox_, &sent_, &error_}) require_folder(*one);
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
    watch(name); // from an earlier call
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
    for (const auto& name : checked(folder_ / "sent", [&] { return sent_.names(ours); })) // withdrawn by earlier calls
        if (stage_of(name) == stage::unsent) forget(name);
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
    checked(folder_ / "sent" / sent.id, [&] {
        sent_.remove(sent.id);
        sent_.sync();
    });
}

} // namespace releve::sms
