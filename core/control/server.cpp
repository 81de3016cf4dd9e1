// SPDX-License-Identifier: Apache-2.0
// The one file that includes Boost.Asio.
#include "server.hpp"

#include "tap.hpp"

#include <releve/kit/io/descriptor.hpp>

#include <boost/asio/basic_socket_acceptor.hpp>
#include <boost/asio/generic/stream_protocol.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/write.hpp>

#include <fcntl.h>
#include <sys/socket.h>

#include <array>
#include <charconv>
#include <optional>
#include <set>
#include <string_view>

namespace releve::core {

namespace {

namespace asio = boost::asio;
using boost::system::error_code;
using protocol = asio::generic::stream_protocol;
using acceptor = asio::basic_socket_acceptor<protocol>;

std::string_view phrase_of(unsigned status) {
    switch (status) {
    case 200:
        return "OK";
    case 400:
        return "Bad Request";
    case 422:
        return "Unprocessable Content";
    case 404:
        return "Not Found";
    case 405:
        return "Method Not Allowed";
    case 500:
        return "Internal Server Error";
    case 502:
        return "Bad Gateway";
    default:
        return "Service Unavailable";
    }
}

std::string head_of(const response& made) {
    std::string head = "HTTP/1.1 " + std::to_string(made.status) + " ";
    head += phrase_of(made.status);
    head += "\r\nServer: releve\r\nConnection: close\r\nCache-Control: no-store\r\nContent-Type: " + made.type;
    if (made.status == 405) head += "\r\nAllow: GET, HEAD, POST";
    head += made.records ? "\r\nTransfer-Encoding: chunked\r\n\r\n"
                         : "\r\nContent-Length: " + std::to_string(made.body.size()) + "\r\n\r\n";
    return head;
}

/// -1: there is none.
int spare_descriptor() { return open("/dev/null", O_RDONLY | O_CLOEXEC); }

std::string chunk_of(std::string_view text) {
    std::array<char, 16> size{};
    const char* end = std::to_chars(size.data(), size.data() + size.size(), text.size(), 16).ptr;
    std::string made(size.data(), static_cast<std::size_t>(end - size.data()));
    return ((made += "\r\n") += text) += "\r\n";
}

} // namespace

struct server::inside {
    /// Those who came over one of the sockets: what the network takes never lacks to the Unix socket.
    struct clients {
        std::size_t open = 0;
        std::size_t sending = 0; // bytes of responses, but for taps, which have their own bound
    };
    std::set<session*> open; // outlives io, whose destructor destroys them
    clients local_clients, network_clients;
    asio::io_context io{1}; // one thread runs it; others only post
    handler handle;
    std::function<void()> tick;
    std::chrono::milliseconds timeout;
    struct listener {
        acceptor on;
        asio::steady_timer pause;
        clients* of;
    };
    std::optional<listener> local, network;
    asio::steady_timer ticking{io};
    kit::descriptor reserve{spare_descriptor()};
    void keep_reserve() {
        if (!reserve) reserve.reset(spare_descriptor());
    }

    inside(handler h, std::function<void()> t, std::chrono::milliseconds p)
        : handle{std::move(h)}
        , tick{std::move(t)}
        , timeout{p} {}
    void listen(std::optional<listener>& at, int fd);
    void accept(listener& at);
    void tick_later();
};

/// One connection: lives while it waits for something.
class server::session : public std::enable_shared_from_this<session> {
public:
    session(inside& of, protocol::socket socket, inside::clients& among)
        : of_{of}
        , among_{among}
        , socket_{std::move(socket)}
        , timer_{of.io} {
        of_.open.insert(this);
        ++among_.open;
    }
    ~session() {
        among_.sending -= sending_;
        --among_.open;
        of_.open.erase(this);
        error_code ignored;
        socket_.close(ignored);
        of_.keep_reserve();
    }
    session(const session&) = delete;
    session& operator=(const session&) = delete;

