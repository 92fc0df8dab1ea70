// SPDX-License-Identifier: MIT
#include "viewers/mistake.hpp"

#include "parallax/text.hpp"
#include "parallax/vulkan/import/plan.hpp"
#include "viewers/painter.hpp"

#include <drm_fourcc.h>
#include <sys/mman.h>

#include <algorithm>
#include <array>
#include <utility>

namespace parallax::demo {
namespace {

using Shared = std::expected<SharedImage, Reasons>;

std::expected<ImportPlan, Reasons> plan(const Importer& importer, const ImageRequest& request,
                                        std::optional<ImportMethod> only) {
    return plan_import(ask_driver(importer, request), request, only).transform_error(describe);
}

std::expected<ImportPlan, Reasons> plan(const Importer& importer,
                                        const SharedImage::Options& options) {
    return plan(importer, {.extent = options.extent, .fourcc = options.fourcc}, options.method);
}

/// @param right    the plan of the CPU's layout.
/// @param imported what the GPU imports: the same, or another layout.
Shared share_with(const Importer& importer, const ImportPlan& right, DmaBuf&& buffer,
                  std::string_view name, const ImportPlan& imported) {
    buffer.set_name(name);
    auto import = import_image(importer, imported, buffer);
    if (!import) {
        return std::unexpected(describe({import.error()}));
    }
    return SharedImage(right, std::move(buffer), *std::move(import));
}

/// The GPU is told the layout that @p misread makes of the right one.
template <class Misread>
Shared share_misread(const Context& context, Exporter& exporter,
                     const SharedImage::Options& options, Misread misread) {
    const auto right = plan(context.importer(), options);
    if (!right) {
        return std::unexpected(right.error());
    }
    ImageRequest request{.extent = options.extent, .fourcc = options.fourcc};
    request.fixed = right->layout;
    misread(*request.fixed);
    request.fourcc = request.fixed->fourcc;
    const auto wrong = plan(context.importer(), request, right->method);
    if (!wrong) {
        return std::unexpected(wrong.error());
    }
    return share_with(context.importer(), *right,
                      exporter.allocate(std::max(right->buffer_size(), wrong->buffer_size())),
                      options.name, *wrong);
}

/// The GPU is told rows that are 256 bytes longer than those that the CPU writes.
Shared share_with_wrong_stride(const Context& context, Exporter& exporter,
                               const SharedImage::Options& options) {
    return share_misread(context, exporter, options,
                         [](ImageLayout& layout) { layout.planes[0].stride += 256; });
}

Shared share_with_wrong_offset(const Context& context, Exporter& exporter,
                               const SharedImage::Options& options) {
    return share_misread(context, exporter, options,
                         [](ImageLayout& layout) { layout.planes[0].offset += 4096; });
}

Shared share_with_wrong_format(const Context& context, Exporter& exporter,
                               const SharedImage::Options& options) {
    constexpr std::array<std::array<std::uint32_t, 2>, 2> pairs{
        {{DRM_FORMAT_XRGB8888, DRM_FORMAT_XBGR8888}, {DRM_FORMAT_ARGB8888, DRM_FORMAT_ABGR8888}}};
    for (const auto& [rgb, bgr] : pairs) {
        if (options.fourcc == rgb || options.fourcc == bgr) {
            return share_misread(context, exporter, options, [&](ImageLayout& layout) {
                layout.fourcc = options.fourcc == rgb ? bgr : rgb;
            });
        }
    }
    return std::unexpected(Reasons{text::format("no format has the channels of {} in another order",
                                                format_of(options.fourcc).name)});
}

/// The GPU imports another buffer of the same size than the CPU writes.
Shared share_decoy(const Context& context, Exporter& exporter,
                   const SharedImage::Options& options) {
    auto image = SharedImage::create(context, exporter, options);
    if (!image) {
        return image;
    }
    const DmaBuf decoy = exporter.allocate(image->buffer().size());
    if (decoy.inode() == image->buffer().inode()) {
        return std::unexpected(
            Reasons{"this exporter gives the same memory each time, so there is no decoy"});
    }
    decoy.set_name("parallax decoy");
    auto imported = import_image(context.importer(), image->plan(), decoy);
    if (!imported) {
        return std::unexpected(describe({imported.error()}));
    }
    image->see_instead(*std::move(imported));
    return image;
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
    const auto planned = plan(*importer, options);
    if (!planned) {
        return std::unexpected(planned.error());
    }
    return share_with(*importer, *planned, exporter.allocate(planned->buffer_size()), options.name,
                      *planned);
}

/// Exports the memory without O_RDWR.
Shared share_read_only(const Context& context, Exporter& exporter,
                       const SharedImage::Options& options) {
    if (!exporter.exports_read_only()) {
        return std::unexpected(Reasons{"this exporter gives every fd O_RDWR"});
    }
    const auto planned = plan(context.importer(), options);
    if (!planned) {
        return std::unexpected(planned.error());
    }
    return share_with(context.importer(), *planned,
                      exporter.allocate(planned->buffer_size(), Protection::read), options.name,
                      *planned);
}

/// The rows are whole tiles.
Shared share_for_tiles(const Context& context, Exporter& exporter,
                       const SharedImage::Options& options) {
    return SharedImage::create(context, exporter, options).and_then([](SharedImage&& image) {
        const std::string refusal = refuse_tiles(image.layout(), image.buffer().size());
        return refusal.empty() ? Shared(std::move(image)) : std::unexpected(Reasons{refusal});
    });
}

constexpr std::array table{
    Mistake{.name = "no-sync",
            .title = "no SYNC",
            .expected =
                "Where CPU and device do not share caches, each sees old bytes of the other; "
                "where they do, nothing shows.",
            .unseen = "all readers here share the CPU's caches; a device behind bounce buffers "
                      "does not: ./lab run --append swiotlb=force -- vm/guest/with-importer.sh "
                      "parallax render --break no-sync --views device",
            .culprit = Culprit::sync,
            .share = SharedImage::create},
    Mistake{.name = "no-ownership",
            .title = "no FOREIGN barrier",
            .expected = "The GPU may sample from its caches what the CPU has long overwritten; "
                        "many drivers tolerate it.",
            .unseen = "this driver has no cache to invalidate, or tolerates it; lab's machine "
                      "cannot show it, a GPU with caches of its own may",
            .share = share_without_transfer},
    Mistake{.name = "stride",
            .title = "wrong stride",
            .expected = "The driver refuses, or takes it in silence and each row slips further.",
            .unseen = "",
            .share = share_with_wrong_stride},
    Mistake{.name = "decoy",
            .title = "decoy memory",
            .expected = "The GPU looks at another buffer: everything that was drawn differs.",
            .unseen = "",
            .share = share_decoy},
    Mistake{.name = "read-only",
            .title = "read-only fd",
            .expected = "A driver that maps the memory for writing refuses the import.",
            .unseen = "this driver takes the fd; one that maps the memory refuses it, such as "
                      "lavapipe: ./lab run -- parallax render --break read-only",
            .share = share_read_only},
    Mistake{.name = "offset",
            .title = "wrong offset",
            .expected = "The driver refuses, or the picture is shifted by one page.",
            .unseen = "",
            .share = share_with_wrong_offset},
    Mistake{.name = "format",
            .title = "wrong format",
            .expected = "Red and blue are exchanged.",
            .unseen = "",
            .share = share_with_wrong_format},
    Mistake{.name = "modifier",
            .title = "tiles called LINEAR",
            .expected =
                "A reader of rows sees blocks: a row of a tile is where a part of a row should be.",
            .unseen = "",
            .culprit = Culprit::tiles,
            .share = share_for_tiles},
    Mistake{
        .name = "late-fence",
        .title = "no wait for a fence",
        .expected =
            "A reader that does not wait for the fence of the writer sees the previous picture.",
        .unseen = "",
        .culprit = Culprit::late_fence,
        .share = SharedImage::create},
};

} // namespace

std::span<const Mistake> mistakes() noexcept {
    return table;
}

const Mistake* find_mistake(std::string_view name) noexcept {
    const auto* const found = std::ranges::find_if(table, [name](const Mistake& mistake) {
        return mistake.name == name || mistake.title == name;
    });
    return found == table.end() ? nullptr : found;
}

MappedBytes map_without_sync(const DmaBuf& buffer) {
    return {buffer.size(),
            {.protection = PROT_READ | PROT_WRITE, .flags = MAP_SHARED, .fd = buffer.fd()},
            "of a dma-buf"};
}

} // namespace parallax::demo
