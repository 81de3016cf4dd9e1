// SPDX-License-Identifier: Apache-2.0
#include "questions.hpp"

#include <releve/string.hpp>
#include <releve/struct_size.hpp>

#include <sys/eventfd.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <system_error>

namespace releve::core {

namespace {

const releve_ask* service_of(const node& one) {
    if (one.abi().extension == nullptr) return nullptr;
    const auto* found = [&] {
        const plugin_call call{one.part(), "extension"};
        return static_cast<const releve_ask*>(one.abi().extension(to_c(RELEVE_ASK)));
    }();
    return is_whole(found) && found->ask != nullptr ? found : nullptr;
}

} // namespace

/// End of the list: it is not running.
std::list<questions::asked>::iterator questions::begin(const node& whom) {
    const int fd = eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC);
    if (fd < 0) throw std::system_error(errno, std::generic_category(), "eventfd");
    const std::lock_guard lock{mutex_};
    if (whom.life().is(node_state::running)) return all_.insert(all_.begin(), {&whom, fd});
    close(fd);
    return all_.end();
}

void questions::end(std::list<asked>::iterator which) {
    const std::lock_guard lock{mutex_};
    close(which->stop_fd);
    all_.erase(which);
    ended_.notify_all();
}

answered questions::ask(const node_list& connections, std::string_view component, const words& with) {
    std::vector<releve_label> labels;
    labels.reserve(with.size());
    for (const auto& [key, value] : with) labels.push_back({to_c(key), to_c(value)});
    const auto give = [](void* to, releve_string text) noexcept { *static_cast<std::string*>(to) = view(text); };
    for (const auto& one : connections) {
        const auto* service = service_of(*one);
        if (service == nullptr || view(one->abi().name) != component) continue;
        const auto under_way = begin(*one);
        if (under_way == all_.end()) continue;
        answered made;
        const plugin_call call{one->part(), "ask"};
        made.status = service->ask(one->object(), labels.data(), static_cast<std::uint32_t>(labels.size()),
                                   under_way->stop_fd, give, &made.text);
        end(under_way);
        if (made.status != RELEVE_REFUSED) return made;
    }
    return {};
}

bool questions::end(const node_list& of, std::chrono::steady_clock::time_point limit) {
    std::unique_lock lock{mutex_};
    const auto is_of = [&](const asked& one) {
        return std::any_of(of.begin(), of.end(), [&](const auto& other) { return other.get() == one.whom; });
    };
    for (const auto& one : of) one->life().close();
    for (const auto& one : all_)
        if (is_of(one)) eventfd_write(one.stop_fd, 1);
    return ended_.wait_until(lock, limit, [&] { return std::none_of(all_.begin(), all_.end(), is_of); });
}

bool questions::is_asked(const node& one) const {
    const std::lock_guard lock{mutex_};
    return std::any_of(all_.begin(), all_.end(), [&](const asked& other) { return other.whom == &one; });
}

bool questions::any() const {
    const std::lock_guard lock{mutex_};
    return !all_.empty();
}

} // namespace releve::core
