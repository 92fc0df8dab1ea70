// SPDX-License-Identifier: MIT
#include "parallax/vulkan/import/image.hpp"

#include "parallax/text.hpp"
#include "parallax/vulkan/import/from_buffer.hpp"
#include "parallax/vulkan/import/in_place.hpp"

namespace parallax {

std::expected<std::unique_ptr<ImportedImage>, Refusal>
import_image(const Importer& importer, const ImportPlan& plan, const DmaBuf& buffer) try {
    auto imported = plan.method == ImportMethod::buffer
                        ? detail::FromBuffer::import(importer.loaded(), plan, buffer)
                        : detail::InPlace::import(importer.loaded(), plan, buffer);
    if (!imported) {
        return std::unexpected(Refusal{.method = plan.method, .reasons = {imported.error()}});
    }
    return *std::move(imported);
} catch (const VulkanError& error) { // creation succeeded on trial, but failed now
    if (!detail::is_refusal(error.result())) {
        throw;
    }
    return std::unexpected(Refusal{
        .method = plan.method, .reasons = {text::format("the driver refused ({})", error.what())}});
}

} // namespace parallax
