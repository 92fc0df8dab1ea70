// SPDX-License-Identifier: MIT
// The two paths with a linear image in memory that stays mapped: the program's own memory,
// imported; and memory that Vulkan allocated.
#include "anonymous_memory.hpp"
#include "upload_path.hpp"

#include "offscreen/barriers.hpp"
#include "offscreen/formats.hpp"

#include "parallax/text.hpp"

#include <optional>
#include <stdexcept>

namespace parallax::bench {
namespace {

constexpr auto host_allocation = vk::ExternalMemoryHandleTypeFlagBits::eHostAllocationEXT;

vk::raii::Image create_image(const Context& context, const TestFrames& frames, const void* next) {
    return {context.device(),
            vk::ImageCreateInfo{.pNext = next,
                                .imageType = vk::ImageType::e2D,
                                .format = vk_format(frames.fourcc()),
                                .extent = {frames.extent().width, frames.extent().height, 1},
                                .mipLevels = 1,
                                .arrayLayers = 1,
                                .samples = vk::SampleCountFlagBits::e1,
                                .tiling = vk::ImageTiling::eLinear,
                                .usage = vk::ImageUsageFlagBits::eSampled,
                                .initialLayout = vk::ImageLayout::eUndefined}};
}

/// Checks that the driver supports such linear images.
/// @param external for imported memory; null for Vulkan's own.
/// @throws std::runtime_error with the reason if not.
void require_linear_images(const Context& context, const TestFrames& frames,
                           const vk::PhysicalDeviceExternalImageFormatInfo* external) {
    const vk::PhysicalDeviceImageFormatInfo2 info{.pNext = external,
                                                  .format = vk_format(frames.fourcc()),
                                                  .type = vk::ImageType::e2D,
                                                  .tiling = vk::ImageTiling::eLinear,
                                                  .usage = vk::ImageUsageFlagBits::eSampled};
    const std::string what = text::format("{} as a linear image{}", format_of(frames.fourcc()).name,
                                          external != nullptr ? " in memory of the program" : "");
    vk::StructureChain<vk::ImageFormatProperties2, vk::ExternalImageFormatProperties> answer;
    if (external == nullptr) {
        answer.unlink<vk::ExternalImageFormatProperties>();
    }
    auto& properties = answer.get<vk::ImageFormatProperties2>();
    const auto result = static_cast<vk::Result>(
        context.physical().getDispatcher()->vkGetPhysicalDeviceImageFormatProperties2(
            *context.physical(), reinterpret_cast<const VkPhysicalDeviceImageFormatInfo2*>(&info),
            reinterpret_cast<VkImageFormatProperties2*>(&properties)));
    if (result != vk::Result::eSuccess) {
        throw std::runtime_error(
            text::format("the driver does not sample {} ({})", what, vk::to_string(result)));
    }
    const vk::Extent3D largest = properties.imageFormatProperties.maxExtent;
    if (frames.extent().width > largest.width || frames.extent().height > largest.height) {
        throw std::runtime_error(
            text::format("the driver takes {} up to {}x{}", what, largest.width, largest.height));
    }
    using Feature = vk::ExternalMemoryFeatureFlagBits;
    const auto features = answer.get<vk::ExternalImageFormatProperties>()
                              .externalMemoryProperties.externalMemoryFeatures;
    if (external != nullptr &&
        (!(features & Feature::eImportable) || (features & Feature::eDedicatedOnly))) {
        throw std::runtime_error(text::format("the driver does not import {} (features {})", what,
                                              vk::to_string(features)));
    }
}

/// The first memory type among @p allowed that the CPU can map without flushing.
std::uint32_t coherent_type(const Context& context, std::uint32_t allowed) {
    constexpr auto wanted =
        vk::MemoryPropertyFlagBits::eHostVisible | vk::MemoryPropertyFlagBits::eHostCoherent;
    const auto memory = context.physical().getMemoryProperties();
    for (std::uint32_t type = 0; type < memory.memoryTypeCount; ++type) {
        if ((allowed >> type & 1) != 0 &&
            (memory.memoryTypes[type].propertyFlags & wanted) == wanted) {
            return type;
        }
    }
    throw std::runtime_error(
        text::format("no memory type among {:#x} is visible to the CPU and coherent", allowed));
}

class LinearPath : public UploadPath {
public:
    void write(const TestFrames& frames, std::uint32_t number, const vk::Rect2D& part) override {
        frames.paint(number, part, layout_, bytes_);
    }

    // A submission makes earlier writes of the CPU visible.
    void begin(const vk::raii::CommandBuffer& /*commands*/, const vk::Rect2D& /*part*/) override {}

    void end(const vk::raii::CommandBuffer& /*commands*/) override {}

