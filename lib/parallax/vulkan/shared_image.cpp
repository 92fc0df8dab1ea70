// SPDX-License-Identifier: MIT
#include "parallax/vulkan/shared_image.hpp"

#include "parallax/cpu_access.hpp"
#include "parallax/painter.hpp"

#include <algorithm>
#include <utility>

namespace parallax {
namespace {

/// The same plan with rows that are longer than the CPU's.
std::expected<ImportPlan, Reasons> plan_wrong_stride(const Context& context, ImageRequest request,
                                                     const ImportPlan& right) {
    request.fixed = right.layout;
    request.fixed->stride += 256;
    auto plan = plan_import(ask_driver(context, request), request, right.rung);
    if (!plan) {
        return std::unexpected(describe(plan.error()));
    }
    return *std::move(plan);
}

} // namespace

std::expected<SharedImage, Reasons> SharedImage::create(const Context& context, Exporter& exporter,
                                                        const Options& options) {
    const ImageRequest request{.extent = options.extent, .format = options.format};
    auto plan = plan_import(ask_driver(context, request), request, options.rung);
    if (!plan) {
        return std::unexpected(describe(plan.error()));
    }
    plan->transfers_ownership = !options.no_ownership_transfer;
    ImportPlan import_plan = *plan; // differs from the plan that the CPU follows in a broken stride
    if (options.wrong_stride) {
        auto wrong = plan_wrong_stride(context, request, *plan);
        if (!wrong) {
            return std::unexpected(wrong.error());
        }
        import_plan = *std::move(wrong);
    }
    const std::uint64_t size = std::max(plan->buffer_size(), import_plan.buffer_size());
    if (options.read_only_fd && !exporter.exports_read_only()) {
        return std::unexpected(Reasons{"this exporter gives every fd O_RDWR"});
    }
    DmaBuf buffer =
        exporter.allocate(size, options.read_only_fd ? Protection::read : Protection::read_write);
    Mapping mapping = buffer.map();
    std::optional<DmaBuf> decoy;
    if (options.decoy) {
        decoy = exporter.allocate(size);
    }
    auto imported = import_image(context, import_plan, decoy ? *decoy : buffer);
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
