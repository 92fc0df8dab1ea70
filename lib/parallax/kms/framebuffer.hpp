// SPDX-License-Identifier: MIT
#pragma once

#include "parallax/dmabuf/dma_buf.hpp"
#include "parallax/error.hpp"
#include "parallax/image/layout.hpp"
#include "parallax/kms/card.hpp"

#include <cstdint>
#include <expected>

namespace parallax::kms {

/// A dma-buf that a display can show: imported by PRIME, with its layout. Owns the GEM handle and
/// the framebuffer, which keep the dma-buf's memory. The Card must outlive it.
class Framebuffer {
public:
    /// Imports a dma-buf.
    /// @return the framebuffer, or the reason why this driver refuses the dma-buf, with the
    /// driver's
    ///         name.
    [[nodiscard]] static std::expected<Framebuffer, Reasons>
    create(const Card& card, const DmaBuf& buffer, const ImageLayout& layout);

    /// Leaves @p other empty.
    Framebuffer(Framebuffer&& other) noexcept;
    Framebuffer& operator=(Framebuffer&&) = delete;
    Framebuffer(const Framebuffer&) = delete;
    Framebuffer& operator=(const Framebuffer&) = delete;
    ~Framebuffer();

    /// DRM's object id.
    [[nodiscard]] std::uint32_t id() const noexcept { return id_; }

private:
    Framebuffer(const Card& card, std::uint32_t handle) : card_(&card), handle_(handle) {}

    const Card* card_; // borrowed
    std::uint32_t handle_ = 0;
    std::uint32_t id_ = 0;
};

} // namespace parallax::kms
