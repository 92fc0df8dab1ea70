// SPDX-License-Identifier: MIT
#include "wayland/toplevel.hpp"

#include "parallax/text.hpp"

#include <algorithm>
#include <stdexcept>

namespace parallax::demo::wayland {
namespace {

constexpr std::uint32_t compositor_version = 4; // with damage in pixels of the buffer

/// True if a window of this size, in units of the compositor, has a pixel of its buffer for each of
/// the output: the scale that an output tells is rounded up. Also true where the compositor leaves
/// the size open.
bool fills(Extent units, const Output& output) {
    const auto scale = static_cast<std::uint64_t>(output.scale);
    const auto fits = [scale](std::uint64_t side, std::uint64_t pixels) {
        return side == 0 || (side * scale < pixels + scale && pixels < side * scale + scale);
    };
    return fits(units.width, output.extent.width) && fits(units.height, output.extent.height);
}

} // namespace

std::expected<std::unique_ptr<Toplevel>, Reasons> Toplevel::open(const Connection& connection,
                                                                 const Options& options) {
    if (connection.version_of(wl_compositor_interface.name) < compositor_version ||
        connection.version_of(xdg_wm_base_interface.name) == 0) {
        return std::unexpected(Reasons{"the compositor has no windows for this program: it lacks "
                                       "xdg_wm_base, or wl_compositor of version 4"});
    }
    std::unique_ptr<Toplevel> window(new Toplevel(connection));
    window->configure(options);
    if (options.full != nullptr && !fills(window->given_, *options.full)) {
        return std::unexpected(Reasons{text::format(
            "the compositor gives a window {}x{} units of {}, which has {}x{} pixels and a scale "
            "of {}: it scales pictures by another factor, or keeps a part for itself; choose a "
            "scale "
            "of a whole number, and hide its panels",
            window->given_.width, window->given_.height, options.full->name,
            options.full->extent.width, options.full->extent.height, options.full->scale)});
    }
    return window;
}

void Toplevel::configure(const Options& options) {
    static constexpr xdg_wm_base_listener shell_listener{
        .ping = [](void*, xdg_wm_base* shell, std::uint32_t serial) {
            ::xdg_wm_base_pong(shell, serial);
        }};
    static constexpr xdg_surface_listener surface_listener{
        .configure = [](void* data, xdg_surface* surface, std::uint32_t serial) {
            ::xdg_surface_ack_configure(surface, serial);
            static_cast<Toplevel*>(data)->configured_ = true;
        }};
    static constexpr xdg_toplevel_listener toplevel_listener{
        .configure =
            [](void* data, xdg_toplevel*, std::int32_t width, std::int32_t height, wl_array*) {
                static_cast<Toplevel*>(data)->given_ = {
                    .width = static_cast<std::uint32_t>(std::max(width, 0)),
                    .height = static_cast<std::uint32_t>(std::max(height, 0))};
            },
        .close = [](void* data, xdg_toplevel*) { static_cast<Toplevel*>(data)->closed_ = true; },
        .configure_bounds = [](void*, xdg_toplevel*, std::int32_t, std::int32_t) {},
        .wm_capabilities = [](void*, xdg_toplevel*, wl_array*) {}};
    extent_ = options.extent;
    compositor_.reset(connection_.bind<wl_compositor>(wl_compositor_interface, compositor_version));
    shell_.reset(connection_.bind<xdg_wm_base>(xdg_wm_base_interface, 1));
    ::xdg_wm_base_add_listener(shell_.get(), &shell_listener, nullptr);
    surface_.reset(::wl_compositor_create_surface(compositor_.get()));
    shell_surface_.reset(::xdg_wm_base_get_xdg_surface(shell_.get(), surface_.get()));
    ::xdg_surface_add_listener(shell_surface_.get(), &surface_listener, this);
    toplevel_.reset(::xdg_surface_get_toplevel(shell_surface_.get()));
    ::xdg_toplevel_add_listener(toplevel_.get(), &toplevel_listener, this);
    ::xdg_toplevel_set_title(toplevel_.get(), options.title.c_str());
    ::xdg_toplevel_set_app_id(toplevel_.get(), "parallax");
    if (options.full != nullptr) {
        ::xdg_toplevel_set_fullscreen(toplevel_.get(), options.full->proxy.get());
        ::wl_surface_set_buffer_scale(surface_.get(), options.full->scale);
    }
    // No pixel is blended with what is behind: the memory's colours are shown, whatever its alpha.
    const Proxy<wl_region> all(::wl_compositor_create_region(compositor_.get()));
    ::wl_region_add(all.get(), 0, 0, static_cast<std::int32_t>(extent_.width),
                    static_cast<std::int32_t>(extent_.height));
    ::wl_surface_set_opaque_region(surface_.get(), all.get());
    ::wl_surface_commit(surface_.get());
    if (!connection_.wait([this] { return configured_; }, Connection::patience)) {
        throw std::runtime_error("the compositor does not say where the window is to be");
    }
}

void Toplevel::show(Buffer& buffer) {
    static constexpr wl_callback_listener listener{
        .done = [](void* data, wl_callback*, std::uint32_t) {
            static_cast<Toplevel*>(data)->frame_.reset();
        }};
    ::wl_surface_attach(surface_.get(), buffer.get(), 0, 0);
    ::wl_surface_damage_buffer(surface_.get(), 0, 0, static_cast<std::int32_t>(extent_.width),
                               static_cast<std::int32_t>(extent_.height));
    frame_.reset(::wl_surface_frame(surface_.get()));
    ::wl_callback_add_listener(frame_.get(), &listener, this);
    buffer.lend();
    ::wl_surface_commit(surface_.get());
}

void Toplevel::close() {
    frame_.reset();
    toplevel_.reset();
    shell_surface_.reset();
    surface_.reset();
}

} // namespace parallax::demo::wayland
