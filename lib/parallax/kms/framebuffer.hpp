// SPDX-License-Identifier: MIT
#pragma once

#include "parallax/dma_buf.hpp"
#include "parallax/error.hpp"
#include "parallax/image_layout.hpp"
#include "parallax/kms/card.hpp"

#include <cstdint>
#include <expected>

namespace parallax::kms {

/// A dma-buf that a display can show: imported by PRIME, with its layout told to the driver. Owns
/// the GEM handle and the framebuffer; the memory is the dma-buf's, and lives as long as any of
/// them. The Card must outlive it.
class Framebuffer {
public:
    /// @return the framebuffer, or why this driver does not take this dma-buf, with its name.
    [[nodiscard]] static std::expected<Framebuffer, Reasons>
    create(const Card& card, const DmaBuf& buffer, const ImageLayout& layout);

    /// Takes it over; the other one is empty then.
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
