// SPDX-License-Identifier: MIT
#pragma once

#include "parallax/dmabuf/dma_buf.hpp"
#include "parallax/error.hpp"
#include "parallax/image/layout.hpp"
#include "parallax/kms/card.hpp"

#include <cstdint>
#include <expected>
#include <optional>
#include <span>
#include <vector>

namespace parallax::kms {

/// Dma-bufs that a display can show as one picture: imported by PRIME, with their layout. Owns the
/// GEM handles and the framebuffer, which keep the memory. The Card must outlive it.
class Framebuffer {
public:
    /// Imports dma-bufs.
    /// @param buffers in the order of PlaneLayout::buffer.
    /// @return the framebuffer, or the reason why this driver refuses them, with the driver's name.
    [[nodiscard]] static std::expected<Framebuffer, Reasons>
    create(const Card& card, std::span<const DmaBuf> buffers, const ImageLayout& layout);
    /// The same for one.
    [[nodiscard]] static std::expected<Framebuffer, Reasons>
    create(const Card& card, const DmaBuf& buffer, const ImageLayout& layout) {
        return create(card, std::span(&buffer, 1), layout);
    }

    /// Leaves @p other empty.
    Framebuffer(Framebuffer&& other) noexcept;
    Framebuffer& operator=(Framebuffer&&) = delete;
    Framebuffer(const Framebuffer&) = delete;
    Framebuffer& operator=(const Framebuffer&) = delete;
    ~Framebuffer();

    /// DRM's object id.
    [[nodiscard]] std::uint32_t id() const noexcept { return id_; }
    /// The meaning of luma and chroma, which the plane is told; nothing for red, green and blue.
    [[nodiscard]] const std::optional<YcbcrColour>& colour() const noexcept { return colour_; }

private:
    explicit Framebuffer(const Card& card) : card_(&card) {}

    const Card* card_;                   // borrowed
    std::vector<std::uint32_t> handles_; // one for each dma-buf
    std::uint32_t id_ = 0;
    std::optional<YcbcrColour> colour_;
};

} // namespace parallax::kms
