// SPDX-License-Identifier: MIT
#include "exporters/drm_node.hpp"
#include "exporters/gbm_device.hpp"
#include "exporters/kinds.hpp"
#include "parallax/dmabuf/exporters/node.hpp"
#include "parallax/image/drawn_buffer.hpp"
#include "parallax/image/pixels.hpp"
#include "parallax/system_call.hpp"
#include "parallax/text.hpp"

#include <gbm.h>
#include <xf86drm.h>

#include <algorithm>
#include <cstdlib>
#include <memory>
#include <span>
#include <stdexcept>

namespace parallax {
namespace {

/// The node, and GBM's driver on it.
struct GbmDevice {
    UniqueFd node;
    OwnedGbmDevice device;
};
using SharedDevice = std::shared_ptr<const GbmDevice>;

struct DestroyBo {
    void operator()(gbm_bo* bo) const noexcept { gbm_bo_destroy(bo); }
};
using Bo = std::unique_ptr<gbm_bo, DestroyBo>;

/// One mapping by the driver, which may be a copy that is written back at its end.
class BoMapping {
public:
    BoMapping(gbm_bo* bo, std::uint32_t transfer) : bo_(bo) {
        start_ = gbm_bo_map(bo, 0, 0, gbm_bo_get_width(bo), gbm_bo_get_height(bo), transfer,
                            &stride_, &data_);
        if (start_ == nullptr) {
            throw_errno("gbm_bo_map failed");
        }
    }
    BoMapping(const BoMapping&) = delete;
    BoMapping& operator=(const BoMapping&) = delete;
    ~BoMapping() { gbm_bo_unmap(bo_, data_); }

    [[nodiscard]] std::uint32_t stride() const noexcept { return stride_; }
    [[nodiscard]] std::span<std::byte> bytes(std::uint64_t size) const noexcept {
        return {static_cast<std::byte*>(start_), size};
    }

private:
    gbm_bo* bo_; // borrowed
    void* start_ = nullptr;
    void* data_ = nullptr;
    std::uint32_t stride_ = 0;
};

class BoAccess final : public PictureAccess {
public:
    BoAccess(SharedDevice device, Bo bo, const ImageLayout& layout)
        : device_(std::move(device)),
          bo_(std::move(bo)),
          layout_(layout) {}

    [[nodiscard]] std::string_view name() const noexcept override { return "gbm_bo_map"; }

    void write(const Picture& picture) override {
        const BoMapping mapping(bo_.get(), GBM_BO_TRANSFER_WRITE);
        const ImageLayout rows = rows_of(mapping);
        write_pixels(picture, rows, mapping.bytes(rows.size()));
    }

    [[nodiscard]] Picture read() const override {
        const BoMapping mapping(bo_.get(), GBM_BO_TRANSFER_READ);
        const ImageLayout rows = rows_of(mapping);
        return read_pixels(rows, mapping.bytes(rows.size()));
    }

private:
    [[nodiscard]] ImageLayout rows_of(const BoMapping& mapping) const {
        return packed_layout(layout_.extent, layout_.fourcc, mapping.stride());
    }

    SharedDevice device_;
    Bo bo_;
    ImageLayout layout_;
};

class GbmBuffers final : public PictureExporter {
public:
    GbmBuffers(UniqueFd&& node, std::string name)
        : node_(std::move(node)),
          name_(std::move(name)) {}

    [[nodiscard]] bool exports_read_only() const noexcept override { return true; }

