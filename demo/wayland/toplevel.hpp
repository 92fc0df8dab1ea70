// SPDX-License-Identifier: MIT
#pragma once

#include "wayland/connection.hpp"
#include "wayland/dmabuf.hpp"
#include "wayland/output.hpp"
#include "wayland/proxy.hpp"

#include "parallax/image/layout.hpp"

#include <wayland-client-protocol.h>
#include <xdg-shell-client.h>

#include <cstdint>
#include <expected>
#include <memory>
#include <string>

namespace parallax::demo::wayland {

/// A window of the compositor: a surface on which buffers are shown, pixel by pixel. Owned.
class Toplevel {
public:
    struct Options {
        std::string title;
        Extent extent;                ///< of the buffers, pixels
        const Output* full = nullptr; ///< the output to fill; null for a window among others
    };

    /// Opens the window, which is empty until the first buffer.
    /// @return it, or why the compositor has no windows.
    /// @throws std::runtime_error as Connection::wait(), or when it does not configure the window.
    [[nodiscard]] static std::expected<std::unique_ptr<Toplevel>, Reasons>
    open(const Connection& connection, const Options& options);

    Toplevel(const Toplevel&) = delete;
    Toplevel& operator=(const Toplevel&) = delete;
    Toplevel(Toplevel&&) = delete;
    Toplevel& operator=(Toplevel&&) = delete;
    ~Toplevel() = default;

    /// Commits a buffer, all of whose pixels may have changed. may_draw() is false until the
    /// compositor asks for the next.
    void show(Buffer& buffer);

    /// Ends the window, so that the compositor releases the last buffer: weston's GL renderer keeps
    /// the one of a surface that is merely hidden. Nothing can be shown after that.
    void close();

    /// The compositor has asked for the next frame (wl_surface.frame), or for the first.
    [[nodiscard]] bool may_draw() const noexcept { return frame_ == nullptr; }
    /// The user has closed the window.
    [[nodiscard]] bool closed() const noexcept { return closed_; }

private:
    explicit Toplevel(const Connection& connection) : connection_(connection) {}
    void configure(const Options& options);

    const Connection& connection_;
    Extent extent_;
    Extent given_; // by the compositor, in its units
    Proxy<wl_compositor> compositor_;
    Proxy<xdg_wm_base> shell_;
    Proxy<wl_surface> surface_;
    Proxy<xdg_surface> shell_surface_;
    Proxy<xdg_toplevel> toplevel_;
    Proxy<wl_callback> frame_;
    bool configured_ = false;
    bool closed_ = false;
};

} // namespace parallax::demo::wayland
