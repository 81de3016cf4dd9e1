// SPDX-License-Identifier: Apache-2.0
// All of Asio is here: one thread, one io_context, any number of devices.
#include "server.hpp"

#include "control.hpp"

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/signal_set.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/write.hpp>

#include <algorithm>
#include <array>
#include <chrono>
#include <csignal>
#include <cstdio>
#include <memory>
#include <set>
#include <stdexcept>

namespace wes_simulator {
namespace {

namespace asio = boost::asio;
using asio::ip::tcp;
using boost::system::error_code;
using seconds = std::chrono::duration<double>;

class host;

std::chrono::steady_clock::duration real(double s) {
    return std::chrono::duration_cast<std::chrono::steady_clock::duration>(seconds{s});
}

// One connection: one segment in, one reply out, closed; or, when it begins with a lower-case letter, which no HTTP
// method does, M2M: lines in, replies out, until the client closes.
class session final : public std::enable_shared_from_this<session> {
public:
    session(tcp::socket socket, host& at)
        : socket_{std::move(socket)}
        , timer_{socket_.get_executor()}
        , at_{at} {}
    ~session();
    session(const session&) = delete;
    session& operator=(const session&) = delete;

    void start();
    // Sends a reply that the fault `slow` holds back.
    void release() {
        if (!held_) return;
        set_held(false);
        timer_.cancel();
        write(0);
    }
    void abort() {
        error_code ignored;
        socket_.set_option(asio::socket_base::linger{true, 0}, ignored); // cut, not closed
        socket_.close(ignored);
        timer_.cancel();
    }

private:
    void answer(std::string_view segment);
    void answer_line();
    void read_lines();
    void write(std::size_t from);
    void write_after(double delay_s, std::size_t from);
    void hold();
    void set_held(bool held);
    void finish();
    void drain();

    tcp::socket socket_;
    asio::steady_timer timer_;
    host& at_;
    std::array<char, 2048> segment_{}; // as much as a device looks at
    reply reply_;
    std::string lines_; // M2M: not yet answered
    bool m2m_ = false;
    bool counted_ = false; // in the host's `answering`
    bool held_ = false;    // likewise in `held`
    std::uint32_t random_ = 1;
};

// One device and its port.
class host {
public:
    host(asio::io_context& loop, device_setting setting, const serving& settings, std::uint16_t port)
        : device{std::move(setting)}
        , acceptor_{loop}
        , timer_{loop}
        , log_timer_{loop}
        , speed_{settings.speed}
        , began_{std::chrono::steady_clock::now()} {
        const auto address = asio::ip::make_address(settings.address);
        endpoint_ = tcp::endpoint{address, port};
        bind();
        endpoint_ = acceptor_.local_endpoint();
        apply(settings.fault);
        if (settings.fault.kind != fault::dead && settings.fault.kind != fault::reboot) listen();
        if (!device.setting().log.empty()) keep_log();
    }

    std::uint16_t port() const { return endpoint_.port(); }
    std::string address() const { return endpoint_.address().to_string(); }

    // Brings the household to the present of the simulated clock.
    void catch_up() {
        const seconds real_s = std::chrono::steady_clock::now() - began_;
        device.advance_to(device.setting().start_s + static_cast<std::int64_t>(real_s.count() * speed_ + advanced_s));
    }

    // Takes a fault up; the port follows: bound but not listening refuses connections and loses the port to nobody.
    void apply(fault_setting now) {
        timer_.cancel();
        const bool was_down =
            device.current_fault().kind == fault::dead || device.current_fault().kind == fault::reboot;
        const bool is_down = now.kind == fault::dead || now.kind == fault::reboot;
        device.set_fault(now);
        if (is_down) {
            for (session* each : std::set<session*>{sessions}) each->abort();
            if (!was_down) bind();
        } else {
            for (session* each : std::set<session*>{sessions}) each->release();
            if (was_down) listen();
        }
        if (now.kind != fault::reboot) return;
        timer_.expires_after(real(now.seconds));
        timer_.async_wait([this](error_code error) {
            if (!error) apply({});
        });
    }

    // Lets go of everything that waits: the loop has only to run its handlers.
    void close() {
        error_code ignored;
        acceptor_.close(ignored);
        timer_.cancel();
        log_timer_.cancel();
        for (session* each : std::set<session*>{sessions}) each->abort();
    }

