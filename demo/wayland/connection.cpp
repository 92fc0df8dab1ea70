// SPDX-License-Identifier: MIT
#include "wayland/connection.hpp"

#include "wayland/proxy.hpp"

#include "parallax/printable.hpp"
#include "parallax/text.hpp"

#include <poll.h>
#include <wayland-client-protocol.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdarg>
#include <cstdlib>
#include <cstring>
#include <stdexcept>
#include <utility>

namespace parallax::demo::wayland {
namespace {

using Clock = std::chrono::steady_clock;

/// The milliseconds until then, for poll().
int left_until(Clock::time_point end) {
    const auto left = std::chrono::ceil<std::chrono::milliseconds>(end - Clock::now());
    return static_cast<int>(std::max(left, std::chrono::milliseconds(0)).count());
}

} // namespace

std::expected<std::unique_ptr<Connection>, Reasons> Connection::open(const std::string& name) {
    ::wl_log_set_handler_client([](const char*, va_list) {}); // what it says is said here
    wl_display* const display = ::wl_display_connect(name.empty() ? nullptr : name.c_str());
    if (display != nullptr) {
        std::unique_ptr<Connection> connection(new Connection(display));
        connection->round_trip();
        return connection;
    }
    const char* const socket = std::getenv("WAYLAND_DISPLAY");
    const int error = errno;
    if (name.empty() && (socket == nullptr || *socket == '\0')) {
        return std::unexpected(Reasons{"there is no Wayland compositor here: WAYLAND_DISPLAY is "
                                       "not set, and --compositor names none"});
    }
    return std::unexpected(Reasons{text::format(
        "no Wayland compositor answers at the socket '{}' (XDG_RUNTIME_DIR is its folder): {}",
        printable(name.empty() ? socket : name), std::strerror(error))});
}

Connection::Connection(wl_display* display) : display_(display) {
    static constexpr wl_registry_listener listener{
        .global =
            [](void* self, wl_registry*, std::uint32_t global, const char* interface,
               std::uint32_t version) {
                static_cast<Connection*>(self)->globals_.push_back(
                    {.name = global, .interface = interface, .version = version});
            },
        .global_remove =
            [](void* self, wl_registry*, std::uint32_t global) {
                std::erase_if(static_cast<Connection*>(self)->globals_,
                              [&](const Global& each) { return each.name == global; });
            }};
    registry_ = ::wl_display_get_registry(display_);
    ::wl_registry_add_listener(registry_, &listener, this);
}

Connection::~Connection() {
    ::wl_registry_destroy(registry_);
    ::wl_display_disconnect(display_);
}

std::uint32_t Connection::version_of(std::string_view interface) const {
    const auto found = std::ranges::find(globals_, interface, &Global::interface);
    return found == globals_.end() ? 0 : found->version;
}

std::string_view Connection::interface_name(const wl_interface& interface) {
    return interface.name;
}

void* Connection::bind_one(const Global& global, const wl_interface& interface,
                           std::uint32_t newest) const {
    return ::wl_registry_bind(registry_, global.name, &interface, std::min(global.version, newest));
}

bool Connection::wait(const std::function<bool()>& done, std::chrono::milliseconds limit,
                      Interrupt unwanted) const {
    const auto end = Clock::now() + limit;
    for (;;) {
        while (::wl_display_prepare_read(display_) != 0) {
            if (::wl_display_dispatch_pending(display_) < 0) {
                throw_error();
            }
        }
        if (done()) {
            ::wl_display_cancel_read(display_);
            return true;
        }
        const bool blocked = ::wl_display_flush(display_) < 0 && errno == EAGAIN;
        const short events = blocked ? POLLIN | POLLOUT : POLLIN;
        std::array<pollfd, 2> waiting{
            {{.fd = ::wl_display_get_fd(display_), .events = events, .revents = 0},
             {.fd = unwanted.fd, .events = unwanted.events, .revents = 0}}};
        const int ready = ::poll(waiting.data(), waiting.size(), left_until(end));
        if (ready < 0 && errno == EINTR) {
            ::wl_display_cancel_read(display_);
            continue;
        }
        if (ready <= 0 || waiting[1].revents != 0) {
            ::wl_display_cancel_read(display_);
            return false;
        }
        if (::wl_display_read_events(display_) < 0 || ::wl_display_dispatch_pending(display_) < 0) {
            throw_error();
        }
    }
}

void Connection::round_trip() const {
    bool done = false;
    static constexpr wl_callback_listener listener{
        .done = [](void* flag, wl_callback*, std::uint32_t) { *static_cast<bool*>(flag) = true; }};
    const Proxy<wl_callback> callback(::wl_display_sync(display_));
    ::wl_callback_add_listener(callback.get(), &listener, &done);
    if (!wait([&] { return done; }, patience)) {
        throw std::runtime_error(text::format("the compositor was silent for {}", patience));
    }
}

void Connection::throw_error() const {
    const int error = ::wl_display_get_error(display_);
    if (error == EPROTO) {
        const wl_interface* interface = nullptr;
        std::uint32_t id = 0;
        const std::uint32_t code = ::wl_display_get_protocol_error(display_, &interface, &id);
        throw std::runtime_error(
            text::format("the compositor ended the connection: error {} of {}", code,
                         interface != nullptr ? interface->name : "an object that is gone"));
    }
    throw std::runtime_error(
        text::format("the connection with the compositor was lost: {}", std::strerror(error)));
}

} // namespace parallax::demo::wayland
