// SPDX-License-Identifier: MIT
#include "views/other_views.hpp"

#include "parallax/painter.hpp"

#include <importer.h>

#include <cerrno>
#include <cstddef>
#include <cstring>
#include <format>
#include <vector>

namespace parallax::demo {

std::expected<Picture, Reasons> look_from_device(const Onlooker& onlooker) {
    const UniqueFd node(::open("/dev/importer", O_RDWR | O_CLOEXEC));
    if (!node) {
        return std::unexpected(Reasons{
            std::format("/dev/importer cannot be opened ({}); the module for tests that makes it, "
                        "dmabuf_importer, is not loaded",
                        std::strerror(errno))});
    }
    const DmaBuf& buffer = onlooker.image.buffer();
    importer_attach attach{
        .fd = buffer.fd(), .direction = IMPORTER_TO_DEVICE, .segments = 0, .longest = 0};
    if (retry_ioctl(node.get(), IMPORTER_ATTACH, &attach) != 0) {
        return std::unexpected(
            Reasons{std::format("the device cannot attach: {}", std::strerror(errno))});
    }
    std::vector<std::byte> bytes(buffer.size());
    importer_access access{.address = reinterpret_cast<std::uintptr_t>(bytes.data()),
                           .offset = 0,
                           .length = bytes.size()};
    if (retry_ioctl(node.get(), IMPORTER_DEVICE_READ, &access) != 0) {
        throw_errno("the device cannot read the memory that it is attached to");
    }
    return view(onlooker.image.layout(), bytes);
}

} // namespace parallax::demo
