// SPDX-License-Identifier: MIT
#pragma once

#include "parallax/pixel_format.hpp"
#include "parallax/vulkan/context.hpp"

#include <cstdint>
#include <optional>
#include <vector>

namespace parallax {

/// The images of a window to draw into: the peer of ImageTarget that people look at.
///
/// Owns the swapchain, not the surface. A window that changed makes it stale: acquire() then
/// returns nothing, and recreate() follows. The Context must outlive it.
class SwapchainTarget {
public:
    /// @param size of the window in pixels, which counts where the surface leaves it open
    ///        (Wayland).
    /// @throws std::runtime_error when the surface offers no format of 8 bits a channel;
    ///         vk::SurfaceLostKHRError when the surface is gone.
    SwapchainTarget(const Context& context, vk::SurfaceKHR surface, vk::Extent2D size);

    /// Waits until the queue is idle, then makes the images anew, for a window that has changed.
    void recreate(vk::SurfaceKHR surface, vk::Extent2D size);

    /// Waits until the queue is idle, then gives everything back but what the constructor chose;
    /// recreate() follows. For a surface that was lost, and must end before its successor begins.
    void release();

    /// The next image to draw into. The GPU may do so once @p ready is signalled. Waits while the
    /// window system holds all images.
    /// @return its index; nothing when the window has changed so that recreate() is due.
    [[nodiscard]] std::optional<std::uint32_t> acquire(vk::Semaphore ready);

    /// Records: from undefined content to a colour attachment.
    void begin(const vk::raii::CommandBuffer& commands, std::uint32_t index) const;

    /// Records: from colour attachment to what the window system takes.
    void finish(const vk::raii::CommandBuffer& commands, std::uint32_t index) const;

    /// Records a copy of the finished drawing into @p buffer, tightly packed in pixel_format();
    /// between begin() and finish(), outside of rendering. Only if can_copy_out().
    void copy_out(const vk::raii::CommandBuffer& commands, std::uint32_t index,
                  vk::Buffer buffer) const;
    /// Whether the surface lets its images be copied from.
    [[nodiscard]] bool can_copy_out() const noexcept { return can_copy_out_; }

    /// To be signalled by the submission that draws the image; present() waits for it.
    [[nodiscard]] vk::Semaphore drawn(std::uint32_t index) const { return *drawn_[index]; }

    /// Shows the image. A window that has changed is found out here or at the next acquire().
    void present(std::uint32_t index);

    /// Of the image with that index; borrowed.
    [[nodiscard]] vk::ImageView view(std::uint32_t index) const { return *views_[index]; }
    /// Pixels.
    [[nodiscard]] vk::Extent2D extent() const noexcept { return extent_; }
    /// Of its images.
    [[nodiscard]] vk::Format format() const noexcept { return format_.format; }
    /// The same format in the words of memory layouts; always opaque.
    [[nodiscard]] const PixelFormat& pixel_format() const noexcept { return *pixel_format_; }

private:
    void create(vk::SurfaceKHR surface, vk::Extent2D size);

    const Context& context_;
    vk::SurfaceFormatKHR format_;
    const PixelFormat* pixel_format_;
    vk::Extent2D extent_;
    bool can_copy_out_ = false;
    bool stale_ = false;
    // In order of creation, so that they end in the reverse order.
    vk::raii::SwapchainKHR swapchain_ = nullptr;
    std::vector<vk::Image> images_; // the swapchain's
    std::vector<vk::raii::ImageView> views_;
    std::vector<vk::raii::Semaphore> drawn_; // one an image: free again when that is acquired
};

} // namespace parallax
