// SPDX-License-Identifier: MIT
//
// Imports memory that the CPU writes as an image of this program's Vulkan device.
#include "own_device.hpp"

#include <drm_fourcc.h>
#include <parallax/dmabuf/exporter.hpp>
#include <parallax/dmabuf/mapping.hpp>
#include <parallax/dmabuf/sync_file.hpp>
#include <parallax/image/picture.hpp>
#include <parallax/image/pixels.hpp>
#include <parallax/vulkan/import/image.hpp>

#include <cstdlib>
#include <print>

using namespace parallax;

/// The value; ends the program with the reasons if there is none.
template <class Value>
Value need(std::expected<Value, Reasons> wanted) {
    if (!wanted) {
        for (const std::string& reason : wanted.error()) {
            std::println(stderr, "{}", reason);
        }
        std::exit(3);
    }
    return *std::move(wanted);
}

int main(int argc, char** argv) try {
    const auto exporter = need(open_exporter(argc > 1 ? argv[1] : "exporter"));
    const OwnDevice own;
    const Importer importer =
        need(Importer::create({.instance = own.instance,
                               .physical = own.physical,
                               .device = own.device,
                               .queue_family = own.queue_family,
                               .get_instance_proc_addr = vkGetInstanceProcAddr,
                               .extensions = own.extensions}));

    // Ask the driver first, and allocate a buffer that suits it.
    const Picture picture = test_pattern({.width = 640, .height = 400}, 1);
    const ImageRequest request{.extent = picture.extent(), .fourcc = DRM_FORMAT_ARGB8888};
    const auto [plan, buffer, image] = need(allocate_image(
        importer, request, [&](std::uint64_t size) { return exporter->allocate(size); }));

    { // CPU access, until the end of the scope.
        const Mapping mapping = buffer.map();
        const CpuWrite access(mapping);
        write_pixels(picture, plan.layout, access.bytes());
    }

    // GPU access. Between acquire and release a shader can sample image->view(); here the image is
    // copied.
    const ImageLayout rows =
        packed_layout(picture.extent(), request.fourcc, picture.extent().width * std::uint64_t{4});
    const auto copy = own.create_buffer(rows.size());
    wait_until_idle(buffer, Access::read);
    own.run([&](VkCommandBuffer commands) {
        const VkBufferImageCopy region{
            .imageSubresource = {.aspectMask = VK_IMAGE_ASPECT_COLOR_BIT, .layerCount = 1},
            .imageExtent = {rows.extent.width, rows.extent.height, 1}};
        image->acquire(commands);
        vkCmdCopyImageToBuffer(commands, image->image(), image->layout(), copy.buffer, 1, &region);
        image->release(commands);
    });

    const Picture seen =
        read_pixels(rows, {static_cast<const std::byte*>(copy.bytes), rows.size()});
    own.destroy(copy);
    const Comparison result = compare(picture, seen);
    std::println("{}: {} of {} pixels differ", import_method_name(plan.method), result.different,
                 result.compared);
    return result.equal() ? 0 : 1;
} catch (const std::exception& error) {
    std::println(stderr, "{}", error.what());
    return 4;
}
