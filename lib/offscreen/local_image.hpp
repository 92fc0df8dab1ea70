// SPDX-License-Identifier: MIT
#pragma once

#include "offscreen/allocator.hpp"
#include "offscreen/vk.hpp"

#include <memory>
#include <type_traits>

namespace parallax {

/// A two-dimensional, optimally tiled image with memory and one view of its own. Owned.
class LocalImage {
public:
    /// @throws vk::SystemError when memory runs out or the format cannot be used so.
    /// @param components as the view's samples have them.
    LocalImage(const Allocator& allocator, const vk::raii::Device& device, vk::Format format,
               vk::Extent2D extent, vk::ImageUsageFlags usage,
               const vk::ComponentMapping& components = {});
    /// Leaves the other one without an image.
    LocalImage(LocalImage&&) noexcept = default;
    LocalImage& operator=(LocalImage&&) = delete; // its view would end after the image

    /// Vulkan's image; borrowed.
    [[nodiscard]] vk::Image handle() const noexcept { return image_.get(); }
    /// Of all of it; borrowed.
    [[nodiscard]] vk::ImageView view() const noexcept { return view_; }
    /// Pixels.
    [[nodiscard]] vk::Extent2D extent() const noexcept { return extent_; }
    /// As asked for.
    [[nodiscard]] vk::Format format() const noexcept { return format_; }

private:
    struct Destroy {
        VmaAllocator_T* allocator; // borrowed
        VmaAllocation_T* allocation;
        void operator()(VkImage image) const noexcept;
    };

    vk::Format format_;
    vk::Extent2D extent_;
    std::unique_ptr<std::remove_pointer_t<VkImage>, Destroy> image_;
    vk::raii::ImageView view_ = nullptr; // ends before the image
};

} // namespace parallax
