// SPDX-License-Identifier: MIT
#include "wayland/shm_picture.hpp"

#include "parallax/dmabuf/unique_fd.hpp"
#include "parallax/image/pixels.hpp"
#include "parallax/system_call.hpp"
#include "parallax/text.hpp"

#include <drm_fourcc.h>
#include <sys/mman.h>
#include <unistd.h>

#include <cstdint>
#include <stdexcept>

namespace parallax::demo::wayland {
namespace {

/// wl_shm's formats are those of DRM, but for the two that every compositor has.
std::uint32_t shm_format(std::uint32_t fourcc) {
    switch (fourcc) {
    case DRM_FORMAT_ARGB8888:
        return WL_SHM_FORMAT_ARGB8888;
    case DRM_FORMAT_XRGB8888:
        return WL_SHM_FORMAT_XRGB8888;
    default:
        return fourcc;
    }
}

/// Bytes of whole rows, which wl_shm counts in int.
/// @throws std::runtime_error when these are no rows of a picture.
std::size_t size_of(const ImageLayout& layout) {
    const auto [width, height] = layout.extent;
    const std::uint64_t stride = layout.planes[0].stride;
    if (width == 0 || height == 0 || width > largest_side || height > largest_side ||
        stride < layout.row_bytes() || stride > INT32_MAX / height) {
        throw std::runtime_error(
            text::format("the compositor wants to take a screenshot of {}x{} pixels with "
                         "a stride of {} bytes, which cannot be",
                         width, height, stride));
    }
    return static_cast<std::size_t>(stride * height);
}

} // namespace

ShmPicture::ShmPicture(const Connection& connection, const ImageLayout& layout) : layout_(layout) {
    const std::size_t size = size_of(layout);
    const UniqueFd fd(::memfd_create("parallax-screenshot", MFD_CLOEXEC));
    if (!fd || ::ftruncate(fd.get(), static_cast<off_t>(size)) != 0) {
        throw_errno("cannot make memory for a screenshot");
    }
    bytes_ = MappedBytes(
        size, {.protection = PROT_READ | PROT_WRITE, .flags = MAP_SHARED, .fd = fd.get()},
        "for a screenshot");
    const Proxy<wl_shm> shm(connection.bind<wl_shm>(wl_shm_interface, 1));
    if (shm == nullptr) {
        throw std::runtime_error("the compositor has no wl_shm");
    }
    const Proxy<wl_shm_pool> pool(
        ::wl_shm_create_pool(shm.get(), fd.get(), static_cast<std::int32_t>(size)));
    buffer_.reset(::wl_shm_pool_create_buffer(
        pool.get(), 0, static_cast<std::int32_t>(layout.extent.width),
        static_cast<std::int32_t>(layout.extent.height),
        static_cast<std::int32_t>(layout.planes[0].stride), shm_format(layout.fourcc)));
}

Picture ShmPicture::read() const {
    return read_pixels(layout_, bytes_.get());
}

} // namespace parallax::demo::wayland
