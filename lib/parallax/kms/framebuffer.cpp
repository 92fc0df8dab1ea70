// SPDX-License-Identifier: MIT
#include "parallax/kms/framebuffer.hpp"

#include "parallax/kms/handles.hpp"
#include "parallax/text.hpp"

#include <array>
#include <cerrno>
#include <cstddef>
#include <cstring>
#include <utility>

namespace parallax::kms {
namespace {

/// @param handles one for each dma-buf.
/// @return 0 or a negative errno.
int add_framebuffer(const Card& card, std::span<const std::uint32_t> handles,
                    const ImageLayout& layout, std::uint32_t& id) {
    std::array<std::uint32_t, 4> plane_handles{};
    std::array<std::uint32_t, 4> strides{};
    std::array<std::uint32_t, 4> offsets{};
    std::array<std::uint64_t, 4> modifiers{};
    for (std::size_t i = 0; i < layout.format().plane_count; ++i) {
        const PlaneLayout& plane = layout.planes.at(i);
        plane_handles.at(i) = handles[plane.buffer];
        strides.at(i) = static_cast<std::uint32_t>(plane.stride);
        offsets.at(i) = static_cast<std::uint32_t>(plane.offset);
        modifiers.at(i) = layout.modifier;
    }
    if (card.takes_modifiers()) {
        return drmModeAddFB2WithModifiers(card.fd(), layout.extent.width, layout.extent.height,
                                          layout.fourcc, plane_handles.data(), strides.data(),
                                          offsets.data(), modifiers.data(), &id,
                                          DRM_MODE_FB_MODIFIERS);
    }
    return drmModeAddFB2(card.fd(), layout.extent.width, layout.extent.height, layout.fourcc,
                         plane_handles.data(), strides.data(), offsets.data(), &id, 0);
}

} // namespace

std::expected<Framebuffer, Reasons>
Framebuffer::create(const Card& card, std::span<const DmaBuf> buffers, const ImageLayout& layout) {
    for (const PlaneLayout& plane : layout.planes) {
        if (plane.stride > UINT32_MAX || plane.offset > UINT32_MAX) {
            return std::unexpected(Reasons{text::format(
                "stride {} and offset {} of a framebuffer have 32 bits, in every driver",
                plane.stride, plane.offset)});
        }
    }
    Framebuffer framebuffer(card);
    if (layout.format().is_ycbcr) {
        framebuffer.colour_ = layout.colour();
    }
    for (const DmaBuf& buffer : buffers) {
        std::uint32_t handle = 0;
        if (drmPrimeFDToHandle(card.fd(), buffer.fd(), &handle) != 0) {
            return std::unexpected(
                Reasons{text::format("{} does not import a dma-buf of another driver (PRIME: {})",
                                     card.driver(), std::strerror(errno))});
        }
        framebuffer.handles_.push_back(handle);
    }
    if (const int error = add_framebuffer(card, framebuffer.handles_, layout, framebuffer.id_);
        error != 0) {
        return std::unexpected(Reasons{text::format(
            "{} makes no framebuffer of {}x{} {}, stride {}, modifier 0x{:x}, in a dma-buf of {} "
            "bytes ({})",
            card.driver(), layout.extent.width, layout.extent.height, layout.format().name,
            layout.planes[0].stride, layout.modifier, buffers.front().size(),
            std::strerror(-error))});
    }
    return framebuffer;
}

Framebuffer::Framebuffer(Framebuffer&& other) noexcept
    : card_(other.card_),
      handles_(std::exchange(other.handles_, {})),
      id_(std::exchange(other.id_, 0)),
      colour_(other.colour_) {}

Framebuffer::~Framebuffer() {
    if (id_ != 0) {
        drmModeRmFB(card_->fd(), id_);
    }
    for (const std::uint32_t handle : handles_) {
        drmCloseBufferHandle(card_->fd(), handle);
    }
}

} // namespace parallax::kms
