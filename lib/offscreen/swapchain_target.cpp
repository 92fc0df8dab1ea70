// SPDX-License-Identifier: MIT
#include "offscreen/swapchain_target.hpp"

#include "offscreen/barriers.hpp"

#include <drm_fourcc.h>

#include <algorithm>
#include <stdexcept>

namespace parallax {
namespace {

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
    drawn_.clear();
    views_.clear();
    images_.clear();
    swapchain_ = nullptr;
}

void SwapchainTarget::create(vk::SurfaceKHR surface, vk::Extent2D size) {
    const auto can = context_.physical().getSurfaceCapabilitiesKHR(surface);
    extent_ = choose_extent(can, size);
    can_copy_out_ =
        static_cast<bool>(can.supportedUsageFlags & vk::ImageUsageFlagBits::eTransferSrc);
    vk::ImageUsageFlags usage = vk::ImageUsageFlagBits::eColorAttachment;
    if (can_copy_out_) {
        usage |= vk::ImageUsageFlagBits::eTransferSrc;
    }
    views_.clear();
    drawn_.clear();
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
                                                   .clipped = VK_TRUE,
                                                   .oldSwapchain = *old});
    images_ = swapchain_.getImages();
    for (const vk::Image image : images_) {
        views_.emplace_back(context_.device(),
                            vk::ImageViewCreateInfo{.image = image,
                                                    .viewType = vk::ImageViewType::e2D,
                                                    .format = format_.format,
                                                    .subresourceRange = whole_colour});
        drawn_.emplace_back(context_.device(), vk::SemaphoreCreateInfo{});
    }
    stale_ = false;
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

void SwapchainTarget::begin(const vk::raii::CommandBuffer& commands, std::uint32_t index) const {
    // Its first scope is where the submission waits for the image, so that the change of layout
    // does too.
    image_barrier(commands, images_[index],
                  {vk::ImageLayout::eUndefined, vk::ImageLayout::eColorAttachmentOptimal},
                  {.stages = scope::drawing.stages, .access = {}}, scope::drawing);
}

void SwapchainTarget::finish(const vk::raii::CommandBuffer& commands, std::uint32_t index) const {
    image_barrier(commands, images_[index],
                  {vk::ImageLayout::eColorAttachmentOptimal, vk::ImageLayout::ePresentSrcKHR},
                  scope::drawing, scope::nothing);
}

void SwapchainTarget::copy_out(const vk::raii::CommandBuffer& commands, std::uint32_t index,
                               vk::Buffer buffer) const {
    constexpr vk::ImageLayout drawing = vk::ImageLayout::eColorAttachmentOptimal;
    constexpr vk::ImageLayout copying = vk::ImageLayout::eTransferSrcOptimal;
    image_barrier(commands, images_[index], {drawing, copying}, scope::drawing, scope::copy_read);
    copy_to_host(commands, images_[index], extent_, buffer);
    image_barrier(commands, images_[index], {copying, drawing}, scope::copy_read, scope::drawing);
}

void SwapchainTarget::present(std::uint32_t index) {
    const vk::Semaphore drawn = *drawn_[index];
    const VkPresentInfoKHR info = vk::PresentInfoKHR{.waitSemaphoreCount = 1,
                                                     .pWaitSemaphores = &drawn,
                                                     .swapchainCount = 1,
                                                     .pSwapchains = &*swapchain_,
                                                     .pImageIndices = &index};
    const auto result = static_cast<vk::Result>(
        context_.queue().getDispatcher()->vkQueuePresentKHR(*context_.queue(), &info));
    if (result == vk::Result::eSuboptimalKHR || result == vk::Result::eErrorOutOfDateKHR) {
        stale_ = true;
    } else if (result != vk::Result::eSuccess) {
        vk::detail::throwResultException(result, "vkQueuePresentKHR");
    }
}

} // namespace parallax