    [[nodiscard]] vk::DescriptorImageInfo descriptor() override {
        return {.imageView = view_, .imageLayout = vk::ImageLayout::eGeneral};
    }

protected:
    LinearPath(const TestFrames& frames, vk::raii::Image image)
        : layout_{.extent = frames.extent(), .fourcc = frames.fourcc()},
          image_(std::move(image)) {}

    /// The rest of construction, after the allocation. The derived class owns the memory of @p
    /// bytes.
    void bind(const Context& context, vk::raii::DeviceMemory memory, std::span<std::byte> bytes) {
        memory_ = std::move(memory);
        bytes_ = bytes;
        image_.bindMemory(memory_, 0);
        const auto placed =
            image_.getSubresourceLayout({.aspectMask = vk::ImageAspectFlagBits::eColor});
        layout_.planes[0].offset = placed.offset;
        layout_.planes[0].stride = placed.rowPitch;
        view_ = {context.device(),
                 {.image = image_,
                  .viewType = vk::ImageViewType::e2D,
                  .format = vk_format(layout_.fourcc),
                  .subresourceRange = whole_colour}};
        // Before the first write: the transition from UNDEFINED may discard the content.
        context.run([this](const vk::raii::CommandBuffer& commands) {
            image_barrier(commands, image_,
                          {vk::ImageLayout::eUndefined, vk::ImageLayout::eGeneral}, scope::nothing,
                          scope::sampling);
        });
    }

    [[nodiscard]] const vk::raii::Image& image() const noexcept { return image_; }

private:
    ImageLayout layout_;
    std::span<std::byte> bytes_;
    // In order of creation, so that they end in the reverse order.
    vk::raii::DeviceMemory memory_ = nullptr;
    vk::raii::Image image_;
    vk::raii::ImageView view_ = nullptr;
};

/// Memory from Vulkan, mapped for its whole life.
class HostVisiblePath final : public LinearPath {
public:
    HostVisiblePath(const Context& context, const TestFrames& frames)
        : LinearPath(frames, (require_linear_images(context, frames, nullptr),
                              create_image(context, frames, nullptr))) {
        const auto needs = image().getMemoryRequirements();
        vk::raii::DeviceMemory memory(
            context.device(), {.allocationSize = needs.size,
                               .memoryTypeIndex = coherent_type(context, needs.memoryTypeBits)});
        auto* const mapped = static_cast<std::byte*>(memory.mapMemory(0, VK_WHOLE_SIZE));
        bind(context, std::move(memory), {mapped, needs.size});
    }
};

/// The base that outlives the image bound to it.
struct OwnMemory {
    std::optional<AnonymousMemory> pages;
};

class HostPointerPath final : private OwnMemory, public LinearPath {
public:
    HostPointerPath(const Context& context, const TestFrames& frames)
        : LinearPath(frames, (require_linear_images(context, frames, &asked),
                              create_image(context, frames, &external))) {
        const auto needs = image().getMemoryRequirements();
        const auto limits = context.physical()
                                .getProperties2<vk::PhysicalDeviceProperties2,
                                                vk::PhysicalDeviceExternalMemoryHostPropertiesEXT>()
                                .get<vk::PhysicalDeviceExternalMemoryHostPropertiesEXT>();
        const vk::DeviceSize unit = limits.minImportedHostPointerAlignment;
        const vk::DeviceSize size = (needs.size + unit - 1) / unit * unit;
        pages.emplace(size);
        const vk::ImportMemoryHostPointerInfoEXT import{.handleType = host_allocation,
                                                        .pHostPointer = pages->bytes().data()};
        const auto pointer = context.device().getMemoryHostPointerPropertiesEXT(
            host_allocation, pages->bytes().data());
        bind(context,
             {context.device(),
              {.pNext = &import,
               .allocationSize = size,
               .memoryTypeIndex =
                   coherent_type(context, needs.memoryTypeBits & pointer.memoryTypeBits)}},
             pages->bytes());
    }

private:
    static constexpr vk::ExternalMemoryImageCreateInfo external{.handleTypes = host_allocation};
    static constexpr vk::PhysicalDeviceExternalImageFormatInfo asked{.handleType = host_allocation};
};

} // namespace

std::unique_ptr<UploadPath> host_visible_path(const Context& context, const TestFrames& frames) {
    return std::make_unique<HostVisiblePath>(context, frames);
}

std::unique_ptr<UploadPath> host_pointer_path(const Context& context, const TestFrames& frames) {
    if (!context.facts().host_pointer) {
        throw std::runtime_error("the device has no VK_EXT_external_memory_host");
    }
    return std::make_unique<HostPointerPath>(context, frames);
}

} // namespace parallax::bench
