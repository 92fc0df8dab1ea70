// SPDX-License-Identifier: MIT
#include "parallax/vulkan/local_image.hpp"

#include "parallax/vulkan/vma.hpp"

#include <utility>

namespace parallax {

LocalImage::LocalImage(const Allocator& allocator, const vk::raii::Device& device,
                       vk::Format format, vk::Extent2D extent, vk::ImageUsageFlags usage)
    : allocator_(allocator.handle()),
      format_(format),
      extent_(extent) {
    const VkImageCreateInfo info = vk::ImageCreateInfo{
        .imageType = vk::ImageType::e2D,
        .format = format,
        .extent = {extent.width, extent.height, 1},
        .mipLevels = 1,
        .arrayLayers = 1,
        .samples = vk::SampleCountFlagBits::e1,
        .tiling = vk::ImageTiling::eOptimal,
        .usage = usage,
        .initialLayout = vk::ImageLayout::eUndefined,
    };
    const VmaAllocationCreateInfo where = allocation_info(MemoryUse::device);
    VkImage image = nullptr;
    check(vmaCreateImage(allocator_, &info, &where, &image, &allocation_, nullptr),
          "vmaCreateImage");
    image_ = image;
    try {
        view_ = vk::raii::ImageView(
            device, {.image = image_,
                     .viewType = vk::ImageViewType::e2D,
                     .format = format,
                     .subresourceRange = {vk::ImageAspectFlagBits::eColor, 0, 1, 0, 1}});
    } catch (...) {
        destroy();
        throw;
    }
}

LocalImage::LocalImage(LocalImage&& other) noexcept
    : allocator_(other.allocator_),
      image_(std::exchange(other.image_, nullptr)),
      allocation_(std::exchange(other.allocation_, nullptr)),
      format_(other.format_),
      extent_(other.extent_),
      view_(std::move(other.view_)) {}

LocalImage& LocalImage::operator=(LocalImage&& other) noexcept {
    if (this != &other) {
        destroy();
        allocator_ = other.allocator_;
        image_ = std::exchange(other.image_, nullptr);
        allocation_ = std::exchange(other.allocation_, nullptr);
        format_ = other.format_;
        extent_ = other.extent_;
        view_ = std::move(other.view_);
    }
    return *this;
}

LocalImage::~LocalImage() {
    destroy();
}

void LocalImage::destroy() noexcept {
    view_ = nullptr; // before the image that it shows
    vmaDestroyImage(allocator_, image_, allocation_);
}

} // namespace parallax
