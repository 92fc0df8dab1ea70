// SPDX-License-Identifier: MIT
#include "viewers/viewer.hpp"

#include "parallax/system_call.hpp"
#include "parallax/text.hpp"

#include <importer.h>

#include <cerrno>
#include <cstddef>
#include <cstring>
#include <utility>
#include <vector>

namespace parallax::demo {
namespace {

class DeviceViewer final : public Viewer {
public:
    std::expected<void, Reasons> show(std::vector<DmaBuf> buffers,
                                      const ImageLayout& layout) override {
        nodes_.clear(); // the former memory is detached with its fd
        for (const DmaBuf& buffer : buffers) {
            UniqueFd node(::open("/dev/importer", O_RDWR | O_CLOEXEC));
            if (!node) {
                return std::unexpected(Reasons{
                    text::format("/dev/importer cannot be opened ({}); the module for tests that "
                                 "makes it, dmabuf_importer, is not loaded",
                                 std::strerror(errno))});
            }
            importer_attach attach{
                .fd = buffer.fd(), .direction = IMPORTER_TO_DEVICE, .segments = 0, .longest = 0};
            if (retry_ioctl(node.get(), IMPORTER_ATTACH, &attach) != 0) {
                return std::unexpected(
                    Reasons{text::format("the device cannot attach: {}", std::strerror(errno))});
            }
            nodes_.push_back(std::move(node));
        }
        layout_ = layout;
        rows_ = rows_layout(Sight::memory, layout);
        return {};
    }

    std::expected<void, Reasons> read(std::span<std::byte> rows) override {
        for (std::size_t i = 0; i < layout_.format().plane_count; ++i) {
            const PlaneLayout& plane = layout_.planes.at(i);
            std::byte* const first = rows.subspan(rows_.planes.at(i).offset).data();
            importer_access access{.address = reinterpret_cast<std::uintptr_t>(first),
                                   .offset = plane.offset,
                                   .length = layout_.end_of(i) - plane.offset};
            if (retry_ioctl(nodes_.at(plane.buffer).get(), IMPORTER_DEVICE_READ, &access) != 0) {
                throw_errno("the device cannot read the memory that it is attached to");
            }
        }
        return {};
    }

private:
    std::vector<UniqueFd> nodes_; // one for each dma-buf
    ImageLayout layout_;
    ImageLayout rows_;
};

} // namespace

std::unique_ptr<Viewer> open_device(const ViewerOptions& /*options*/, Interrupt /*unwanted*/) {
    return std::make_unique<DeviceViewer>();
}

} // namespace parallax::demo
