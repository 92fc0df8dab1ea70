// SPDX-License-Identifier: MIT
#pragma once

#include "wayland/connection.hpp"
#include "wayland/proxy.hpp"

#include "parallax/dmabuf/mapping.hpp"
#include "parallax/image/layout.hpp"
#include "parallax/image/picture.hpp"

#include <wayland-client-protocol.h>

namespace parallax::demo::wayland {

/// Ordinary memory shared with the compositor, into which it writes a picture. Owned.
class ShmPicture {
public:
    /// @param layout of one of rgb_fourccs(), as the compositor wants it.
    /// @throws std::system_error when there is no memory, std::runtime_error when there can be no
    ///         picture of that layout, or the compositor has no wl_shm.
    ShmPicture(const Connection& connection, const ImageLayout& layout);

    [[nodiscard]] wl_buffer* get() const noexcept { return buffer_.get(); }
    /// What the compositor has written.
    [[nodiscard]] Picture read() const;

private:
    ImageLayout layout_;
    MappedBytes bytes_;
    Proxy<wl_buffer> buffer_;
};

} // namespace parallax::demo::wayland
