// SPDX-License-Identifier: MIT
#pragma once

#include "parallax/dmabuf/dma_buf.hpp"
#include "parallax/dmabuf/unique_fd.hpp"
#include "parallax/error.hpp"
#include "parallax/image/layout.hpp"

#include <cstdint>
#include <expected>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace parallax::kms {

/// A DRM device that can make framebuffers. Owns the fd.
class Card {
public:
    /// Opens a node in /dev/dri that drives displays, for atomic mode setting.
    /// @param wish the node's path, the driver's name, or empty for the first card with a display.
    /// @return the card, or the reason against each node. The first process that opens a card
    ///         becomes its DRM master.
    [[nodiscard]] static std::expected<Card, Reasons> open(const std::string& wish);

    /// Takes ownership of an fd of a DRM device, whose client capabilities it leaves as they are.
    /// Of a program's own fd this may be a duplicate: both are the same client of the driver, so
    /// that Framebuffer::id() is valid with either. They also share the GEM handles: a Framebuffer
    /// closes those of its dma-bufs, even if the program has imported these itself.
    /// @throws std::system_error with the errno of DRM_IOCTL_VERSION: ENOTTY for another file.
    explicit Card(UniqueFd&& fd);

    /// "/dev/dri/card0"; empty if the device of a given fd has no node.
    [[nodiscard]] const std::string& path() const noexcept { return path_; }
    /// The kernel driver's name: "bochs-drm".
    [[nodiscard]] const std::string& driver() const noexcept { return driver_; }
    /// True if framebuffers can be made with an explicit modifier.
    [[nodiscard]] bool takes_modifiers() const noexcept { return modifiers_; }
    /// Borrowed.
    [[nodiscard]] int fd() const noexcept { return fd_.get(); }

    /// True if this process may set modes: no other program, such as a compositor, is master.
    [[nodiscard]] bool is_master() const;

private:
    [[nodiscard]] static std::expected<Card, std::string> open_node(const std::string& path);

    UniqueFd fd_;
    std::string path_;
    std::string driver_;
    bool modifiers_ = false;
};

/// Dma-bufs that a display can show as one picture: imported by PRIME, with their layout. Owns the
/// GEM handles and the framebuffer, which keep the memory. Borrows the Card, which must outlive it,
/// and must not be moved.
class Framebuffer {
public:
    /// Imports dma-bufs.
    /// @param buffers in the order of PlaneLayout::buffer: ImageLayout::buffer_count() or
    ///                more.
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
    /// For the caller to set as COLOR_ENCODING and COLOR_RANGE of the plane; nothing for red, green
    /// and blue.
    [[nodiscard]] const std::optional<YcbcrColour>& colour() const noexcept { return colour_; }

private:
    explicit Framebuffer(const Card& card) : card_(&card) {}

    const Card* card_;                   // borrowed
    std::vector<std::uint32_t> handles_; // one for each dma-buf
    std::uint32_t id_ = 0;
    std::optional<YcbcrColour> colour_;
};

} // namespace parallax::kms
