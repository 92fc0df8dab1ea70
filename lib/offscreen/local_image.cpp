// SPDX-License-Identifier: MIT
#include "offscreen/local_image.hpp"

#include "offscreen/barriers.hpp"
#include "offscreen/vma.hpp"

namespace parallax {

LocalImage::LocalImage(const Allocator& allocator, const vk::raii::Device& device,
                       vk::Format format, vk::Extent2D extent, vk::ImageUsageFlags usage,
                       const vk::ComponentMapping& components)
    : format_(format),
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
    VmaAllocation allocation = nullptr;
    check(vmaCreateImage(allocator.handle(), &info, &where, &image, &allocation, nullptr),
          "vmaCreateImage");
    image_ = {image, Destroy{.allocator = allocator.handle(), .allocation = allocation}};
    view_ = {device,
             {.image = image,
              .viewType = vk::ImageViewType::e2D,
              .format = format,
              .components = components,
              .subresourceRange = whole_colour}};
}

void LocalImage::Destroy::operator()(VkImage image) const noexcept {
    vmaDestroyImage(allocator, image, allocation);
}

} // namespace parallax
