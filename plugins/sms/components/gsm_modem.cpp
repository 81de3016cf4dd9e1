// SPDX-License-Identifier: Apache-2.0
#include "components/gsm_modem.hpp"

#include "gammu/spool.hpp"
#include "modem/modem.hpp"

#include <date/tz.h>

#include <poll.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include <algorithm>
#include <system_error>

namespace releve::sms {

using namespace releve::literals;

void gsm_modem::describe(option_list& o) {
    o.choice("transport", {"modem", "gammu"},
             "modem: AT commands on a serial port; gammu: the files of a gammu-smsd, for phones with odd dialects")
        .fallback("modem");
    o.path("port", "Serial port of the modem; for transport = \"modem\"").example("\"/dev/serial/by-id/usb-modem\"");
    o.path("folder", "Folder with gammu-smsd's inbox, outbox, sent and error; for transport = \"gammu\"")
        .example("\"/var/spool/gammu\"");
    o.integer("speed", "Speed of the port").unit("Bd").fallback(115'200);
    o.secret("pin", "The SIM's PIN, where it wants one; a wrong one is given once only");
    o.choice("store", {"SM", "ME"}, "Where the modem keeps messages: the SIM, or its own memory").fallback("SM");
    o.choice(
         "sending", {"store", "direct"},
         "store: what is sent is stored first, so that the modem can say whether it has gone; direct: at once, and a "
         "message whose answer is lost may come twice")
        .fallback("store");
    o.duration("limit", "How long an answer may take").fallback(10s).at_least(100ms).at_most(60s);
    o.duration("send_limit", "How long the network may take for a message").fallback(60s).at_least(1s).at_most(5min);
}

namespace {

modem_settings settings_of(const option_values& options) {
    return {.port = options.path("port"),
            .speed = static_cast<int>(options.integer("speed")),
            .pin = options.given("pin") ? std::string{options.secret("pin")} : std::string{},
            .store = options.choice("store"),
            .store_first = options.choice("sending") == "store",
            .limit = options.duration("limit"),
            .send_limit = options.duration("send_limit")};
}

/// False: it can't be. One that is watched already stays so.
bool watch(int epoll, int fd) noexcept {
    epoll_event readable{};
    readable.events = EPOLLIN;
    return ::epoll_ctl(epoll, EPOLL_CTL_ADD, fd, &readable) == 0 || errno == EEXIST;
}

/// The service centre's zone is taken to be the site's. Of an hour that comes twice, the first.
local_time to_utc(std::string_view zone) {
    return [zone = std::string{zone}](std::int64_t local) {
        const date::local_seconds at{std::chrono::seconds{local}};
        const auto utc = date::locate_zone(zone)->to_sys(at, date::choose::earliest);
        return std::int64_t{utc.time_since_epoch().count()};
    };
}

} // namespace

gsm_modem::gsm_modem(context& host)
    : port_{host.options().path(host.options().choice("transport") == "gammu" ? "folder" : "port")}
    , free_fd_{::eventfd(1, EFD_NONBLOCK | EFD_CLOEXEC | EFD_SEMAPHORE)}
    , closed_{::eventfd(1, EFD_NONBLOCK | EFD_CLOEXEC)}
    , watch_{::epoll_create1(EPOLL_CLOEXEC)} {
    if (free_fd_ < 0 || closed_ < 0 || watch_ < 0 || !watch(watch_, closed_))
        throw std::system_error(errno, std::generic_category(), "eventfd");
    const auto settings = settings_of(host.options());
    patience how{[this](int fd, short events, nanoseconds limit) { return wait(fd, events, limit); },
                 [this] { return whose_->steady(); }};
    if (host.options().choice("transport") == "gammu") {
        if (port_.empty()) host.refuse("folder", "give the folder with gammu-smsd's inbox, outbox, sent and error");
        transport_ = std::make_unique<gammu_spool>(gammu_settings{port_, settings.send_limit, to_utc(host.timezone())},
                                                   std::move(how));
        return;
    }
    if (port_.empty()) host.refuse("port", "give the modem's serial port, or transport = \"gammu\" and its 'folder'");
    if (!serial_port::knows(settings.speed))
        host.refuse("speed", "no such speed; 9600, 19200, 38400, 57600, 115200, 230400 and 460800 are usual");
    const bool digits =
        std::all_of(settings.pin.begin(), settings.pin.end(), [](char c) { return c >= '0' && c <= '9'; });
    if (!settings.pin.empty() && (!digits || settings.pin.size() < 4 || settings.pin.size() > 8))
        host.refuse("pin", "a PIN has 4 to 8 digits");
    transport_ = std::make_unique<modem>(settings, std::move(how));
}

bool gsm_modem::wait(int fd, short events, nanoseconds limit) const {
    const auto until = whose_->steady() + limit;
    for (auto left = limit; left > nanoseconds{0}; left = until - whose_->steady()) {
        const auto how = whose_->wait(fd, events, left);
        if (how == wake::stopped) throw stopped{};
        pollfd one{fd, events, 0}; // else it was an acknowledgement that came
        if (how == wake::ready && ::poll(&one, 1, 0) == 1) return true;
    }
    return false;
}

gsm_modem::~gsm_modem() {
    for (const auto fd : {free_fd_, closed_, watch_}) ::close(fd);
}

void gsm_modem::stop() {
    transport_->close();
    follow();
}

/// One that was closed has left the epoll by itself. Where one can't be watched, sweeps find what it says.
void gsm_modem::follow() noexcept {
    std::uint64_t count = 1;
    if (transport_->is_open()) {
        watch(watch_, transport_->fd());
        [[maybe_unused]] const auto open = ::read(closed_, &count, sizeof count);
    } else {
        [[maybe_unused]] const auto closed = ::write(closed_, &count, sizeof count);
    }
}

std::shared_ptr<link_tray> gsm_modem::tray(const std::string& number) {
    const std::lock_guard lock{mutex_};
    auto& one = trays_[number];
    if (!one) one = std::make_shared<link_tray>();
    return one;
}

void gsm_modem::keep(const void* sender, std::vector<stored_message> proofs) {
    const std::lock_guard lock{mutex_};
    if (proofs.empty())
        kept_.erase(sender);
    else
        kept_[sender] = std::move(proofs);
}

std::vector<stored_message> gsm_modem::kept() {
    const std::lock_guard lock{mutex_};
    std::vector<stored_message> all;
    for (const auto& [sender, some] : kept_) all.insert(all.end(), some.begin(), some.end());
    return all;
}

modem_turn::modem_turn(gsm_modem& of, context& who)
    : of_{of} {
    std::uint64_t one = 0;
    while (::read(of_.free_fd_, &one, sizeof one) != sizeof one)
        if (who.wait(of_.free_fd_, RELEVE_READABLE, 10min) == wake::stopped) throw stopped{};
    of_.whose_ = &who;
}

modem_turn::~modem_turn() {
    of_.follow();
    const std::uint64_t one = 1;
    [[maybe_unused]] const auto freed = ::write(of_.free_fd_, &one, sizeof one);
}

void modem_turn::open() const {
    if (of_.transport_->is_open()) return;
    try {
        of_.transport_->open();
    } catch (const modem_error& e) {
        rethrow(e);
    }
}

void rethrow(const modem_error& e) {
    if (e.is == at_trouble::transient) throw transient_error(e.what());
    throw permanent_error(e.what());
}

} // namespace releve::sms
