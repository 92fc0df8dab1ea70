// SPDX-License-Identifier: MIT
#include "window/rules.hpp"

#include "parallax/vulkan/import/probe.hpp"
#include "viewers/mistake.hpp"

#include <sys/mman.h>

#include <algorithm>
#include <array>
#include <string_view>

namespace parallax::demo {
namespace {

using Shared = std::expected<SharedImage, Reasons>;

Shared share_with(const Importer& importer, const ImportPlan& plan, DmaBuf&& buffer,
                  const ImportPlan& import_plan) {
    buffer.set_name("parallax picture");
    auto imported = import_image(importer, import_plan, buffer);
    if (!imported) {
        return std::unexpected(describe({imported.error()}));
    }
    return SharedImage(plan, std::move(buffer), *std::move(imported));
}

std::expected<ImportPlan, Reasons> plan(const Importer& importer, const ImageRequest& request,
                                        std::optional<ImportMethod> only) {
    return plan_import(ask_driver(importer, request), request, only).transform_error(describe);
}

// An importer that leaves the transfers of ownership out: its vkCmdPipelineBarrier() does.
struct {
    PFN_vkGetInstanceProcAddr get_instance_proc_addr = nullptr;
    PFN_vkGetDeviceProcAddr get_device_proc_addr = nullptr;
    PFN_vkCmdPipelineBarrier pipeline_barrier = nullptr;
} real;

template <class Barrier>
Barrier without_transfer(Barrier barrier) {
    barrier.srcQueueFamilyIndex = VK_QUEUE_FAMILY_IGNORED;
    barrier.dstQueueFamilyIndex = VK_QUEUE_FAMILY_IGNORED;
    return barrier;
}

/// Import records at most one barrier of each kind at a time.
VKAPI_ATTR void VKAPI_CALL plain_barrier(VkCommandBuffer commands, VkPipelineStageFlags before,
                                         VkPipelineStageFlags after, VkDependencyFlags flags,
                                         std::uint32_t all_count, const VkMemoryBarrier* all,
                                         std::uint32_t buffer_count,
                                         const VkBufferMemoryBarrier* buffers,
                                         std::uint32_t image_count,
                                         const VkImageMemoryBarrier* images) {
    const auto buffer = buffer_count > 0 ? without_transfer(*buffers) : VkBufferMemoryBarrier{};
    const auto image = image_count > 0 ? without_transfer(*images) : VkImageMemoryBarrier{};
    real.pipeline_barrier(commands, before, after, flags, all_count, all, buffer_count, &buffer,
                          image_count, &image);
}

VKAPI_ATTR PFN_vkVoidFunction VKAPI_CALL device_function(VkDevice device, const char* name) {
    const PFN_vkVoidFunction function = real.get_device_proc_addr(device, name);
    if (std::string_view(name) != "vkCmdPipelineBarrier") {
        return function;
    }
    real.pipeline_barrier = reinterpret_cast<PFN_vkCmdPipelineBarrier>(function);
    return reinterpret_cast<PFN_vkVoidFunction>(plain_barrier);
}

VKAPI_ATTR PFN_vkVoidFunction VKAPI_CALL instance_function(VkInstance instance, const char* name) {
    const PFN_vkVoidFunction function = real.get_instance_proc_addr(instance, name);
    if (std::string_view(name) != "vkGetDeviceProcAddr") {
        return function;
    }
    real.get_device_proc_addr = reinterpret_cast<PFN_vkGetDeviceProcAddr>(function);
    return reinterpret_cast<PFN_vkVoidFunction>(device_function);
}

Shared share_without_transfer(const Context& context, Exporter& exporter,
                              const SharedImage::Options& options) {
    VulkanDevice device = context.vulkan_device();
    real.get_instance_proc_addr = std::exchange(device.get_instance_proc_addr, instance_function);
    const auto importer = Importer::create(device);
    if (!importer) {
        return std::unexpected(importer.error());
    }
    const auto planned =
        plan(*importer, {.extent = options.extent, .fourcc = options.fourcc}, options.method);
    if (!planned) {
        return std::unexpected(planned.error());
    }
    return share_with(*importer, *planned, exporter.allocate(planned->buffer_size()), *planned);
}

/// Exports the memory without O_RDWR.
Shared share_read_only(const Context& context, Exporter& exporter,
                       const SharedImage::Options& options) {
    if (!exporter.exports_read_only()) {
        return std::unexpected(Reasons{"this exporter gives every fd O_RDWR"});
    }
    const auto planned = plan(context.importer(),
                              {.extent = options.extent, .fourcc = options.fourcc}, options.method);
    if (!planned) {
        return std::unexpected(planned.error());
    }
    return share_with(context.importer(), *planned,
                      exporter.allocate(planned->buffer_size(), Protection::read), *planned);
}

constexpr std::array table{
    Rule{.action = Action::break_sync,
         .name = "no SYNC",
         .expected = "Where CPU and device do not share caches, each sees old bytes of the other; "
                     "where they do, nothing shows.",
         .without_sync = true,
         .share = SharedImage::create},
    Rule{.action = Action::break_foreign,
         .name = "no FOREIGN barrier",
         .expected = "The GPU may sample from its caches what the CPU has long overwritten; "
                     "many drivers forgive it.",
         .without_sync = false,
         .share = share_without_transfer},
    Rule{.action = Action::break_stride,
         .name = "wrong stride",
         .expected = "The driver refuses, or takes it in silence and each row slips further.",
         .without_sync = false,
         .share = share_with_wrong_stride},
    Rule{.action = Action::break_decoy,
         .name = "decoy memory",
         .expected = "The GPU looks at another buffer: everything that was drawn differs.",
         .without_sync = false,
         .share = share_decoy},
    Rule{.action = Action::break_read_only,
         .name = "read-only fd",
         .expected = "A driver that maps the memory for writing refuses the import.",
         .without_sync = false,
         .share = share_read_only},
};

} // namespace

std::span<const Rule> rules() noexcept {
    return table;
}

std::optional<std::size_t> find_rule(Action action) noexcept {
    const auto* const found = std::ranges::find(table, action, &Rule::action);
    return found == table.end() ? std::nullopt
                                : std::optional(static_cast<std::size_t>(found - table.begin()));
}

std::optional<std::size_t> find_rule(std::string_view name) noexcept {
    const auto* const found = std::ranges::find(table, name, &Rule::name);
    return found == table.end() ? std::nullopt
                                : std::optional(static_cast<std::size_t>(found - table.begin()));
}

MappedBytes map_without_sync(const DmaBuf& buffer) {
    return {buffer.size(),
            {.protection = PROT_READ | PROT_WRITE, .flags = MAP_SHARED, .fd = buffer.fd()},
            "of a dma-buf"};
}

} // namespace parallax::demo
