// SPDX-License-Identifier: MIT
#include "exporters/drm_node.hpp"
#include "exporters/kinds.hpp"
#include "parallax/image/drawn_buffer.hpp"
#include "parallax/kms/handles.hpp"
#include "parallax/system_call.hpp"
#include "parallax/text.hpp"

#include <algorithm>

namespace parallax {
namespace {

/// A dumb buffer, as a GEM object of its device. Owned; its dma-buf keeps the memory.
class Dumb {
public:
    Dumb(int node, Extent extent, std::uint32_t bits) : node_(node) {
        std::uint64_t size = 0;
        if (drmModeCreateDumbBuffer(node, extent.width, extent.height, bits, 0, &handle_, &stride_,
                                    &size) != 0) {
            throw_errno(text::format("{} makes no dumb buffer of {}x{} with {} bits a pixel",
                                     drm_driver(node), extent.width, extent.height, bits));
        }
    }
    Dumb(const Dumb&) = delete;
    Dumb& operator=(const Dumb&) = delete;
    ~Dumb() { drmModeDestroyDumbBuffer(node_, handle_); }

    [[nodiscard]] std::uint32_t stride() const noexcept { return stride_; }
    [[nodiscard]] DmaBuf exported(Protection access) const {
        return export_gem(node_, handle_, access);
    }

private:
    int node_; // borrowed
    std::uint32_t handle_ = 0;
    std::uint32_t stride_ = 0;
};

class DumbBuffers final : public PictureExporter {
public:
    explicit DumbBuffers(UniqueFd&& node) : node_(std::move(node)) {}

    [[nodiscard]] bool exports_read_only() const noexcept override { return true; }

    std::expected<PictureMemory, Reasons> allocate_picture(const PictureRequest& request) override {
        const Format& format = format_of(request.fourcc);
        if (format.plane_count != 1 || format.planes[0].width != 1) {
            return std::unexpected(
                Reasons{text::format("a dumb buffer has one plane, and no {}", format.name)});
        }
        if (!std::ranges::contains(request.modifiers, DRM_FORMAT_MOD_LINEAR)) {
            return std::unexpected(Reasons{"a dumb buffer is LINEAR, which the importer is not"});
        }
        const Dumb dumb(node_.get(), request.extent, format.bytes() * 8);
        return PictureMemory{.buffer = dumb.exported(Protection::read_write),
                             .layout =
                                 packed_layout(request.extent, request.fourcc, dumb.stride())};
    }

private:
    DmaBuf do_allocate(std::uint64_t size, Protection access) override {
        return Dumb(node_.get(), pixels_for(size), 32).exported(access);
    }

    UniqueFd node_;
};

bool has_dumb_buffers(int node) {
    std::uint64_t has = 0;
    return drmGetCap(node, DRM_CAP_DUMB_BUFFER, &has) == 0 && has != 0;
}

bool is_vgem(int node) {
    return drm_driver(node) == "vgem";
}

/// The first card that is what is wanted.
UniqueFd find_card(auto is_wanted) {
    for (const std::string& path : drm_nodes("card")) {
        UniqueFd node = open_for_memory(path);
        if (node && is_wanted(node.get())) {
            return node;
        }
    }
    return {};
}

} // namespace

std::vector<std::string> dumb_nodes() {
    std::vector<std::string> nodes = drm_nodes("card");
    std::erase_if(nodes, [](const std::string& path) {
        const UniqueFd node = open_for_memory(path);
        return node && (is_vgem(node.get()) || !has_dumb_buffers(node.get()));
    });
    return nodes;
}

OpenedExporter open_dumb(const ExporterKind& kind) {
    auto node = open_drm_node(kind, dumb_nodes, "there is no card with dumb buffers in /dev/dri");
    if (!node) {
        return std::unexpected(node.error());
    }
    if (!has_dumb_buffers(node->fd.get())) {
        return std::unexpected(text::format("{} ({}) has no dumb buffers; use a card, not a render "
                                            "node, or gbm",
                                            node->path, drm_driver(node->fd.get())));
    }
    return std::make_unique<DumbBuffers>(std::move(node->fd));
}

OpenedExporter open_vgem(const ExporterKind& kind) {
    UniqueFd node = find_card(is_vgem);
    if (!node) {
        return std::unexpected(text::format("there is no card of the driver vgem, or it may not be "
                                            "opened; {}",
                                            kind.remedy));
    }
    return std::make_unique<DumbBuffers>(std::move(node));
}

} // namespace parallax
