// SPDX-License-Identifier: Apache-2.0
#include "gammu/inbox.hpp"

#include "pdu/base16.hpp"

#include <releve/kit/text/printable.hpp>

#include <sys/inotify.h>

#include <algorithm>
#include <utility>

namespace releve::sms {

namespace fs = std::filesystem;

namespace {

constexpr auto incomplete_for = std::chrono::minutes{1};                       // then the file is taken as it is
constexpr std::size_t max_files = 500, max_octets = 262'144, max_shown = 2000; // 255 parts are 180,000 octets

std::string id_of(const std::string& name, std::size_t part) { return name + ' ' + std::to_string(part); }

/// The content of a file that is not a message, without its comments.
std::string as_text(std::string_view file) {
    std::string text;
    while (!file.empty() && text.size() < max_shown) {
        const auto end = std::min(file.find('\n'), file.size());
        const auto line = file.substr(0, std::min(end, max_shown));
        file.remove_prefix(std::min(end + 1, file.size()));
        if (line.empty() || line.starts_with(';')) continue;
        for (const char c : line) text += c >= ' ' && c <= '~' ? c : '?';
        text += '\n';
    }
    return text;
}

std::vector<stored_message> messages_in(const std::string& name, std::string_view file, const local_to_utc& to_utc) {
    std::vector<stored_message> all;
    const auto add = [&](std::string text) {
        all.push_back({id_of(name, all.size()), stored_message::state::unread, std::move(text)});
    };
    for (auto& part : read_gammu_backup(file, to_utc)) {
        try {
            if (!part.why.empty()) throw pdu_error{part.why};
            add(to_base16(write_pdu(part.message)));
        } catch (const pdu_error& e) {
            add(name + ": " + e.what() + '\n' + as_text(file));
        }
    }
    if (file.size() == max_octets)
        add(name + ": the file is longer than 256 KiB, its end is not read\n" + as_text(file));
    if (all.empty()) add(name + ": no message in gammu's InboxFormat = detail\n" + as_text(file));
    return all;
}

} // namespace

void gammu_inbox::open(const kit::folder& spool) {
    folder_ = checked(path_, [&] { return spool.inner("inbox"); });
    watch_.add(path_, IN_CLOSE_WRITE | IN_MOVED_TO);
    removed_.clear();
    half_seen_.clear();
    news_ = true; // messages that came meanwhile
}

/// Nothing: there is no such file.
std::optional<std::string> gammu_inbox::content(const std::string& name) const {
    return checked(path_ / name, [&] { return folder_.read(name, max_octets); });
}

bool gammu_inbox::listen() {
    require_folder(folder_);
    if (!watch_.take().empty()) news_ = true;
    return std::exchange(news_, false);
}

/// The oldest: their names begin with their time.
std::vector<std::string> gammu_inbox::names() {
    std::vector<std::string> others;
    auto names = checked(path_, [&] { return folder_.names("IN", &others); });
    if (!others.empty())
        say_("odd_file", path_.string() + ": " + kit::one_line(others.front(), 100) +
                             " is passed over: it is a link, or no regular file, which gammu-smsd makes none of");
    std::sort(names.begin(), names.end());
    return names;
}

std::vector<stored_message> gammu_inbox::list() {
    news_ = false;
    auto names = this->names();
    if (names.size() > max_files) names.resize(max_files);
    std::erase_if(half_seen_,
                  [&](const auto& one) { return !std::binary_search(names.begin(), names.end(), one.first); });
    std::vector<stored_message> all;
    for (const auto& name : names) {
        const auto file = content(name);
        if (!file) continue;
        if (is_whole_gammu_backup(*file))
            half_seen_.erase(name);
        else if (wait_.steady() - half_seen_.try_emplace(name, wait_.steady()).first->second < incomplete_for)
            continue;
        for (auto& one : messages_in(name, *file, to_utc_))
            if (!removed_.contains(one.id)) all.push_back(std::move(one));
    }
    return all;
}

void gammu_inbox::remove(const stored_message& part) {
    const auto name = part.id.substr(0, part.id.rfind(' '));
    const auto file = content(name);
    if (!file) return;
    const auto all = messages_in(name, *file, to_utc_);
    const bool there =
        std::any_of(all.begin(), all.end(), [&](const auto& one) { return one.id == part.id && one.pdu == part.pdu; });
    if (!there) return; // gammu-smsd reuses names
    removed_.insert(part.id);
    if (!std::all_of(all.begin(), all.end(), [&](const auto& one) { return removed_.contains(one.id); })) return;
    checked(path_ / name, [&] { folder_.remove(name); });
    for (const auto& one : all) removed_.erase(one.id);
}

} // namespace releve::sms
