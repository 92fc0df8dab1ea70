// SPDX-License-Identifier: MIT
#include "parallax/vulkan/import/plan.hpp"

#include "parallax/text.hpp"
#include "parallax/vulkan/import/modifiers.hpp"
#include "parallax/vulkan/import/queries.hpp"
#include "parallax/vulkan/names.hpp"

#include <drm_fourcc.h>

#include <algorithm>
#include <numeric>
#include <utility>

namespace parallax {
namespace {

using detail::format_feature_names;
using detail::memory_feature_names;
using detail::result_name;

std::string size_text(Extent extent) {
    return text::format("{}x{}", extent.width, extent.height);
}

/// The requirements of images of both tilings, in the order of the questions.
Reasons image_refusals(const ImageAnswer& answer, const ImageRequest& request,
                       std::string_view tiling) {
    const std::string_view format = format_of(request.fourcc).name;
    if ((answer.features & VK_FORMAT_FEATURE_SAMPLED_IMAGE_BIT) == 0) {
        return {text::format("{} with {} cannot be sampled (features {})", format, tiling,
                             format_feature_names(answer.features))};
    }
    if (answer.supported != VK_SUCCESS) {
        return {text::format("the driver takes no dma-buf as a {} image with {} ({})", format,
                             tiling, result_name(answer.supported))};
    }
    Reasons reasons;
    if ((answer.external & VK_EXTERNAL_MEMORY_FEATURE_IMPORTABLE_BIT) == 0) {
        reasons.push_back(text::format("a dma-buf cannot be imported as a {} image with {} "
                                       "(external memory features {})",
                                       format, tiling, memory_feature_names(answer.external)));
    }
    if (request.extent.width > answer.largest.width ||
        request.extent.height > answer.largest.height) {
        reasons.push_back(text::format("{} is larger than the {}x{} that the device takes",
                                       size_text(request.extent), answer.largest.width,
                                       answer.largest.height));
    }
    if (reasons.empty() && answer.created != VK_SUCCESS) {
        reasons.push_back(text::format("vkCreateImage refused {} {} with {} ({})",
                                       size_text(request.extent), format, tiling,
                                       result_name(answer.created)));
    }
    return reasons;
}

/// True unless the memory has a fixed layout and the driver's is another.
void require_fixed_layout(const ImageAnswer& answer, const ImageRequest& request,
                          Reasons& reasons) {
    if (request.fixed && reasons.empty() &&
        (request.fixed->planes[0].stride != answer.stride ||
         request.fixed->planes[0].offset != answer.offset)) {
        reasons.push_back(text::format(
            "the memory has stride {} and offset {}, the driver wants stride {} and offset {}",
            request.fixed->planes[0].stride, request.fixed->planes[0].offset, answer.stride,
            answer.offset));
    }
}

Reasons modifier_refusals(const DriverAnswers& answers, const ImageRequest& request) {
    if (answers.lacks_modifiers) { // for any format
        return {answers.lavapipe
                    ? "the driver has no VK_EXT_image_drm_format_modifier; lavapipe has it, from "
                      "Mesa 26 on, where this process may open /dev/udmabuf"
                    : "the driver has no VK_EXT_image_drm_format_modifier"};
    }
    if (answers.disabled_modifiers) {
        return {"VK_EXT_image_drm_format_modifier is not enabled on the device"};
    }
    if (!answers.modifier.offered) {
        return {text::format("the driver does not offer DRM_FORMAT_MOD_LINEAR for {}",
                             format_of(request.fourcc).name)};
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

/// vkCmdCopyBufferToImage counts rows in pixels, which do not overlap, and offsets in words.
void append_copy_refusals(const ImageLayout& fixed, Reasons& reasons) {
    constexpr std::uint64_t longest = INT32_MAX; // of a row
    const std::uint64_t stride = fixed.planes[0].stride;
    if (stride % fixed.format().bytes() != 0) {
        reasons.push_back(text::format("stride {} is no multiple of a pixel's {} bytes", stride,
                                       fixed.format().bytes()));
    }
    if (stride < fixed.row_bytes() || stride > longest) {
        reasons.push_back(text::format("stride {} is not between the {} bytes of a row and {}",
                                       stride, fixed.row_bytes(), longest));
    }
    const std::uint64_t alignment =
        std::lcm(std::uint64_t{4}, std::uint64_t{fixed.format().bytes()});
    if (fixed.planes[0].offset % alignment != 0) {
        reasons.push_back(
            text::format("offset {} is no multiple of {}", fixed.planes[0].offset, alignment));
    }
}

Reasons buffer_refusals(const DriverAnswers& answers, const ImageRequest& request) {
    Reasons reasons;
    if ((answers.buffer.external & VK_EXTERNAL_MEMORY_FEATURE_IMPORTABLE_BIT) == 0) {
        reasons.push_back(
            text::format("a dma-buf cannot be imported as a buffer (external memory features {})",
                         memory_feature_names(answers.buffer.external)));
    } else if (answers.buffer.created != VK_SUCCESS) {
        reasons.push_back(
            text::format("vkCreateBuffer refused ({})", result_name(answers.buffer.created)));
    }
    constexpr VkFormatFeatureFlags wanted =
        VK_FORMAT_FEATURE_SAMPLED_IMAGE_BIT | VK_FORMAT_FEATURE_TRANSFER_DST_BIT;
    if ((answers.optimal & wanted) != wanted) {
        reasons.push_back(text::format("{} cannot be both copied to and sampled (features {})",
                                       format_of(request.fourcc).name,
                                       format_feature_names(answers.optimal)));
    }
    if (request.fixed) {
        append_copy_refusals(*request.fixed, reasons);
    }
    return reasons;
}

Reasons refusals(ImportMethod method, const DriverAnswers& answers, const ImageRequest& request) {
    switch (method) {
    case ImportMethod::modifier:
        return modifier_refusals(answers, request);
    case ImportMethod::linear:
        return linear_refusals(answers, request);
    case ImportMethod::buffer:
        return buffer_refusals(answers, request);
    }
    std::unreachable();
}

ImportPlan image_plan(ImportMethod method, const ImageAnswer& answer, const ImageRequest& request) {
    return {.method = method,
            .layout = packed_layout(request.extent, request.fourcc, answer.stride, answer.offset),
            .usage = detail::usage_for(answer.features),
            .memory = answer.memory};
}

ImportPlan plan_for(ImportMethod method, const DriverAnswers& answers,
                    const ImageRequest& request) {
    switch (method) {
    case ImportMethod::modifier:
        return image_plan(method, answers.modifier, request);
    case ImportMethod::linear:
        return image_plan(method, answers.linear, request);
    case ImportMethod::buffer:
        return {.method = method,
                .layout = request.fixed.value_or(portable_layout(request.extent, request.fourcc)),
                .usage = detail::usage_for(answers.optimal),
                .memory = answers.buffer.memory};
    }
    std::unreachable();
}

} // namespace

std::string_view import_method_name(ImportMethod method) noexcept {
    switch (method) {
    case ImportMethod::modifier:
        return "modifier";
    case ImportMethod::linear:
        return "linear";
    case ImportMethod::buffer:
        return "buffer";
    }
    std::unreachable();
}

std::optional<ImportMethod> find_import_method(std::string_view name) noexcept {
    const auto* const found = std::ranges::find(all_import_methods, name, import_method_name);
    return found == all_import_methods.end() ? std::nullopt : std::optional(*found);
}

std::expected<ImportPlan, std::vector<Refusal>> plan_import(const DriverAnswers& answers,
                                                            const ImageRequest& request,
                                                            std::optional<ImportMethod> only,
                                                            std::vector<Refusal> refused) {
    if (std::string tiles = request.fixed ? modifier_refusal(*request.fixed) : ""; !tiles.empty()) {
        refused.push_back(
            {.method = only.value_or(ImportMethod::modifier), .reasons = {std::move(tiles)}});
        return std::unexpected(std::move(refused));
    }
    for (const ImportMethod method : all_import_methods) {
        if ((only && *only != method) || std::ranges::contains(refused, method, &Refusal::method)) {
            continue;
        }
        Reasons reasons = refusals(method, answers, request);
        if (reasons.empty()) {
            ImportPlan plan = plan_for(method, answers, request);
            plan.refused = std::move(refused);
            return plan;
        }
        refused.push_back({.method = method, .reasons = std::move(reasons)});
    }
    return std::unexpected(std::move(refused));
}

Reasons describe(const std::vector<Refusal>& refused) {
    Reasons lines;
    for (const Refusal& refusal : refused) {
        for (const std::string& reason : refusal.reasons) {
            lines.push_back(text::format("{}: {}", import_method_name(refusal.method), reason));
        }
    }
    return lines;
}

} // namespace parallax
