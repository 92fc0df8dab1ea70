// SPDX-License-Identifier: MIT
#include "offscreen/shared_image.hpp"

#include "parallax/vulkan/import/image.hpp"

#include <utility>

namespace parallax {
namespace {

/// In the layout that the exporter chooses.
std::expected<SharedImage, Reasons> import_picture(const Context& context,
                                                   PictureExporter& exporter,
                                                   const SharedImage::Options& options) {
    auto memory = exporter.allocate_picture({.extent = options.extent, .fourcc = options.fourcc});
    if (!memory) {
        Reasons reasons{"the exporter has no memory for it"};
        reasons.insert(reasons.end(), memory.error().begin(), memory.error().end());
        return std::unexpected(std::move(reasons));
    }
    memory->buffer.set_name(options.name);
    auto import = import_image(context.importer(), memory->layout, memory->buffer, options.method);
    return std::move(import).transform([&](Import&& taken) {
        return SharedImage(std::move(taken.plan), *std::move(memory), std::move(taken.image));
    });
}

} // namespace

std::expected<SharedImage, Reasons> SharedImage::create(const Context& context, Exporter& exporter,
                                                        const Options& options) {
    if (auto* const own = dynamic_cast<PictureExporter*>(&exporter)) {
        return import_picture(context, *own, options);
    }
    const auto allocate = [&](std::uint64_t size) {
        DmaBuf buffer = exporter.allocate(size);
        buffer.set_name(options.name);
        return buffer;
    };
    return allocate_image(context.importer(), {.extent = options.extent, .fourcc = options.fourcc},
                          allocate, options.method)
        .transform([](AllocatedImport&& import) {
            return SharedImage(std::move(import.plan), std::move(import.buffer),
                               std::move(import.image));
        });
}

SharedImage::SharedImage(ImportPlan plan, DmaBuf&& buffer, std::unique_ptr<ImportedImage> imported)
    : plan_(std::move(plan)),
      drawn_(std::move(buffer), plan_.layout),
      imported_(std::move(imported)) {}

SharedImage::SharedImage(ImportPlan plan, PictureMemory&& memory,
                         std::unique_ptr<ImportedImage> imported)
    : plan_(std::move(plan)),
      drawn_(std::move(memory)),
      imported_(std::move(imported)) {}

} // namespace parallax
