// SPDX-License-Identifier: Apache-2.0
#include "components/gsm_modem.hpp"

#include "gammu/spool.hpp"
#include "modem/modem.hpp"

#include <releve/kit/text/printable.hpp>
#include <releve/kit/time/site_time.hpp>

#include <sys/epoll.h>

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
    o.secret("pin", "The SIM's PIN, where it needs one; a wrong PIN is tried once only");
    o.choice("store", {"SM", "ME"}, "Where the modem stores messages: SM is the SIM, ME the modem's own memory")
        .fallback("SM");
    o.choice("sending", {"store", "direct"},
             "store: messages are stored first, so that the modem can say whether they were sent; direct: sent at "
             "once, and a "
             "message whose response is lost may arrive twice")
        .fallback("store");
    o.duration("timeout", "How long a response may take").fallback(10s).at_least(100ms).at_most(60s);
    o.duration("send_timeout", "How long the network may take for a message").fallback(60s).at_least(1s).at_most(5min);
}

namespace {

modem_settings settings_of(const option_values& options, const remark& say) {
    return {.port = options.path("port"),
            .speed = static_cast<int>(options.integer("speed")),
            .pin = options.given("pin") ? std::string{options.secret("pin")} : std::string{},
            .store = options.choice("store"),
            .store_first = options.choice("sending") == "store",
            .timeout = options.duration("timeout"),
            .send_timeout = options.duration("send_timeout"),
            .say = say};
}

/// False: it can't be watched. True also for one that already is.
bool watch(int epoll, int fd) noexcept {
    epoll_event readable{};
    readable.events = EPOLLIN;
    return ::epoll_ctl(epoll, EPOLL_CTL_ADD, fd, &readable) == 0 || errno == EEXIST;
}

/// The service centre is assumed to be in the site's zone. Of an hour that comes twice, the first is taken.
local_to_utc to_utc(std::string_view zone) {
    return [zone = std::string{zone}, clock = std::shared_ptr<const kit::site_time>{}](std::int64_t local) mutable {
        if (!clock) clock = std::make_shared<const kit::site_time>(zone);
        return to_ns(clock->utc(kit::civil_time_of(local))) / 1'000'000'000;
    };
}

} // namespace

gsm_modem::gsm_modem(context& host)
    : host_{host}
    , port_{host.options().path(host.options().choice("transport") == "gammu" ? "folder" : "port")}
    , watch_{::epoll_create1(EPOLL_CLOEXEC)} {
    if (!watch_ || !watch(watch_.get(), closed_.fd())) throw std::system_error(errno, std::generic_category(), "epoll");
    closed_.ring();
    const remark say = [this](const char* event, const std::string& text) {
        host_.log(level::warning, event, kit::one_line(text, 500));
    };
    const auto settings = settings_of(host.options(), say);
    if (host.options().choice("transport") == "gammu") {
        if (port_.empty()) host.refuse("folder", "give the folder with gammu-smsd's inbox, outbox, sent and error");
        transport_ = std::make_unique<gammu_spool>(
            gammu_settings{port_, settings.send_timeout, to_utc(host.timezone()), say}, holder_waiter());
        return;
    }
    if (port_.empty()) host.refuse("port", "give the modem's serial port, or transport = \"gammu\" and its 'folder'");
    if (!kit::serial_port::knows(settings.speed))
        host.refuse("speed", "no such speed; 9600, 19200, 38400, 57600, 115200, 230400 and 460800 are usual");
    const bool digits =
        std::all_of(settings.pin.begin(), settings.pin.end(), [](char c) { return c >= '0' && c <= '9'; });
    if (!settings.pin.empty() && (!digits || settings.pin.size() < 4 || settings.pin.size() > 8))
        host.refuse("pin", "a PIN has 4 to 8 digits");
    transport_ = std::make_unique<modem>(settings, holder_waiter());
}

/// The transport waits as the node that has the turn.
kit::waiter gsm_modem::holder_waiter() {
    return {[this](std::span<releve_wait> fds, duration timeout) {
                if (holder_->wait(fds, timeout) == wake::stopped) throw stopped{};
            },
            [this] { return holder_->steady(); }};
}

void gsm_modem::stop() {
    transport_->close();
    update_watch();
}

/// A closed descriptor leaves the epoll automatically. Where it can't be watched, sweeps find what the modem has.
void gsm_modem::update_watch() noexcept {
    if (transport_->is_open()) {
        watch(watch_.get(), transport_->fd());
        closed_.silence();
    } else {
        closed_.ring();
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

namespace {

constexpr auto turn_timeout = 10min; // a node may send several messages in its turn

} // namespace

modem_turn::modem_turn(gsm_modem& of, context& node) try
    : of_{of}
    , held_{of.turn_, kit::waiter{node}, turn_timeout
} // namespace releve::sms
{ of_.holder_ = &node; }
catch (const kit::io_failure& e) {
    throw transient_error(of.port() + " " + e.what());
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