    std::expected<PictureMemory, Reasons> allocate_picture(const PictureRequest& request) override {
        if (!device()) {
            return std::unexpected(Reasons{no_device()});
        }
        Bo bo = create(request);
        if (!bo) {
            return std::unexpected(Reasons{text::format(
                "{} ({}) makes no buffer of {}x{} {} with the modifiers of the importer", name_,
                backend(), request.extent.width, request.extent.height,
                format_of(request.fourcc).name)});
        }
        ImageLayout layout{.extent = request.extent,
                           .fourcc = request.fourcc,
                           .modifier = gbm_bo_get_modifier(bo.get())};
        if (layout.modifier == DRM_FORMAT_MOD_INVALID) { // an old driver, which was asked for rows
            layout.modifier = DRM_FORMAT_MOD_LINEAR;
        }
        for (int plane = 0; plane < std::min(gbm_bo_get_plane_count(bo.get()), 4); ++plane) {
            layout.planes.at(static_cast<std::size_t>(plane)) = {
                .offset = gbm_bo_get_offset(bo.get(), plane),
                .stride = gbm_bo_get_stride_for_plane(bo.get(), plane)};
        }
        DmaBuf buffer = exported(bo.get(), Protection::read_write);
        return PictureMemory{.buffer = std::move(buffer),
                             .layout = layout,
                             .access = std::make_unique<BoAccess>(device(), std::move(bo), layout)};
    }

private:
    DmaBuf do_allocate(std::uint64_t size, Protection access) override {
        if (!device()) {
            throw std::runtime_error(no_device());
        }
        const Extent extent = pixels_for(size);
        const Bo bo = create({.extent = extent, .fourcc = DRM_FORMAT_XRGB8888});
        if (!bo) {
            throw_refusal(name_, size, "its limit is the driver's largest image");
        }
        return exported(bo.get(), access);
    }

    /// Null if there is no driver. The driver is loaded with the first allocation.
    [[nodiscard]] const SharedDevice& device() {
        if (!device_) {
            auto opened = std::make_shared<GbmDevice>(
                GbmDevice{.node = node_.duplicate(), .device = nullptr});
            opened->device = create_gbm_device(opened->node.get());
            if (opened->device) {
                device_ = std::move(opened);
            }
        }
        return device_;
    }

    [[nodiscard]] std::string no_device() const {
        return text::format("GBM has no driver for {} ({})", name_, drm_driver(node_.get()));
    }
    [[nodiscard]] std::string backend() const {
        return gbm_device_get_backend_name(device_->device.get());
    }

    [[nodiscard]] Bo create(const PictureRequest& request) {
        gbm_device* const device = device_->device.get();
        Bo bo(gbm_bo_create_with_modifiers2(device, request.extent.width, request.extent.height,
                                            request.fourcc, request.modifiers.data(),
                                            static_cast<unsigned int>(request.modifiers.size()),
                                            GBM_BO_USE_RENDERING));
        if (!bo && std::ranges::contains(request.modifiers, DRM_FORMAT_MOD_LINEAR)) {
            bo.reset(gbm_bo_create(device, request.extent.width, request.extent.height,
                                   request.fourcc, GBM_BO_USE_LINEAR));
        }
        return bo;
    }

    /// Not by gbm_bo_get_fd(), whose fds of some drivers are read-only.
    [[nodiscard]] DmaBuf exported(gbm_bo* bo, Protection access) const {
        return export_gem(device_->node.get(), gbm_bo_get_handle(bo).u32, access);
    }

    UniqueFd node_;
    std::string name_;
    SharedDevice device_;
};

bool has_listed_render_node(int card) {
    char* const render = drmGetRenderDeviceNameFromFd(card);
    const bool has = render != nullptr;
    std::free(render);
    return has && drm_driver(card) != "vgem";
}

} // namespace

std::vector<std::string> gbm_nodes() {
    std::vector<std::string> nodes;
    for (const std::string& path : drm_nodes("renderD")) {
        const UniqueFd node = open_for_memory(path);
        if (!node || drm_driver(node.get()) != "vgem") { // it allocates through its card only
            nodes.push_back(path);
        }
    }
    for (const std::string& card : drm_nodes("card")) {
        const UniqueFd node = open_for_memory(card);
        if (node && !has_listed_render_node(node.get())) {
            nodes.push_back(card);
        }
    }
    return nodes;
}

OpenedExporter open_gbm(const ExporterKind& kind) {
    auto node = open_drm_node(kind, gbm_nodes, "there is no DRM device in /dev/dri");
    if (!node) {
        return std::unexpected(node.error());
    }
    return std::make_unique<GbmBuffers>(std::move(node->fd), std::move(node->path));
}

} // namespace parallax
