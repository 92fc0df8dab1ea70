// SPDX-License-Identifier: MIT
#include "parallax/vulkan/imported_image.hpp"

#include "parallax/vulkan/copied_image.hpp"
#include "parallax/vulkan/direct_image.hpp"

#include <format>

namespace parallax {

std::expected<std::unique_ptr<ImportedImage>, Reasons>
import_image(const Context& context, const ImportPlan& plan, const DmaBuf& buffer) try {
    auto imported = plan.rung == Rung::buffer ? CopiedImage::import(context, plan, buffer)
                                              : DirectImage::import(context, plan, buffer);
    if (!imported) {
        return std::unexpected(describe({{.rung = plan.rung, .reasons = {imported.error()}}}));
    }
    return *std::move(imported);
} catch (const vk::DeviceLostError&) {
    throw;
} catch (const vk::SystemError& error) { // what could be created on trial, now cannot
    return std::unexpected(describe(
        {{.rung = plan.rung, .reasons = {std::format("the driver refused ({})", error.what())}}}));
}

} // namespace parallax
