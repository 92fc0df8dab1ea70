// SPDX-License-Identifier: MIT
#pragma once

#include "parallax/vulkan/allocator.hpp"
#include "parallax/vulkan/vk.hpp"

namespace parallax {

/// A two-dimensional, optimally tiled image with memory and one view of its own. Owned.
class LocalImage {
public:
    /// @throws vk::SystemError when memory runs out or the format cannot be used so.
    LocalImage(const Allocator& allocator, const vk::raii::Device& device, vk::Format format,
               vk::Extent2D extent, vk::ImageUsageFlags usage);
    /// Takes it over; the other one is empty then.
    LocalImage(LocalImage&& other) noexcept;
    /// Destroys what it had, and takes the other one over.
    LocalImage& operator=(LocalImage&& other) noexcept;
    LocalImage(const LocalImage&) = delete;
    LocalImage& operator=(const LocalImage&) = delete;
    ~LocalImage();

    /// Vulkan's image; borrowed.
    [[nodiscard]] vk::Image handle() const noexcept { return image_; }
    /// Of all of it; borrowed.
    [[nodiscard]] vk::ImageView view() const noexcept { return view_; }
    /// Pixels.
    [[nodiscard]] vk::Extent2D extent() const noexcept { return extent_; }
    /// As asked for.
    [[nodiscard]] vk::Format format() const noexcept { return format_; }

private:
    void destroy() noexcept;

    VmaAllocator_T* allocator_ = nullptr; // borrowed
    vk::Image image_;
    VmaAllocation_T* allocation_ = nullptr;
    vk::Format format_ = vk::Format::eUndefined;
    vk::Extent2D extent_;
    vk::raii::ImageView view_ = nullptr;
};

} // namespace parallax
