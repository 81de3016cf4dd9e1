// SPDX-License-Identifier: Apache-2.0
#include "node.hpp"

#include <releve/string.hpp>

#include <sys/eventfd.h>
#include <unistd.h>

#include <cerrno>
#include <system_error>
#include <utility>

namespace releve::core {

namespace {

releve_identity identity_of(const node_section& section, const site_section& site) {
    const auto& abi = *section.component->abi;
    const bool at_intervals = abi.collect != nullptr && section.calendar.at.empty();
    return {sizeof(releve_identity),
            0,
            to_c(site.name),
            to_c(site.timezone),
            to_c(section.name),
            abi.name,
            at_intervals ? section.interval : 0};
}

int make_event_fd() {
    const int fd = eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC);
    if (fd < 0) throw std::system_error(errno, std::generic_category(), "eventfd");
    return fd;
}

} // namespace

node::node(services& shared, node_section& section, std::shared_ptr<const void> file)
    : shared_{shared}
    , file_{std::move(file)}
    , section_{section}
    , identity_{identity_of(section, shared.site)}
    , stop_fd_{make_event_fd()}
    , life_{shared.log, section.name}
    , made_{static_cast<std::size_t>(section.queue_bytes)}
    , owed_{static_cast<std::size_t>(section.queue_bytes), section.policy == queue_policy::drop_oldest}
    , waiter_{shared.clock}
    , series_{shared, section.name, is_transform()} {
    waiter_.retire(); // until its thread runs
}

node::~node() {
    destroy();
    close(stop_fd_);
}

releve_status node::create() {
    void* made = nullptr;
    const auto status = enter("create", [&](void*) { return abi().create(&host_table, this, &made); });
    if (status == RELEVE_OK) object_ = made;
    return status;
}

void node::destroy() {
    if (object_ != nullptr) {
        const plugin_call call{part(), "destroy"};
        abi().destroy(object_);
    }
    object_ = nullptr;
}

releve_status node::enter_start() {
    return abi().start == nullptr ? RELEVE_OK : enter("start", [&](void* self) { return abi().start(self); });
}

releve_status node::enter_stop() {
    return abi().stop == nullptr ? RELEVE_OK : enter("stop", [&](void* self) { return abi().stop(self); });
}

plugin_part node::part() const { return {name(), view(abi().name), section_.component->plugin.file.native()}; }

void node::has_come_back(std::string_view from) {
    life_.returns();
    shared_.log.health(name(), from, true, {});
}

void node::misses_reason(releve_status status) {
    if (status == RELEVE_BAD_OPTION && !refused_.empty()) return;
    if (status == RELEVE_STOPPED) {
        failure_ = "it ended as if it had been told to stop";
        return;
    }
    failure_ = "it failed without a reason (status " + std::to_string(status) + ")";
    misbehaves("no_reason", failure_);
}

void node::misbehaves(std::string_view event, const std::string& what) {
    figures::add(figures_.misbehaved, 1);
    figures_.note_error("it misbehaves: " + what, shared_.clock.now());
    shared_.log.write(log_level::warning, name(), event,
                      "component '" + std::string{view(abi().name)} + "' misbehaves: " + what);
}

void node::stop() {
    life_.stop();
    eventfd_write(stop_fd_, 1);
    waiter_.wake();
}

void node::join_pipeline() {
    const std::lock_guard lock{emitting_};
    if (std::exchange(on_trial_, false)) series_.refresh();
}

void node::known_counters(counter_list& into) {
    const std::unique_lock lock{emitting_, std::try_to_lock}; // one that does not end may hold it
    if (lock) series_.known_counters(into);
}

bool node::changed_counters(counter_list& into) {
    const std::unique_lock lock{emitting_, std::try_to_lock}; // an emit that waits for room holds it: next time
    if (lock) series_.changed_counters(into);
    return lock.owns_lock();
}

bool node::bury(const releve_delivery& delivery, std::uint32_t index, std::string_view why) {
    if (!shared_.inbox.is_open()) return true;
    dead_letter letter;
    letter.time = shared_.clock.now();
    letter.sink = name();
    letter.batch = delivery.id;
    letter.index = index;
    letter.record = delivery.batch->records[index];
    if (letter.record.type == RELEVE_VALUE_TEXT)
        letter.text.assign(delivery.batch->text + letter.record.value.text.offset, letter.record.value.text.size);
    letter.reason = why;
    const bool buried = shared_.inbox.bury(std::move(letter), owed_.spooled() != nullptr);
    no_room_for_letters_ = no_room_for_letters_ || !buried;
    return buried;
}

void node::leave_what_has_no_cursor() {
    const auto records = made_.drop_held();
    if (records != 0)
        shared_.log.write(log_level::info, name(), "left_to_read_again",
                          std::to_string(records) + " records that it made after its last cursor were not taken: it "
                                                    "reads them again");
}

std::vector<batch_ref> node::take_emitted() {
    if (!has_emitted_.load(std::memory_order_acquire)) return {};
    const std::lock_guard lock{emitting_};
    has_emitted_ = false;
    return std::exchange(emitted_, {});
}

} // namespace releve::core
