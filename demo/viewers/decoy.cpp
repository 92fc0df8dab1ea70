// SPDX-License-Identifier: MIT
#include "viewers/decoy.hpp"

namespace parallax::demo {

std::expected<SharedImage, Reasons> share_decoy(const Context& context, Exporter& exporter,
                                                const SharedImage::Options& options) {
    const auto image = SharedImage::create(context, exporter, options);
    if (!image) {
        return std::unexpected(image.error());
    }
    const DmaBuf decoy = exporter.allocate(image->buffer().size());
    decoy.set_name("parallax decoy");
    auto imported = import_image(context.importer(), image->plan(), decoy);
    if (!imported) {
        return std::unexpected(describe({imported.error()}));
    }
    return SharedImage(image->plan(), DmaBuf(image->buffer().duplicate()), *std::move(imported));
}

} // namespace parallax::demo
