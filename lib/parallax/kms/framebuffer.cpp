// SPDX-License-Identifier: MIT
#include "parallax/kms/framebuffer.hpp"

#include "parallax/kms/handles.hpp"

#include <array>
#include <cerrno>
#include <cstring>
#include <format>
#include <utility>

namespace parallax::kms {
namespace {

/// @return 0 or a negative errno.
int add_framebuffer(const Card& card, std::uint32_t handle, const ImageLayout& layout,
                    std::uint32_t& id) {
    const std::array<std::uint32_t, 4> handles{handle};
    const std::array<std::uint32_t, 4> strides{static_cast<std::uint32_t>(layout.planes[0].stride)};
    const std::array<std::uint32_t, 4> offsets{static_cast<std::uint32_t>(layout.planes[0].offset)};
    const std::array<std::uint64_t, 4> modifiers{layout.modifier};
    if (card.takes_modifiers()) {
        return drmModeAddFB2WithModifiers(
            card.fd(), layout.extent.width, layout.extent.height, layout.fourcc, handles.data(),
            strides.data(), offsets.data(), modifiers.data(), &id, DRM_MODE_FB_MODIFIERS);
    }
    return drmModeAddFB2(card.fd(), layout.extent.width, layout.extent.height, layout.fourcc,
                         handles.data(), strides.data(), offsets.data(), &id, 0);
}

} // namespace

std::expected<Framebuffer, Reasons> Framebuffer::create(const Card& card, const DmaBuf& buffer,
                                                        const ImageLayout& layout) {
    if (layout.planes[0].stride > UINT32_MAX || layout.planes[0].offset > UINT32_MAX) {
        return std::unexpected(Reasons{
            std::format("stride {} and offset {} of a framebuffer have 32 bits, in every driver",
                        layout.planes[0].stride, layout.planes[0].offset)});
    }
    std::uint32_t handle = 0;
    if (drmPrimeFDToHandle(card.fd(), buffer.fd(), &handle) != 0) {
        return std::unexpected(
            Reasons{std::format("{} does not import a dma-buf of another driver (PRIME: {})",
                                card.driver(), std::strerror(errno))});
    }
    Framebuffer framebuffer(card, handle); // owns the handle from here on
    if (const int error = add_framebuffer(card, handle, layout, framebuffer.id_); error != 0) {
        return std::unexpected(Reasons{std::format(
            "{} makes no framebuffer of {}x{} {}, stride {}, modifier 0x{:x}, in a dma-buf of {} "
            "bytes ({})",
            card.driver(), layout.extent.width, layout.extent.height, layout.format().name,
            layout.planes[0].stride, layout.modifier, buffer.size(), std::strerror(-error))});
    }
    return framebuffer;
}

Framebuffer::Framebuffer(Framebuffer&& other) noexcept
    : card_(other.card_),
      handle_(std::exchange(other.handle_, 0)),
      id_(std::exchange(other.id_, 0)) {}

Framebuffer::~Framebuffer() {
    if (id_ != 0) {
        drmModeRmFB(card_->fd(), id_);
    }
    if (handle_ != 0) {
        drmCloseBufferHandle(card_->fd(), handle_);
    }
}

} // namespace parallax::kms
