// SPDX-License-Identifier: MIT
#pragma once

#include <memory>

struct weston_capture_source_v1;
struct weston_capture_v1;
struct wl_buffer;
struct wl_callback;
struct wl_compositor;
struct wl_output;
struct wl_region;
struct wl_shm;
struct wl_shm_pool;
struct wl_surface;
struct xdg_surface;
struct xdg_toplevel;
struct xdg_wm_base;
struct zwlr_screencopy_frame_v1;
struct zwlr_screencopy_manager_v1;
struct zwp_linux_buffer_params_v1;
struct zwp_linux_dmabuf_feedback_v1;
struct zwp_linux_dmabuf_v1;

namespace parallax::demo::wayland {

/// Destroys an object of a protocol by its own request.
struct Destroy {
    void operator()(weston_capture_source_v1* object) const noexcept;
    void operator()(weston_capture_v1* object) const noexcept;
    void operator()(wl_buffer* object) const noexcept;
    void operator()(wl_callback* object) const noexcept;
    void operator()(wl_compositor* object) const noexcept;
    void operator()(wl_output* object) const noexcept;
    void operator()(wl_region* object) const noexcept;
    void operator()(wl_shm* object) const noexcept;
    void operator()(wl_shm_pool* object) const noexcept;
    void operator()(wl_surface* object) const noexcept;
    void operator()(xdg_surface* object) const noexcept;
    void operator()(xdg_toplevel* object) const noexcept;
    void operator()(xdg_wm_base* object) const noexcept;
    void operator()(zwlr_screencopy_frame_v1* object) const noexcept;
    void operator()(zwlr_screencopy_manager_v1* object) const noexcept;
    void operator()(zwp_linux_buffer_params_v1* object) const noexcept;
    void operator()(zwp_linux_dmabuf_feedback_v1* object) const noexcept;
    void operator()(zwp_linux_dmabuf_v1* object) const noexcept;
};

/// An owned object of a protocol. The connection must outlive it.
template <typename Object>
using Proxy = std::unique_ptr<Object, Destroy>;

} // namespace parallax::demo::wayland
