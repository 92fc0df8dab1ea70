// SPDX-License-Identifier: MIT
#include "wayland/proxy.hpp"

#include <linux-dmabuf-unstable-v1-client.h>
#include <wayland-client-protocol.h>
#include <weston-output-capture-client.h>
#include <wlr-screencopy-unstable-v1-client.h>
#include <xdg-shell-client.h>

namespace parallax::demo::wayland {

void Destroy::operator()(weston_capture_source_v1* object) const noexcept {
    ::weston_capture_source_v1_destroy(object);
}

void Destroy::operator()(weston_capture_v1* object) const noexcept {
    ::weston_capture_v1_destroy(object);
}

void Destroy::operator()(wl_buffer* object) const noexcept {
    ::wl_buffer_destroy(object);
}

void Destroy::operator()(wl_callback* object) const noexcept {
    ::wl_callback_destroy(object);
}

void Destroy::operator()(wl_compositor* object) const noexcept {
    ::wl_compositor_destroy(object);
}

void Destroy::operator()(wl_output* object) const noexcept {
    ::wl_output_release(object);
}

void Destroy::operator()(wl_region* object) const noexcept {
    ::wl_region_destroy(object);
}

void Destroy::operator()(wl_shm* object) const noexcept {
    ::wl_shm_destroy(object);
}

void Destroy::operator()(wl_shm_pool* object) const noexcept {
    ::wl_shm_pool_destroy(object);
}

void Destroy::operator()(wl_surface* object) const noexcept {
    ::wl_surface_destroy(object);
}

void Destroy::operator()(xdg_surface* object) const noexcept {
    ::xdg_surface_destroy(object);
}

void Destroy::operator()(xdg_toplevel* object) const noexcept {
    ::xdg_toplevel_destroy(object);
}

void Destroy::operator()(xdg_wm_base* object) const noexcept {
    ::xdg_wm_base_destroy(object);
}

void Destroy::operator()(zwlr_screencopy_frame_v1* object) const noexcept {
    ::zwlr_screencopy_frame_v1_destroy(object);
}

void Destroy::operator()(zwlr_screencopy_manager_v1* object) const noexcept {
    ::zwlr_screencopy_manager_v1_destroy(object);
}

void Destroy::operator()(zwp_linux_buffer_params_v1* object) const noexcept {
    ::zwp_linux_buffer_params_v1_destroy(object);
}

void Destroy::operator()(zwp_linux_dmabuf_feedback_v1* object) const noexcept {
    ::zwp_linux_dmabuf_feedback_v1_destroy(object);
}

void Destroy::operator()(zwp_linux_dmabuf_v1* object) const noexcept {
    ::zwp_linux_dmabuf_v1_destroy(object);
}

} // namespace parallax::demo::wayland
