// SPDX-License-Identifier: MIT
#include "parallax/vulkan/imported_ycbcr.hpp"

#include <drm_fourcc.h>

#include <algorithm>

namespace parallax {
namespace {

// Formats of planes: samples for a shader, not colours for people, so nothing packs or unpacks
// them.
constexpr PixelFormat samples(std::string_view name, std::uint32_t fourcc, std::uint32_t bytes) {
    return {.name = name,
            .fourcc = fourcc,
            .bytes = bytes,
            .has_alpha = true,
            .pack = nullptr,
            .unpack = nullptr};
}
constexpr PixelFormat luma_samples = samples("R8", DRM_FORMAT_R8, 1);
constexpr PixelFormat chroma_samples = samples("GR88", DRM_FORMAT_GR88, 2);
constexpr PixelFormat pair_samples = samples("ABGR8888", DRM_FORMAT_ABGR8888, 4);

std::vector<ImageLayout> planes_of(const YcbcrLayout& layout) {
    const auto [width, height] = layout.extent;
    if (layout.packing == YcbcrPacking::yuyv) {
        return {{.extent = {width / 2, height}, .format = &pair_samples, .stride = layout.stride}};
    }
    return {{.extent = layout.extent, .format = &luma_samples, .stride = layout.stride},
            {.extent = {width / 2, height / 2},
             .format = &chroma_samples,
             .offset = layout.chroma_offset(),
             .stride = layout.stride}};
}

} // namespace

std::expected<ImportedYcbcr, Reasons>
ImportedYcbcr::create(const Context& context, const DmaBuf& buffer, const YcbcrLayout& layout) {
    ImportedYcbcr result;
    for (const ImageLayout& plane : planes_of(layout)) {
        const ImageRequest request{.extent = plane.extent, .format = plane.format, .fixed = plane};
        const auto plan = plan_import(ask_driver(context, request), request);
        if (!plan) {
            return std::unexpected(describe(plan.error()));
        }
        auto image = import_image(context, *plan, buffer);
        if (!image) {
            return std::unexpected(image.error());
        }
        result.planes_.push_back(*std::move(image));
        result.rung_ = std::max(result.rung_, plan->rung);
    }
    return result;
}

void ImportedYcbcr::acquire(const vk::raii::CommandBuffer& commands) {
    for (const auto& plane : planes_) {
        plane->acquire(commands);
    }
}

void ImportedYcbcr::release(const vk::raii::CommandBuffer& commands) {
    for (const auto& plane : planes_) {
        plane->release(commands);
    }
}

std::array<vk::DescriptorImageInfo, 2> ImportedYcbcr::views() const {
    return {planes_.front()->view(), planes_.back()->view()};
}

} // namespace parallax
