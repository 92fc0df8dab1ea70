// SPDX-License-Identifier: MIT
#pragma once

#include "offscreen/context.hpp"
#include "offscreen/damage.hpp"
#include "parallax/image/pixels.hpp"

#include <cstdint>
#include <expected>
#include <vector>

namespace parallax {

/// The images of a window. A picture is drawn elsewhere and kept there; what changes in it is
/// copied into the images, and presented.
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
    /// @throws std::runtime_error when the surface offers no format of 8 bits a channel, or
    ///         images that cannot be copied into; vk::SurfaceLostKHRError when the surface is gone.
    SwapchainTarget(const Context& context, vk::SurfaceKHR surface, vk::Extent2D size,
                    vk::PresentModeKHR mode = vk::PresentModeKHR::eFifo);

    /// Waits until the queue is idle, then makes the images anew, for a window that has changed.
    void recreate(vk::SurfaceKHR surface, vk::Extent2D size);

    /// Waits until the queue is idle, then gives everything back but what the constructor chose;
    /// recreate() follows. For a surface that was lost, and must end before its successor begins.
    void release();

    /// The next image to fill. The GPU may do so once @p ready is signalled. Waits a tenth of
    /// a second at most, so that a loop around it sees events.
    /// @return its index, or why there is none; @p ready is as before then.
    [[nodiscard]] std::expected<std::uint32_t, NoImage> acquire(vk::Semaphore ready);

    /// Whether acquire() and present() keep to the display's rate.
    [[nodiscard]] bool paced() const noexcept { return mode_ == vk::PresentModeKHR::eFifo; }

    /// Records a copy of what the image lacks of a picture, all of it the first time.
    /// @param picture of the same format and extent, in layout TRANSFER_SRC_OPTIMAL.
    /// @param changed what has changed in the picture since the last call, with any index.
    void fill(const vk::raii::CommandBuffer& commands, std::uint32_t index, vk::Image picture,
              const Damage& changed);

    /// Records: from filled to what the window system takes.
    void finish(const vk::raii::CommandBuffer& commands, std::uint32_t index) const;

    /// Records a copy of the filled image into @p buffer, tightly packed in fourcc(); between
    /// fill() and finish(). Only if can_copy_out().
    void copy_out(const vk::raii::CommandBuffer& commands, std::uint32_t index,
                  vk::Buffer buffer) const;
    /// Whether the surface lets its images be copied from.
    [[nodiscard]] bool can_copy_out() const noexcept { return can_copy_out_; }

    /// To be signalled by the submission that fills the image; present() waits for it.
    [[nodiscard]] vk::Semaphore filled(std::uint32_t index) const { return *images_[index].filled; }

    /// Shows the image. Where the device has VK_KHR_incremental_present, the window system is told
    /// that no more has changed than the last fill() was. A window that has changed is found out
    /// here or at the next acquire().
    void present(std::uint32_t index);

    /// The next present() shows all of its image: the window system may have lost what it showed.
    void present_all() noexcept { shown_ = false; }

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
    struct Image {
        vk::Image handle;           // the swapchain's
        vk::raii::Semaphore filled; // free again when the image is acquired
        Damage lacks = {};          // of the picture
        bool has_content = false;
    };

    bool can_copy_out_ = false;
    bool stale_ = false;
    bool shown_ = false; // something of this swapchain
    Damage changed_;     // in the last fill()
    // In order of creation, so that they end in the reverse order.
    vk::raii::SwapchainKHR swapchain_ = nullptr;
    std::vector<Image> images_;
};

} // namespace parallax
