// SPDX-License-Identifier: MIT
#include "offscreen/swapchain_target.hpp"

#include "offscreen/barriers.hpp"

#include <drm_fourcc.h>

#include <algorithm>
#include <array>
#include <stdexcept>
#include <utility>

namespace parallax {
namespace {

/// Of an image of the window, from fill() to finish().
constexpr vk::ImageLayout filling = vk::ImageLayout::eTransferDstOptimal;

/// Not an sRGB format: the bytes of a picture are shown as they are, without conversion.
vk::SurfaceFormatKHR choose_format(const Context& context, vk::SurfaceKHR surface) {
    const auto offered = context.physical().getSurfaceFormatsKHR(surface);
    for (const vk::Format wanted : {vk::Format::eB8G8R8A8Unorm, vk::Format::eR8G8B8A8Unorm}) {
        const auto found = std::ranges::find(offered, wanted, &vk::SurfaceFormatKHR::format);
        if (found != offered.end()) {
            return *found;
        }
    }
    throw std::runtime_error("the window offers no format of 8 bits a channel (B8G8R8A8 or "
                             "R8G8B8A8, UNORM)");
}

vk::Extent2D choose_extent(const vk::SurfaceCapabilitiesKHR& can, vk::Extent2D size) {
    if (can.currentExtent.width != UINT32_MAX) {
        return can.currentExtent;
    }
    return {std::clamp(size.width, can.minImageExtent.width, can.maxImageExtent.width),
            std::clamp(size.height, can.minImageExtent.height, can.maxImageExtent.height)};
}

vk::PresentModeKHR choose_mode(const Context& context, vk::SurfaceKHR surface,
                               vk::PresentModeKHR wanted) {
    const bool offered =
        std::ranges::contains(context.physical().getSurfacePresentModesKHR(surface), wanted);
    return offered ? wanted : vk::PresentModeKHR::eFifo; // every driver has it
}

/// One more than the least, so that drawing need not wait for the window system.
std::uint32_t choose_count(const vk::SurfaceCapabilitiesKHR& can) {
    const std::uint32_t count = can.minImageCount + 1;
    return can.maxImageCount == 0 ? count : std::min(count, can.maxImageCount);
}

vk::CompositeAlphaFlagBitsKHR choose_alpha(const vk::SurfaceCapabilitiesKHR& can) {
    using Alpha = vk::CompositeAlphaFlagBitsKHR;
    return can.supportedCompositeAlpha & Alpha::eOpaque ? Alpha::eOpaque : Alpha::eInherit;
}

} // namespace

SwapchainTarget::SwapchainTarget(const Context& context, vk::SurfaceKHR surface, vk::Extent2D size,
                                 vk::PresentModeKHR mode)
    : context_(context),
      format_(choose_format(context, surface)),
      mode_(choose_mode(context, surface, mode)),
      fourcc_(format_.format == vk::Format::eB8G8R8A8Unorm ? DRM_FORMAT_XRGB8888
                                                           : DRM_FORMAT_XBGR8888) {
    create(surface, size);
}

void SwapchainTarget::recreate(vk::SurfaceKHR surface, vk::Extent2D size) {
    // The semaphores of presentation have no fence to wait for; only an idle queue is known to be
    // done with them. This happens when a window changes, never from frame to frame.
    context_.queue().waitIdle();
    create(surface, size);
}

void SwapchainTarget::release() {
    context_.queue().waitIdle();
    images_.clear();
    swapchain_ = nullptr;
}

void SwapchainTarget::create(vk::SurfaceKHR surface, vk::Extent2D size) {
    const auto can = context_.physical().getSurfaceCapabilitiesKHR(surface);
    extent_ = choose_extent(can, size);
    using Usage = vk::ImageUsageFlagBits;
    if (!(can.supportedUsageFlags & Usage::eTransferDst)) {
        throw std::runtime_error(
            "the images of this window cannot be copied into; parallax render needs no window");
    }
    can_copy_out_ = static_cast<bool>(can.supportedUsageFlags & Usage::eTransferSrc);
    vk::ImageUsageFlags usage = Usage::eTransferDst;
    if (can_copy_out_) {
        usage |= Usage::eTransferSrc;
    }
    images_.clear();
    const vk::raii::SwapchainKHR old = std::move(swapchain_); // ends after its successor is there
    swapchain_ =
        vk::raii::SwapchainKHR(context_.device(), {.surface = surface,
                                                   .minImageCount = choose_count(can),
                                                   .imageFormat = format_.format,
                                                   .imageColorSpace = format_.colorSpace,
                                                   .imageExtent = extent_,
                                                   .imageArrayLayers = 1,
                                                   .imageUsage = usage,
                                                   .imageSharingMode = vk::SharingMode::eExclusive,
                                                   .preTransform = can.currentTransform,
                                                   .compositeAlpha = choose_alpha(can),
                                                   .presentMode = mode_,
                                                   .clipped = VK_FALSE, // its images are kept
                                                   .oldSwapchain = *old});
    for (const vk::Image image : swapchain_.getImages()) {
        images_.push_back(
            {.handle = image, .filled = {context_.device(), vk::SemaphoreCreateInfo{}}});
    }
    stale_ = false;
    shown_ = false;
}

std::expected<std::uint32_t, SwapchainTarget::NoImage>
SwapchainTarget::acquire(vk::Semaphore ready) {
    constexpr std::uint64_t patience = 100'000'000; // ns
    if (stale_) {
        return std::unexpected(NoImage::stale);
    }
    // The C function: a changed window is an answer here and no exception.
    std::uint32_t index = 0;
    const auto result =
        static_cast<vk::Result>(context_.device().getDispatcher()->vkAcquireNextImageKHR(
            *context_.device(), *swapchain_, patience, ready, nullptr, &index));
    switch (result) {
    case vk::Result::eSuccess:
        return index;
    case vk::Result::eSuboptimalKHR: // may still be drawn, and must be, since ready is pending
        stale_ = true;
        return index;
    case vk::Result::eTimeout:
    case vk::Result::eNotReady:
        return std::unexpected(NoImage::busy);
    case vk::Result::eErrorOutOfDateKHR:
        return std::unexpected(NoImage::stale);
    default:
        vk::detail::throwResultException(result, "vkAcquireNextImageKHR");
    }
}

void SwapchainTarget::fill(const vk::raii::CommandBuffer& commands, std::uint32_t index,
                           vk::Image picture, const Damage& changed) {
    for (Image& image : images_) {
        image.lacks.add(changed);
    }
    changed_ = changed;
    Image& image = images_[index];
    const auto before = std::exchange(image.has_content, true) ? vk::ImageLayout::ePresentSrcKHR
                                                               : vk::ImageLayout::eUndefined;
    if (before == vk::ImageLayout::eUndefined) {
        image.lacks = Damage(vk::Rect2D{.extent = extent_});
    }
    // Its first scope is where the submission waits for the image, so that the change of layout
    // does too.
    image_barrier(commands, image.handle, {before, filling},
                  {.stages = scope::copy_write.stages, .access = {}}, scope::copy_write);
    std::array<vk::ImageCopy, Damage::most> copies;
    std::uint32_t count = 0;
    for (const vk::Rect2D& part : image.lacks.parts()) {
        const vk::Offset3D place{part.offset.x, part.offset.y, 0};
        copies[count++] = vk::ImageCopy{.srcSubresource = first_layer,
                                        .srcOffset = place,
                                        .dstSubresource = first_layer,
                                        .dstOffset = place,
                                        .extent = {part.extent.width, part.extent.height, 1}};
    }
    if (count > 0) {
        commands.copyImage(picture, vk::ImageLayout::eTransferSrcOptimal, image.handle, filling,
                           vk::ArrayProxy<const vk::ImageCopy>(count, copies.data()));
    }
    image.lacks = {};
}

void SwapchainTarget::finish(const vk::raii::CommandBuffer& commands, std::uint32_t index) const {
    image_barrier(commands, images_[index].handle, {filling, vk::ImageLayout::ePresentSrcKHR},
                  scope::copy_write, scope::nothing);
}

void SwapchainTarget::copy_out(const vk::raii::CommandBuffer& commands, std::uint32_t index,
                               vk::Buffer buffer) const {
    constexpr vk::ImageLayout copying = vk::ImageLayout::eTransferSrcOptimal;
    const vk::Image image = images_[index].handle;
    image_barrier(commands, image, {filling, copying}, scope::copy_write, scope::copy_read);
    copy_to_host(commands, image, extent_, buffer);
    image_barrier(commands, image, {copying, filling}, scope::copy_read, scope::copy_write);
}

void SwapchainTarget::present(std::uint32_t index) {
    std::array<vk::RectLayerKHR, Damage::most> rectangles;
    std::uint32_t count = 0;
    if (shown_ && context_.facts().incremental_present) {
        for (const vk::Rect2D& part : changed_.parts()) {
            rectangles[count++] = vk::RectLayerKHR{.offset = part.offset, .extent = part.extent};
        }
    }
    const vk::PresentRegionKHR region{.rectangleCount = count, .pRectangles = rectangles.data()};
    const vk::PresentRegionsKHR regions{.swapchainCount = 1, .pRegions = &region};
    const vk::Semaphore filled = *images_[index].filled;
    const VkPresentInfoKHR info = vk::PresentInfoKHR{.pNext = count > 0 ? &regions : nullptr,
                                                     .waitSemaphoreCount = 1,
                                                     .pWaitSemaphores = &filled,
                                                     .swapchainCount = 1,
                                                     .pSwapchains = &*swapchain_,
                                                     .pImageIndices = &index};
    const auto result = static_cast<vk::Result>(
        context_.queue().getDispatcher()->vkQueuePresentKHR(*context_.queue(), &info));
    shown_ = true;
    if (result == vk::Result::eSuboptimalKHR || result == vk::Result::eErrorOutOfDateKHR) {
        stale_ = true;
    } else if (result != vk::Result::eSuccess) {
        vk::detail::throwResultException(result, "vkQueuePresentKHR");
    }
}

} // namespace parallax