    wes_simulator::device device;
    double advanced_s = 0;
    std::set<session*> sessions;
    std::uint64_t connections = 0, requests = 0, answering = 0, max_answering = 0, held = 0;
    std::vector<host*>* all = nullptr;

private:
    void bind() {
        error_code error;
        acceptor_.close(error);
        acceptor_.open(endpoint_.protocol(), error);
        acceptor_.set_option(tcp::acceptor::reuse_address{true}, error);
        acceptor_.bind(endpoint_, error);
        if (error) {
            throw std::runtime_error("cannot use " + endpoint_.address().to_string() + ":" +
                                     std::to_string(endpoint_.port()) + ": " + error.message());
        }
    }
    void listen() {
        error_code error;
        acceptor_.listen(asio::socket_base::max_listen_connections, error);
        if (error) {
            throw std::runtime_error("cannot listen on " + endpoint_.address().to_string() + ":" +
                                     std::to_string(endpoint_.port()) + ": " + error.message() +
                                     "; is another program there?");
        }
        accept();
    }
    // Rows are due also when nobody asks.
    void keep_log() {
        log_timer_.expires_after(std::chrono::seconds{1});
        log_timer_.async_wait([this](error_code error) {
            if (error) return;
            catch_up();
            keep_log();
        });
    }
    void accept() {
        acceptor_.async_accept([this](error_code error, tcp::socket socket) {
            if (error == asio::error::operation_aborted || !acceptor_.is_open()) return;
            if (error) { // out of descriptors: waiting clients are served when some are free again
                timer_.expires_after(real(0.1));
                timer_.async_wait([this](error_code cancelled) {
                    if (!cancelled) accept();
                });
                return;
            }
            ++connections;
            error_code ignored;
            socket.set_option(tcp::no_delay{true}, ignored);
            std::make_shared<session>(std::move(socket), *this)->start();
            accept();
        });
    }

