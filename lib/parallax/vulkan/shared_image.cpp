// SPDX-License-Identifier: MIT
#include "parallax/vulkan/shared_image.hpp"

#include "parallax/cpu_access.hpp"
#include "parallax/painter.hpp"

#include <utility>

namespace parallax {

std::expected<SharedImage, Reasons> SharedImage::create(const Context& context, Exporter& exporter,
                                                        const Options& options) {
    const ImageRequest request{.extent = options.extent, .format = options.format};
    auto plan = plan_import(ask_driver(context, request), request, options.rung);
    if (!plan) {
        return std::unexpected(describe(plan.error()));
    }
    DmaBuf buffer = exporter.allocate(plan->buffer_size());
    Mapping mapping = buffer.map();
    std::optional<DmaBuf> decoy;
    if (options.decoy) {
        decoy = exporter.allocate(plan->buffer_size());
    }
    auto imported = import_image(context, *plan, decoy ? *decoy : buffer);
    if (!imported) {
        return std::unexpected(imported.error());
    }
    return SharedImage(*std::move(plan), std::move(buffer), std::move(mapping),
                       *std::move(imported));
}

SharedImage::SharedImage(ImportPlan plan, DmaBuf buffer, Mapping mapping,
                         std::unique_ptr<ImportedImage> imported)
    : plan_(std::move(plan)),
      buffer_(std::move(buffer)),
      mapping_(std::move(mapping)),
      imported_(std::move(imported)) {}

void SharedImage::paint(const Picture& picture) {
    const CpuWrite access(mapping_);
    parallax::paint(picture, plan_.layout, access.bytes());
}

Picture SharedImage::cpu_view() const {
    const CpuRead access(mapping_);
    return view(plan_.layout, access.bytes());
}

} // namespace parallax
