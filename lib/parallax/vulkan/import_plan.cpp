// SPDX-License-Identifier: MIT
#include "parallax/vulkan/import_plan.hpp"

#include <drm_fourcc.h>

#include <algorithm>
#include <bit>
#include <format>

namespace parallax {
namespace {

using Feature = vk::FormatFeatureFlagBits;

std::string size_text(Extent extent) {
    return std::format("{}x{}", extent.width, extent.height);
}

/// What images of both tilings must satisfy, in the order in which it was asked.
Reasons image_refusals(const ImageAnswer& answer, const ImageRequest& request,
                       std::string_view tiling) {
    const std::string_view format = request.format->name;
    if (!(answer.features & Feature::eSampledImage)) {
        return {std::format("{} with {} cannot be sampled (features {})", format, tiling,
                            vk::to_string(answer.features))};
    }
    if (answer.supported != vk::Result::eSuccess) {
        return {std::format("the driver takes no dma-buf as a {} image with {} ({})", format,
                            tiling, vk::to_string(answer.supported))};
    }
    Reasons reasons;
    if (!(answer.external & vk::ExternalMemoryFeatureFlagBits::eImportable)) {
        reasons.push_back(std::format("a dma-buf cannot be imported as a {} image with {} "
                                      "(external memory features {})",
                                      format, tiling, vk::to_string(answer.external)));
    }
    if (request.extent.width > answer.largest.width ||
        request.extent.height > answer.largest.height) {
        reasons.push_back(std::format("{} is larger than the {}x{} that the device takes",
                                      size_text(request.extent), answer.largest.width,
                                      answer.largest.height));
    }
    if (reasons.empty() && answer.created != vk::Result::eSuccess) {
        reasons.push_back(std::format("vkCreateImage refused {} {} with {} ({})",
                                      size_text(request.extent), format, tiling,
                                      vk::to_string(answer.created)));
    }
    return reasons;
}

/// Whether the driver's layout is the one that the memory has already, where it is fixed.
void require_fixed_layout(const ImageAnswer& answer, const ImageRequest& request,
                          Reasons& reasons) {
    if (request.fixed && reasons.empty() &&
        (request.fixed->stride != answer.stride || request.fixed->offset != answer.offset)) {
        reasons.push_back(std::format(
            "the memory has stride {} and offset {}, the driver wants stride {} and offset {}",
            request.fixed->stride, request.fixed->offset, answer.stride, answer.offset));
    }
}

Reasons modifier_refusals(const DriverAnswers& answers, const ImageRequest& request) {
    if (!answers.modifier.offered) {
        return {std::format("the driver does not offer DRM_FORMAT_MOD_LINEAR for {} (no "
                            "VK_EXT_image_drm_format_modifier, or not this format)",
                            request.format->name)};
    }
    Reasons reasons = image_refusals(answers.modifier, request, "modifier LINEAR");
    require_fixed_layout(answers.modifier, request, reasons);
    return reasons;
}

Reasons linear_refusals(const DriverAnswers& answers, const ImageRequest& request) {
    Reasons reasons = image_refusals(answers.linear, request, "linear tiling");
    require_fixed_layout(answers.linear, request, reasons);
    return reasons;
}

Reasons buffer_refusals(const DriverAnswers& answers, const ImageRequest& request) {
    Reasons reasons;
    if (!(answers.buffer.external & vk::ExternalMemoryFeatureFlagBits::eImportable)) {
        reasons.push_back(
            std::format("a dma-buf cannot be imported as a buffer (external memory features {})",
                        vk::to_string(answers.buffer.external)));
    } else if (answers.buffer.created != vk::Result::eSuccess) {
        reasons.push_back(
            std::format("vkCreateBuffer refused ({})", vk::to_string(answers.buffer.created)));
    }
    constexpr auto wanted = Feature::eSampledImage | Feature::eTransferDst;
    if ((answers.optimal & wanted) != wanted) {
        reasons.push_back(std::format("{} cannot be both copied to and sampled (features {})",
                                      request.format->name, vk::to_string(answers.optimal)));
    }
    if (request.fixed &&
        (request.fixed->stride % request.format->bytes != 0 || request.fixed->offset % 4 != 0)) {
        // vkCmdCopyBufferToImage counts rows in pixels, and offsets in words.
        reasons.push_back(std::format("stride {} is no multiple of {} bytes, or offset {} of 4",
                                      request.fixed->stride, request.format->bytes,
                                      request.fixed->offset));
    }
    return reasons;
}

Reasons refusals(Rung rung, const DriverAnswers& answers, const ImageRequest& request) {
    switch (rung) {
    case Rung::modifier:
        return modifier_refusals(answers, request);
    case Rung::linear:
        return linear_refusals(answers, request);
    case Rung::buffer:
        return buffer_refusals(answers, request);
    }
    std::unreachable();
}

ImageLayout layout_of(const ImageAnswer& answer, const ImageRequest& request) {
    return {.extent = request.extent,
            .format = request.format,
            .modifier = DRM_FORMAT_MOD_LINEAR,
            .offset = answer.offset,
            .stride = answer.stride};
}

ImportPlan plan_for(Rung rung, const DriverAnswers& answers, const ImageRequest& request) {
    if (rung == Rung::buffer) {
        const ImageLayout ours{.extent = request.extent,
                               .format = request.format,
                               .modifier = DRM_FORMAT_MOD_LINEAR,
                               .stride =
                                   portable_stride(request.extent.width, request.format->bytes)};
        return {
            .rung = rung, .layout = request.fixed.value_or(ours), .memory = answers.buffer.memory};
    }
    const ImageAnswer& answer = rung == Rung::modifier ? answers.modifier : answers.linear;
    return {.rung = rung,
            .layout = layout_of(answer, request),
            .usage = usage_for(answer.features),
            .memory = answer.memory};
}

} // namespace

std::string_view rung_name(Rung rung) noexcept {
    switch (rung) {
    case Rung::modifier:
        return "modifier";
    case Rung::linear:
        return "linear";
    case Rung::buffer:
        return "buffer";
    }
    std::unreachable();
}

std::optional<Rung> find_rung(std::string_view name) noexcept {
    const auto* const found = std::ranges::find(all_rungs, name, rung_name);
    return found == all_rungs.end() ? std::nullopt : std::optional(*found);
}

std::expected<ImportPlan, std::vector<Refusal>>
plan_import(const DriverAnswers& answers, const ImageRequest& request, std::optional<Rung> only) {
    std::vector<Refusal> refused;
    for (const Rung rung : all_rungs) {
        if (only && *only != rung) {
            continue;
        }
        Reasons reasons = refusals(rung, answers, request);
        if (reasons.empty()) {
            ImportPlan plan = plan_for(rung, answers, request);
            plan.refused = std::move(refused);
            return plan;
        }
        refused.push_back({.rung = rung, .reasons = std::move(reasons)});
    }
    return std::unexpected(std::move(refused));
}

std::expected<std::uint32_t, std::string> choose_memory_type(std::uint32_t object_bits,
                                                             std::uint32_t fd_bits) {
    const std::uint32_t both = object_bits & fd_bits;
    if (both == 0) {
        return std::unexpected(std::format(
            "no memory type suits both: the image takes 0x{:x}, the dma-buf can be 0x{:x}",
            object_bits, fd_bits));
    }
    return static_cast<std::uint32_t>(std::countr_zero(both));
}

Reasons describe(const std::vector<Refusal>& refused) {
    Reasons lines;
    for (const Refusal& refusal : refused) {
        for (const std::string& reason : refusal.reasons) {
            lines.push_back(std::format("{}: {}", rung_name(refusal.rung), reason));
        }
    }
    return lines;
}

} // namespace parallax