    tcp::acceptor acceptor_;
    tcp::endpoint endpoint_;
    asio::steady_timer timer_, log_timer_;
    double speed_;
    std::chrono::steady_clock::time_point began_;
};

session::~session() {
    at_.sessions.erase(this);
    set_held(false);
    if (counted_) --at_.answering;
}

void session::start() {
    at_.sessions.insert(this);
    socket_.async_read_some(asio::buffer(segment_), [self = shared_from_this()](error_code error, std::size_t size) {
        if (!error) self->answer({self->segment_.data(), size});
    });
}

void session::read_lines() {
    socket_.async_read_some(asio::buffer(segment_), [self = shared_from_this()](error_code error, std::size_t size) {
        if (error || self->lines_.size() > self->segment_.size()) return;
        self->lines_.append(self->segment_.data(), size);
        self->answer_line();
    });
}

void session::answer_line() {
    const auto end = lines_.find('\n');
    if (end == std::string::npos) return read_lines();
    auto command = lines_.substr(0, end);
    lines_.erase(0, end + 1);
    while (!command.empty() && (command.back() == '\r' || command.back() == ' ')) command.pop_back();
    if (command.empty()) return answer_line();
    at_.catch_up();
    ++at_.requests;
    counted_ = true;
    at_.max_answering = std::max(at_.max_answering, ++at_.answering);
    reply_ = at_.device.answer_m2m(command);
    random_ = static_cast<std::uint32_t>(at_.device.setting().seed + at_.requests);
    if (reply_.delay_s <= 0) return write(0);
    hold();
}

void session::set_held(bool held) {
    if (held != held_) at_.held += held ? 1U : std::uint64_t{0} - 1;
    held_ = held;
}

void session::hold() {
    set_held(true);
    timer_.expires_after(real(reply_.delay_s));
    timer_.async_wait([self = shared_from_this()](error_code error) {
        if (!error) self->release();
    });
}

void session::write_after(double delay_s, std::size_t from) {
    timer_.expires_after(real(delay_s));
    timer_.async_wait([self = shared_from_this(), from](error_code error) {
        if (!error) self->write(from);
    });
}

void session::answer(std::string_view segment) {
    if (!segment.empty() && segment.front() >= 'a' && segment.front() <= 'z') {
        m2m_ = true;
        lines_ = segment;
        return answer_line();
    }
    at_.catch_up();
    if (const auto order = control_in(segment)) {
        host* target = &at_;
        for (host* each : *at_.all) {
            if (each->port() == order->port) target = each;
        }
        target->catch_up();
        reply_.bytes = control_reply(*order);
        if (order->what == control::show) {
            reply_.bytes += target->device.truth_text() + "connections " + std::to_string(target->connections) +
                            "\nrequests " + std::to_string(target->requests) + "\nanswering " +
                            std::to_string(target->answering) + "\nheld " + std::to_string(target->held) +
                            "\nmax_answering " + std::to_string(target->max_answering) + "\n";
        } else if (order->what == control::advance) {
            target->advanced_s += order->seconds;
            target->catch_up();
        } else if (order->what == control::set_fault) {
            at_.sessions.erase(this); // this connection survives, for its reply
            target->apply(order->fault);
        }
        write(0);
        return;
    }
    ++at_.requests;
    counted_ = true;
    at_.max_answering = std::max(at_.max_answering, ++at_.answering);
    reply_ = at_.device.answer(segment);
    random_ = static_cast<std::uint32_t>(at_.device.setting().seed + at_.requests);
    if (reply_.delay_s <= 0) {
        write(0);
        return;
    }
    hold();
    drain(); // to notice a client that gives up
}

// All at once, or (fault `split`) one to forty bytes a segment, or two segments with a pause between them.
void session::write(std::size_t from) {
    if (from == reply_.bytes.size()) return finish();
    std::size_t size = reply_.bytes.size() - from;
    if (reply_.in_pieces && reply_.first_piece != 0) {
        if (from == 0) size = std::min(size, reply_.first_piece);
        const auto rest = [self = shared_from_this(), at = from + size](error_code error, std::size_t) {
            if (!error) self->write_after(0.005, at);
        };
        asio::async_write(socket_, asio::buffer(reply_.bytes.data() + from, size), rest);
        return;
    }
    if (reply_.in_pieces) {
        random_ = random_ * 1664525U + 1013904223U;
        size = std::min<std::size_t>(size, 1 + (random_ >> 16U) % 40);
    }
    const auto written = [self = shared_from_this(), from, size](error_code error, std::size_t) {
        if (!error) self->write(from + size);
    };
    asio::async_write(socket_, asio::buffer(reply_.bytes.data() + from, size), written);
}

void session::finish() {
    if (counted_) --at_.answering;
    counted_ = false;
    if (m2m_ && at_.device.current_fault().kind != fault::cut) return answer_line();
    if (reply_.reboot) {
        at_.sessions.erase(this); // a client that sees the end of this reply finds the port closed
        at_.apply(*fault_named("reboot"));
    }
    if (reply_.cut) return abort();
    error_code ignored;
    socket_.shutdown(tcp::socket::shutdown_send, ignored);
    if (reply_.delay_s > 0) return; // drain() is under way
    drain();
}

// Until the client has closed too, so that nothing unread turns the close into a cut.
void session::drain() {
    socket_.async_read_some(asio::buffer(segment_), [self = shared_from_this()](error_code error, std::size_t) {
        if (error) {
            self->timer_.cancel();
        } else {
            self->drain();
        }
    });
}

} // namespace

void serve(const serving& settings, std::vector<device_setting> devices) {
    asio::io_context loop{1};
    std::vector<std::unique_ptr<host>> hosts;
    std::vector<host*> all;
    for (std::size_t i = 0; i < devices.size(); ++i) {
        const auto port = settings.port == 0 ? std::uint16_t{0} : static_cast<std::uint16_t>(settings.port + i);
        hosts.push_back(std::make_unique<host>(loop, std::move(devices[i]), settings, port));
        all.push_back(hosts.back().get());
    }
    for (const auto& each : hosts) each->all = &all;
    asio::signal_set signals{loop, SIGTERM, SIGINT};
    signals.async_wait([&](error_code, int) { loop.stop(); });
    for (const auto& each : hosts) {
        std::printf("listening on %s:%u\n", each->address().c_str(), static_cast<unsigned>(each->port()));
    }
    std::fflush(stdout);
    loop.run();
    for (const auto& each : hosts) each->close();
    loop.restart();
    loop.poll(); // the sessions end before their hosts
}

} // namespace wes_simulator
