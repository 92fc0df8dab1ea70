// SPDX-License-Identifier: MIT
#include "offscreen/shared_image.hpp"

#include "parallax/dmabuf/cpu_access.hpp"
#include "parallax/image/pixels.hpp"
#include "parallax/vulkan/import/any_method.hpp"

#include <utility>

namespace parallax {

std::expected<SharedImage, Reasons> SharedImage::create(const Context& context, Exporter& exporter,
                                                        const Options& options) {
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

} // namespace parallax
