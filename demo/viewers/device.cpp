// SPDX-License-Identifier: MIT
#include "viewers/viewer.hpp"

#include <importer.h>

#include <cerrno>
#include <cstring>
#include <format>

namespace parallax::demo {
namespace {

class DeviceViewer final : public Viewer {
public:
    std::expected<void, Reasons> show(DmaBuf buffer, const ImageLayout& layout) override {
        node_.reset(::open("/dev/importer", O_RDWR | O_CLOEXEC)); // detached with the fd before
        if (!node_) {
            return std::unexpected(Reasons{
                std::format("/dev/importer cannot be opened ({}); the module for tests that makes "
                            "it, dmabuf_importer, is not loaded",
                            std::strerror(errno))});
        }
        importer_attach attach{
            .fd = buffer.fd(), .direction = IMPORTER_TO_DEVICE, .segments = 0, .longest = 0};
        if (retry_ioctl(node_.get(), IMPORTER_ATTACH, &attach) != 0) {
            return std::unexpected(
                Reasons{std::format("the device cannot attach: {}", std::strerror(errno))});
        }
        offset_ = layout.planes[0].offset;
        return {};
    }

    std::expected<void, Reasons> read(std::span<std::byte> rows) override {
        importer_access access{.address = reinterpret_cast<std::uintptr_t>(rows.data()),
                               .offset = offset_,
                               .length = rows.size()};
        if (retry_ioctl(node_.get(), IMPORTER_DEVICE_READ, &access) != 0) {
            throw_errno("the device cannot read the memory that it is attached to");
        }
        return {};
    }

private:
    UniqueFd node_;
    std::uint64_t offset_ = 0;
};

} // namespace

std::unique_ptr<Viewer> open_device(const ViewerOptions& /*options*/, Interrupt /*unwanted*/) {
    return std::make_unique<DeviceViewer>();
}

} // namespace parallax::demo
