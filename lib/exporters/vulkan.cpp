// SPDX-License-Identifier: MIT
#include "exporters/gpu_copy.hpp"
#include "exporters/kinds.hpp"
#include "offscreen/formats.hpp"
#include "parallax/image/drawn_buffer.hpp"
#include "parallax/printable.hpp"
#include "parallax/text.hpp"
#include "parallax/vulkan/import/modifiers.hpp"

#include <algorithm>
#include <bit>
#include <stdexcept>
#include <utility>

namespace parallax {
namespace {

constexpr auto dma_buf = vk::ExternalMemoryHandleTypeFlagBits::eDmaBufEXT;

/// Device memory that can be exported, for one image or buffer alone.
vk::raii::DeviceMemory allocate_for_export(const Context& context,
                                           const vk::MemoryRequirements& needs,
                                           const vk::MemoryDedicatedAllocateInfo& of) {
    const vk::ExportMemoryAllocateInfo exported{.pNext = &of, .handleTypes = dma_buf};
    return {context.device(), vk::MemoryAllocateInfo{.pNext = &exported,
                                                     .allocationSize = needs.size,
                                                     .memoryTypeIndex = static_cast<std::uint32_t>(
                                                         std::countr_zero(needs.memoryTypeBits))}};
}

DmaBuf export_memory(const Context& context, const vk::raii::DeviceMemory& memory) {
    return DmaBuf(
        UniqueFd(context.device().getMemoryFdKHR({.memory = *memory, .handleType = dma_buf})));
}

/// Modifiers that this device exports and the importer takes.
std::vector<std::uint64_t> common_modifiers(const Context& context, const PictureRequest& request) {
    std::vector<std::uint64_t> both;
    for (const ModifierAnswer& answer : ask_modifiers(context.importer(), request.fourcc)) {
        if (answer.exportable() && answer.planes == 1 &&
            std::ranges::contains(request.modifiers, answer.modifier)) {
            both.push_back(answer.modifier);
        }
    }
    return both;
}

class VulkanMemory final : public PictureExporter {
public:
    explicit VulkanMemory(std::string wish) : wish_(std::move(wish)) {}

    [[nodiscard]] bool exports_read_only() const noexcept override { return false; }

    std::expected<PictureMemory, Reasons> allocate_picture(const PictureRequest& request) override {
        if (auto refusals = open(); !refusals.empty()) {
            return std::unexpected(std::move(refusals));
        }
        if (!has_vulkan_format(request.fourcc)) {
            return std::unexpected(Reasons{
                text::format("{} has no counterpart in Vulkan", format_of(request.fourcc).name)});
        }
        try {
            return make_picture(request);
        } catch (const vk::DeviceLostError&) {
            throw;
        } catch (const vk::SystemError& error) {
            return std::unexpected(Reasons{
                text::format("{} exports no memory for {}x{} {} ({})",
                             device_->context->facts().name, request.extent.width,
                             request.extent.height, format_of(request.fourcc).name, error.what())});
        }
    }

private:
    DmaBuf do_allocate(std::uint64_t size, Protection /*access*/) override {
        if (auto refusals = open(); !refusals.empty()) {
            throw std::runtime_error(joined(refusals, "; "));
        }
        const Context& context = *device_->context;
        const vk::ExternalMemoryBufferCreateInfo external{.handleTypes = dma_buf};
        const vk::raii::Buffer buffer(
            context.device(), vk::BufferCreateInfo{.pNext = &external,
                                                   .size = size,
                                                   .usage = vk::BufferUsageFlagBits::eTransferSrc |
                                                            vk::BufferUsageFlagBits::eTransferDst});
        return export_memory(context, allocate_for_export(context, buffer.getMemoryRequirements(),
                                                          {.buffer = *buffer}));
    }

    PictureMemory make_picture(const PictureRequest& request) {
        const Context& context = *device_->context;
        const std::vector<std::uint64_t> modifiers = common_modifiers(context, request);
        const vk::ExternalMemoryImageCreateInfo external{.handleTypes = dma_buf};
        const vk::ImageDrmFormatModifierListCreateInfoEXT list{
            .pNext = &external,
            .drmFormatModifierCount = static_cast<std::uint32_t>(modifiers.size()),
            .pDrmFormatModifiers = modifiers.data()};
        vk::ImageCreateInfo info{.pNext = &list,
                                 .imageType = vk::ImageType::e2D,
                                 .format = vk_format(request.fourcc),
                                 .extent = {request.extent.width, request.extent.height, 1},
                                 .mipLevels = 1,
                                 .arrayLayers = 1,
                                 .samples = vk::SampleCountFlagBits::e1,
                                 .tiling = vk::ImageTiling::eDrmFormatModifierEXT,
                                 .usage = vk::ImageUsageFlagBits::eTransferSrc |
                                          vk::ImageUsageFlagBits::eTransferDst,
                                 .initialLayout = vk::ImageLayout::eUndefined};
        vk::ImageAspectFlagBits aspect = vk::ImageAspectFlagBits::eMemoryPlane0EXT;
        if (modifiers.empty()) {
            info.pNext = &external;
            info.tiling = vk::ImageTiling::eLinear;
            aspect = vk::ImageAspectFlagBits::eColor;
        }
        vk::raii::Image image(context.device(), info);
        vk::raii::DeviceMemory memory =
            allocate_for_export(context, image.getMemoryRequirements(), {.image = *image});
        image.bindMemory(*memory, 0);
        const vk::SubresourceLayout rows = image.getSubresourceLayout({.aspectMask = aspect});
        ImageLayout layout =
            packed_layout(request.extent, request.fourcc, rows.rowPitch, rows.offset);
        if (!modifiers.empty()) {
            layout.modifier = image.getDrmFormatModifierPropertiesEXT().drmFormatModifier;
        }
        DmaBuf buffer = export_memory(context, memory);
        auto access = std::make_unique<GpuCopy>(device_, std::move(memory), std::move(image),
                                                DmaBuf(buffer.duplicate()), layout);
        return {.buffer = std::move(buffer), .layout = layout, .access = std::move(access)};
    }

    /// Loads the driver, with the first allocation.
    /// @return why there is no device; empty if there is one.
    Reasons open() {
        if (device_) {
            return {};
        }
        auto instance = Instance::create({});
        if (!instance) {
            return instance.error();
        }
        auto opened = std::make_shared<ExportingDevice>(ExportingDevice{
            .instance = std::make_unique<Instance>(*std::move(instance)), .context = nullptr});
        auto context = Context::open(*opened->instance, wish_);
        if (!context) {
            Reasons reasons = context.error();
            if (reasons.empty()) {
                reasons.push_back(text::format("there is no Vulkan device '{}'", printable(wish_)));
            }
            return reasons;
        }
        opened->context = *std::move(context);
        device_ = std::move(opened);
        return {};
    }

    std::string wish_;
    std::shared_ptr<const ExportingDevice> device_;
};

} // namespace

OpenedExporter open_vulkan(const ExporterKind& kind) {
    return std::make_unique<VulkanMemory>(std::string(kind.node));
}

} // namespace parallax
