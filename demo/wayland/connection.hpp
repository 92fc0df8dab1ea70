// SPDX-License-Identifier: MIT
#pragma once

#include "process/stop_signal.hpp"

#include "parallax/error.hpp"

#include <wayland-client-core.h>

#include <chrono>
#include <cstdint>
#include <expected>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

struct wl_registry;

namespace parallax::demo::wayland {

/// A connection with a compositor, and the list of what that has. Owned; everything made by it ends
/// before it.
class Connection {
public:
    /// @param name of the compositor's socket; empty for that of WAYLAND_DISPLAY.
    /// @return the connection, or why there is none.
    /// @throws std::runtime_error as round_trip().
    [[nodiscard]] static std::expected<std::unique_ptr<Connection>, Reasons>
    open(const std::string& name);

    Connection(const Connection&) = delete;
    Connection& operator=(const Connection&) = delete;
    Connection(Connection&&) = delete;
    Connection& operator=(Connection&&) = delete;
    ~Connection();

    /// The version of an interface that the compositor has; 0 if it has none.
    [[nodiscard]] std::uint32_t version_of(std::string_view interface) const;

    /// The first global object of an interface, of version @p newest or what the compositor has.
    /// @return null if it has none. Owned by the caller.
    template <typename Object>
    [[nodiscard]] Object* bind(const wl_interface& interface, std::uint32_t newest) const {
        const std::vector<Object*> all = bind_all<Object>(interface, newest, 1);
        return all.empty() ? nullptr : all.front();
    }
    /// The same of all objects of an interface, @p most at most.
    template <typename Object>
    [[nodiscard]] std::vector<Object*> bind_all(const wl_interface& interface, std::uint32_t newest,
                                                std::size_t most = 64) const {
        std::vector<Object*> objects;
        for (const Global& global : globals_) {
            if (global.interface == interface_name(interface) && objects.size() < most) {
                objects.push_back(static_cast<Object*>(bind_one(global, interface, newest)));
            }
        }
        return objects;
    }

    /// Has events handled until @p done or the time is over.
    /// @return true once it is done.
    /// @throws std::runtime_error when the compositor ends the connection or reports a mistake.
    bool wait(const std::function<bool()>& done, std::chrono::milliseconds limit,
              Interrupt unwanted = {}) const;

    /// Waits until the compositor has handled all requests and their events have been handled here.
    /// @throws std::runtime_error as wait(), or when it is silent for ten seconds.
    void round_trip() const;

    /// The time that a compositor gets for anything.
    static constexpr std::chrono::seconds patience{10};

private:
    struct Global {
        std::uint32_t name;
        std::string interface;
        std::uint32_t version;
    };

    explicit Connection(wl_display* display);
    [[nodiscard]] static std::string_view interface_name(const wl_interface& interface);
    [[nodiscard]] void* bind_one(const Global& global, const wl_interface& interface,
                                 std::uint32_t newest) const;
    [[noreturn]] void throw_error() const;

    wl_display* display_;
    wl_registry* registry_ = nullptr;
    std::vector<Global> globals_;
};

} // namespace parallax::demo::wayland
