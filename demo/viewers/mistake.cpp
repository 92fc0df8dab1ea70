// SPDX-License-Identifier: MIT
#include "viewers/mistake.hpp"

#include "parallax/vulkan/import/probe.hpp"

#include <drm_fourcc.h>

#include <algorithm>
#include <array>
#include <format>

namespace parallax::demo {
namespace {

using Shared = std::expected<SharedImage, Reasons>;

std::expected<ImportPlan, Reasons> plan(const Importer& importer, const ImageRequest& request,
                                        std::optional<ImportMethod> only) {
    return plan_import(ask_driver(importer, request), request, only).transform_error(describe);
}

/// The GPU is told the layout @p misread makes of the right one.
template <class Misread>
Shared share_misread(const Context& context, Exporter& exporter,
                     const SharedImage::Options& options, Misread misread) {
    ImageRequest request{.extent = options.extent, .fourcc = options.fourcc};
    const auto right = plan(context.importer(), request, options.method);
    if (!right) {
        return std::unexpected(right.error());
    }
    request.fixed = right->layout;
    misread(*request.fixed);
    request.fourcc = request.fixed->fourcc;
    const auto wrong = plan(context.importer(), request, right->method);
    if (!wrong) {
        return std::unexpected(wrong.error());
    }
    DmaBuf buffer = exporter.allocate(std::max(right->buffer_size(), wrong->buffer_size()));
    buffer.set_name(options.name);
    auto imported = import_image(context.importer(), *wrong, buffer);
    if (!imported) {
        return std::unexpected(describe({imported.error()}));
    }
    return SharedImage(*right, std::move(buffer), *std::move(imported));
}

Shared share_with_wrong_offset(const Context& context, Exporter& exporter,
                               const SharedImage::Options& options) {
    return share_misread(context, exporter, options,
                         [](ImageLayout& layout) { layout.planes[0].offset += 4096; });
}

Shared share_with_wrong_format(const Context& context, Exporter& exporter,
                               const SharedImage::Options& options) {
    constexpr std::array<std::array<std::uint32_t, 2>, 2> pairs{
        {{DRM_FORMAT_XRGB8888, DRM_FORMAT_XBGR8888}, {DRM_FORMAT_ARGB8888, DRM_FORMAT_ABGR8888}}};
    for (const auto& [rgb, bgr] : pairs) {
        if (options.fourcc == rgb || options.fourcc == bgr) {
            return share_misread(context, exporter, options, [&](ImageLayout& layout) {
                layout.fourcc = options.fourcc == rgb ? bgr : rgb;
            });
        }
    }
    return std::unexpected(Reasons{std::format("no format has the channels of {} in another order",
                                               format_of(options.fourcc).name)});
}

constexpr std::array table{
    Mistake{.name = "stride",
            .effect = "each row slips further, or the driver refuses",
            .share = share_with_wrong_stride},
    Mistake{.name = "offset",
            .effect = "the picture is shifted by one page, or the driver refuses",
            .share = share_with_wrong_offset},
    Mistake{
        .name = "format", .effect = "red and blue are exchanged", .share = share_with_wrong_format},
    Mistake{.name = "decoy", .effect = "another buffer is seen", .share = share_decoy},
};

} // namespace

std::span<const Mistake> mistakes() noexcept {
    return table;
}

const Mistake* find_mistake(std::string_view name) noexcept {
    const auto* const found = std::ranges::find(table, name, &Mistake::name);
    return found == table.end() ? nullptr : found;
}

Shared share_decoy(const Context& context, Exporter& exporter,
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

Shared share_with_wrong_stride(const Context& context, Exporter& exporter,
                               const SharedImage::Options& options) {
    return share_misread(context, exporter, options,
                         [](ImageLayout& layout) { layout.planes[0].stride += 256; });
}

} // namespace parallax::demo
