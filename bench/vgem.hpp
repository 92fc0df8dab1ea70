// SPDX-License-Identifier: MIT
#pragma once

#include "parallax/dmabuf/dma_buf.hpp"
#include "parallax/dmabuf/unique_fd.hpp"

#include <cstdint>
#include <expected>
#include <string>

namespace parallax::bench {

/// The kernel's virtual GEM driver, the simplest driver that imports dma-bufs. Each open file of it
/// is a separate importer.
class Vgem {
public:
    /// @throws std::runtime_error when the driver is not loaded.
    Vgem();

    [[nodiscard]] int fd() const noexcept { return card_.get(); }

private:
    UniqueFd card_;
};

/// A dma-buf that vgem is attached to and has mapped. The Vgem must outlive it.
class VgemImport {
public:
    /// @throws std::system_error with the errno of DRM_IOCTL_PRIME_FD_TO_HANDLE.
    VgemImport(const Vgem& device, const DmaBuf& buffer);
    VgemImport(const VgemImport&) = delete;
    VgemImport& operator=(const VgemImport&) = delete;
    ~VgemImport();

private:
    int card_;
    std::uint32_t handle_ = 0;
};

} // namespace parallax::bench
