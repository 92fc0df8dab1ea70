// SPDX-License-Identifier: MIT
#include "wayland/screenshot.hpp"

#include "wayland/proxy.hpp"
#include "wayland/shm_picture.hpp"

#include "parallax/image/pixels.hpp"
#include "parallax/printable.hpp"
#include "parallax/text.hpp"

#include <drm_fourcc.h>
#include <wlr-screencopy-unstable-v1-client.h>

#include <algorithm>
#include <optional>
#include <stdexcept>

namespace parallax::demo::wayland {
namespace {

/// What the compositor wants and says.
struct Copy {
    std::optional<ImageLayout> layout;
    bool from_below = false; // the last row first
    bool ready = false;
    bool failed = false;
};

Copy& copy_of(void* data) {
    return *static_cast<Copy*>(data);
}

std::uint32_t fourcc_of(std::uint32_t shm_format) {
    switch (shm_format) {
    case WL_SHM_FORMAT_ARGB8888:
        return DRM_FORMAT_ARGB8888;
    case WL_SHM_FORMAT_XRGB8888:
        return DRM_FORMAT_XRGB8888;
    default:
        return shm_format;
    }
}

constexpr zwlr_screencopy_frame_v1_listener frame_listener{
    .buffer =
        [](void* data, auto*, std::uint32_t format, std::uint32_t width, std::uint32_t height,
           std::uint32_t stride) {
            copy_of(data).layout =
                packed_layout({.width = width, .height = height}, fourcc_of(format), stride);
        },
    .flags =
        [](void* data, auto*, std::uint32_t flags) {
            copy_of(data).from_below = (flags & ZWLR_SCREENCOPY_FRAME_V1_FLAGS_Y_INVERT) != 0;
        },
    .ready = [](void* data, auto*, std::uint32_t, std::uint32_t,
                std::uint32_t) { copy_of(data).ready = true; },
    .failed = [](void* data, auto*) { copy_of(data).failed = true; }};

Picture from_above(Picture picture) {
    const std::uint32_t height = picture.extent().height;
    for (std::uint32_t y = 0; y < height / 2; ++y) {
        std::ranges::swap_ranges(picture.row(y), picture.row(height - 1 - y));
    }
    return picture;
}

class WlrScreencopy final : public Screenshooter {
public:
    WlrScreencopy(const Connection& connection, zwlr_screencopy_manager_v1* manager)
        : connection_(connection),
          manager_(manager) {}

    std::expected<Picture, Reasons> screenshot(const Output& output, Interrupt unwanted) override {
        Copy copy;
        const Proxy<zwlr_screencopy_frame_v1> frame(
            ::zwlr_screencopy_manager_v1_capture_output(manager_.get(), 0, output.proxy.get()));
        ::zwlr_screencopy_frame_v1_add_listener(frame.get(), &frame_listener, &copy);
        connection_.wait([&] { return copy.layout || copy.failed; }, Connection::patience,
                         unwanted);
        if (!copy.layout) {
            return std::unexpected(
                Reasons{text::format("the compositor takes no screenshot of {}", output.name)});
        }
        if (!std::ranges::contains(rgb_fourccs(), copy.layout->fourcc)) {
            return std::unexpected(
                Reasons{text::format("the compositor takes screenshots of {} in the format '{}', "
                                     "which is not known here",
                                     output.name, printable(fourcc_text(copy.layout->fourcc)))});
        }
        const ShmPicture memory(connection_, *copy.layout);
        ::zwlr_screencopy_frame_v1_copy(frame.get(), memory.get());
        if (!connection_.wait([&] { return copy.ready || copy.failed; }, Connection::patience,
                              unwanted)) {
            throw std::runtime_error("the compositor took no screenshot");
        }
        if (copy.failed) {
            return std::unexpected(
                Reasons{text::format("the screenshot of {} failed", output.name)});
        }
        return copy.from_below ? from_above(memory.read()) : memory.read();
    }

private:
    const Connection& connection_;
    Proxy<zwlr_screencopy_manager_v1> manager_;
};

} // namespace

std::unique_ptr<Screenshooter> open_wlr_screencopy(const Connection& connection) {
    auto* const manager =
        connection.bind<zwlr_screencopy_manager_v1>(zwlr_screencopy_manager_v1_interface, 1);
    return manager != nullptr ? std::make_unique<WlrScreencopy>(connection, manager) : nullptr;
}

} // namespace parallax::demo::wayland
