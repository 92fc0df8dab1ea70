// SPDX-License-Identifier: MIT
#pragma once

#include "offscreen/context.hpp"
#include "parallax/image/pixels.hpp"

#include <cstdint>
#include <expected>
#include <vector>

namespace parallax {

/// The images of a window to draw into: the peer of ImageTarget that people look at.
///
/// Owns the swapchain, not the surface. A window that changed makes it stale: acquire() then
/// returns nothing, and recreate() follows. The Context must outlive it.
class SwapchainTarget {
public:
    /// Why acquire() has no image.
    enum class NoImage {
        stale, ///< the window has changed: recreate() is due
        busy,  ///< the window system holds all images, of a hidden window perhaps: try again
    };

    /// @param size of the window in pixels, which counts where the surface leaves it open
    ///        (Wayland).
    /// @param mode is used if the surface offers it, else FIFO. With FIFO, present() may wait for
    ///        the window system for as long as the window is hidden: Mesa does on Wayland, without
    ///        the protocol fifo-v1. With MAILBOX it does not wait.
    /// @throws std::runtime_error when the surface offers no format of 8 bits a channel;
    ///         vk::SurfaceLostKHRError when the surface is gone.
    SwapchainTarget(const Context& context, vk::SurfaceKHR surface, vk::Extent2D size,
                    vk::PresentModeKHR mode = vk::PresentModeKHR::eFifo);

    /// Waits until the queue is idle, then makes the images anew, for a window that has changed.
    void recreate(vk::SurfaceKHR surface, vk::Extent2D size);

    /// Waits until the queue is idle, then gives everything back but what the constructor chose;
    /// recreate() follows. For a surface that was lost, and must end before its successor begins.
    void release();

    /// The next image to draw into. The GPU may do so once @p ready is signalled. Waits a tenth of
    /// a second at most, so that a loop around it sees events.
    /// @return its index, or why there is none; @p ready is as before then.
    [[nodiscard]] std::expected<std::uint32_t, NoImage> acquire(vk::Semaphore ready);

    /// Whether acquire() and present() keep to the display's rate.
    [[nodiscard]] bool paced() const noexcept { return mode_ == vk::PresentModeKHR::eFifo; }

    /// Records: from undefined content to a colour attachment.
    void begin(const vk::raii::CommandBuffer& commands, std::uint32_t index) const;

    /// Records: from colour attachment to what the window system takes.
    void finish(const vk::raii::CommandBuffer& commands, std::uint32_t index) const;

    /// Records a copy of the finished drawing into @p buffer, tightly packed in fourcc();
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
    [[nodiscard]] std::uint32_t fourcc() const noexcept { return fourcc_; }

private:
    void create(vk::SurfaceKHR surface, vk::Extent2D size);

    const Context& context_;
    vk::SurfaceFormatKHR format_;
    vk::PresentModeKHR mode_;
    std::uint32_t fourcc_;
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
