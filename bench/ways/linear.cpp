// SPDX-License-Identifier: MIT
// The two ways over a linear image in memory that the CPU has mapped all the time: the program's
// own memory, imported; and memory that Vulkan allocated.
#include "anonymous_memory.hpp"
#include "frame_way.hpp"

#include "parallax/vulkan/barriers.hpp"
#include "parallax/vulkan/formats.hpp"

#include <format>
#include <optional>
#include <stdexcept>

namespace parallax::bench {
namespace {

constexpr auto host_allocation = vk::ExternalMemoryHandleTypeFlagBits::eHostAllocationEXT;

vk::raii::Image create_image(const Context& context, const TestFrames& frames, const void* next) {
    return {context.device(),
            vk::ImageCreateInfo{.pNext = next,
                                .imageType = vk::ImageType::e2D,
                                .format = vulkan_format(frames.format()).format,
                                .extent = {frames.extent().width, frames.extent().height, 1},
                                .mipLevels = 1,
                                .arrayLayers = 1,
                                .samples = vk::SampleCountFlagBits::e1,
                                .tiling = vk::ImageTiling::eLinear,
                                .usage = vk::ImageUsageFlagBits::eSampled,
                                .initialLayout = vk::ImageLayout::ePreinitialized}};
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
        std::format("no memory type among {:#x} is visible to the CPU and coherent", allowed));
}

class LinearWay : public FrameWay {
public:
    void write(const TestFrames& frames, std::uint32_t number, const vk::Rect2D& part) override {
        frames.paint(number, part, layout_, bytes_);
    }

    // What the CPU wrote before a submission is visible to it; only the layout is to be set, once.
    void begin(const vk::raii::CommandBuffer& commands, const vk::Rect2D& /*part*/) override {
        if (now_ != vk::ImageLayout::eGeneral) {
            image_barrier(commands, image_, {now_, vk::ImageLayout::eGeneral}, scope::nothing,
                          scope::sampling);
            now_ = vk::ImageLayout::eGeneral;
        }
    }

    void end(const vk::raii::CommandBuffer& /*commands*/) override {}

    [[nodiscard]] vk::DescriptorImageInfo view() override {
        return {.imageView = view_, .imageLayout = vk::ImageLayout::eGeneral};
    }

protected:
    LinearWay(const TestFrames& frames, vk::raii::Image image)
        : layout_{.extent = frames.extent(), .format = &frames.format()},
          image_(std::move(image)) {}

    /// The rest of construction, once the memory is there. The deriving class owns what @p bytes
    /// lie in.
    void bind(const Context& context, vk::raii::DeviceMemory memory, std::span<std::byte> bytes) {
        memory_ = std::move(memory);
        bytes_ = bytes;
        image_.bindMemory(memory_, 0);
        const auto placed =
            image_.getSubresourceLayout({.aspectMask = vk::ImageAspectFlagBits::eColor});
        layout_.offset = placed.offset;
        layout_.stride = placed.rowPitch;
        view_ = {context.device(),
                 {.image = image_,
                  .viewType = vk::ImageViewType::e2D,
                  .format = vulkan_format(*layout_.format).format,
                  .subresourceRange = whole_colour}};
    }

    [[nodiscard]] const vk::raii::Image& image() const noexcept { return image_; }

private:
    ImageLayout layout_;
    std::span<std::byte> bytes_;
    vk::ImageLayout now_ = vk::ImageLayout::ePreinitialized;
    // In order of creation, so that they end in the reverse order.
    vk::raii::DeviceMemory memory_ = nullptr;
    vk::raii::Image image_;
    vk::raii::ImageView view_ = nullptr;
};

/// Memory from Vulkan, mapped for as long as it lives.
class HostVisibleWay final : public LinearWay {
public:
    HostVisibleWay(const Context& context, const TestFrames& frames)
        : LinearWay(frames, create_image(context, frames, nullptr)) {
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

class HostPointerWay final : private OwnMemory, public LinearWay {
public:
    HostPointerWay(const Context& context, const TestFrames& frames)
        : LinearWay(frames, create_image(context, frames, &external)) {
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
};

} // namespace

std::unique_ptr<FrameWay> host_visible_way(const Context& context, const TestFrames& frames) {
    return std::make_unique<HostVisibleWay>(context, frames);
}

std::unique_ptr<FrameWay> host_pointer_way(const Context& context, const TestFrames& frames) {
    if (!context.facts().host_pointer) {
        throw std::runtime_error("the device has no VK_EXT_external_memory_host");
    }
    return std::make_unique<HostPointerWay>(context, frames);
}

} // namespace parallax::bench