    void begin() {
        close_later();
        read();
    }
    void close() {
        const auto last = std::move(awaited_); // may be all that keeps this alive
        tap_.reset();
        timer_.cancel();
        error_code ignored;
        socket_.close(ignored);
    }

private:
    void read() {
        socket_.async_read_some(asio::buffer(bytes_), [me = shared_from_this()](error_code error, std::size_t size) {
            if (error) return me->close();
            const auto state = me->reader_.feed({me->bytes_.data(), size});
            if (state == http_state::needs_more) return me->read();
            me->respond(state == http_state::whole ? me->handled()
                                                   : response{400, plain_text, me->reader_.why() + "\n"});
        });
    }
    response handled() {
        if (among_.open > max_connections) return {503, plain_text, "too many clients at once\n"};
        try {
            auto made = of_.handle(reader_.read(), &among_ == &of_.local_clients);
            if (among_.sending != 0 && among_.sending + made.body.size() > max_sending)
                return {503, plain_text, "too many clients at once, who take their responses slowly\n"};
            return made;
        } catch (const std::exception& e) {
            return {500, plain_text, std::string{e.what()} + "\n"};
        }
    }
    void respond(const response& made) {
        if (made.later) {
            timer_.cancel(); // what is under way has its own timeout
            awaited_ = shared_from_this();
            return made.later([&io = of_.io, me = weak_from_this()](response done) {
                asio::post(io, [me, done = std::move(done)] {
                    const auto still = me.lock();
                    if (!still) return;
                    still->awaited_.reset();
                    still->respond(done);
                });
            });
        }
        out_ = head_of(made);
        const bool head_only = reader_.read().method == "HEAD";
        if (made.records && !head_only) {
            auto wake = [&io = of_.io, me = weak_from_this()] {
                asio::post(io, [me] {
                    if (const auto still = me.lock()) still->flow();
                });
            };
            tap_ = made.records(std::move(wake));
            timer_.cancel(); // a tap lasts as long as its client
            watch_for_end();
        } else {
            if (!head_only) out_ += made.body;
            among_.sending += out_.size() - sending_;
            sending_ = out_.size();
            close_later();
        }
        write();
    }
    void write() {
        writing_ = true;
        asio::async_write(socket_, asio::buffer(out_), [me = shared_from_this()](error_code error, std::size_t) {
            me->writing_ = false;
            if (error) return me->close();
            if (me->tap_) return me->flow();
            me->socket_.shutdown(protocol::socket::shutdown_send, error);
            me->watch_for_end(); // closed with unread bytes, the client might not see its response
        });
    }
    /// Sends what the tap has; when that is nothing, the tap will call flow() again.
    void flow() {
        if (writing_ || !tap_) return;
        const auto text = tap_->take();
        if (text.empty()) return;
        out_ = chunk_of(text);
        write();
    }
    /// Passes over what a client sends after its request, up to a bound.
    void watch_for_end() {
        socket_.async_read_some(asio::buffer(bytes_), [me = shared_from_this()](error_code error, std::size_t size) {
            me->passed_over_ += size;
            return error || me->passed_over_ > max_passed_over ? me->close() : me->watch_for_end();
        });
    }
    void close_later() {
        timer_.expires_after(of_.timeout);
        timer_.async_wait([me = weak_from_this()](error_code error) {
            if (const auto still = me.lock(); still && !error) still->close();
        });
    }

    inside& of_;
    inside::clients& among_;
    protocol::socket socket_;
    asio::steady_timer timer_;
    std::array<char, 4096> bytes_{};
    request_reader reader_;
    std::string out_;
    std::unique_ptr<tap> tap_;
    std::shared_ptr<session> awaited_; // itself, while its response is awaited: it ends only on the server's thread
    bool writing_ = false;
    std::size_t passed_over_ = 0, sending_ = 0; // bytes
};

void server::inside::listen(std::optional<listener>& at, int fd) {
    if (fd < 0) return;
    sockaddr_storage address{};
    socklen_t size = sizeof address;
    getsockname(fd, reinterpret_cast<sockaddr*>(&address), &size);
    at.emplace(listener{acceptor{io, protocol{address.ss_family, 0}, fd}, asio::steady_timer{io},
                        &at == &local ? &local_clients : &network_clients});
    accept(*at);
}

void server::inside::accept(listener& at) {
    at.on.async_accept([this, &at](error_code error, protocol::socket socket) {
        if (error == asio::error::operation_aborted) return;
        if (!error) {
            // Up to twice as many get a 503; more are closed at once.
            if (at.of->open < 2 * max_connections) std::make_shared<session>(*this, std::move(socket), *at.of)->begin();
            return accept(at);
        }
        if (reserve) { // out of descriptors: this one is for whoever wants to know why
            reserve.reset();
            return accept(at);
        }
        at.pause.expires_after(std::chrono::seconds{1}); // some may be closed meanwhile
        at.pause.async_wait([this, &at](error_code stopped) {
            if (!stopped) accept(at);
        });
    });
}

void server::inside::tick_later() {
    ticking.expires_after(tick_interval);
    ticking.async_wait([this](error_code error) {
        if (error) return;
        keep_reserve();
        tick();
        tick_later();
    });
}

server::server(int local_socket, int network_socket, handler handle, std::function<void()> tick,
               std::chrono::milliseconds timeout)
    : inside_{std::make_unique<inside>(std::move(handle), std::move(tick), timeout)} {
    inside_->listen(inside_->local, local_socket);
    inside_->listen(inside_->network, network_socket);
    inside_->tick_later();
    thread_ = std::thread{[this] { inside_->io.run(); }};
}

server::~server() {
    inside_->io.stop();
    thread_.join();
    const auto all = inside_->open; // none of them may be woken while io is destroyed
    for (auto* one : all) one->close();
}

} // namespace releve::core
