// SPDX-License-Identifier: MIT
#pragma once

#include "parallax/dma_buf.hpp"
#include "parallax/error.hpp"
#include "parallax/sync_file.hpp"
#include "parallax/unique_fd.hpp"

#include <drm/vgem_drm.h>
#include <xf86drm.h>

#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <stdexcept>
#include <string>

namespace parallax::test {

/// A device of the kernel's own whose work never ends by itself: vgem, for its fences. Loads the
/// module where it is missing.
class Vgem {
public:
    Vgem() {
        if (std::system("modprobe vgem") != 0) {
            throw std::runtime_error("cannot load vgem");
        }
        for (const auto& entry : std::filesystem::directory_iterator("/dev/dri")) {
            if (!entry.is_directory() && open_if_vgem(entry.path().string())) {
                return;
            }
        }
        throw std::runtime_error("vgem is loaded, but no node in /dev/dri is it");
    }

    [[nodiscard]] int fd() const { return fd_.get(); }

private:
    bool open_if_vgem(const std::string& path) {
        UniqueFd fd(::open(path.c_str(), O_RDWR | O_CLOEXEC));
        drmVersionPtr version = fd ? drmGetVersion(fd.get()) : nullptr;
        const bool found = version != nullptr && std::strcmp(version->name, "vgem") == 0;
        drmFreeVersion(version);
        if (found) {
            fd_ = std::move(fd);
        }
        return found;
    }

    UniqueFd fd_;
};

/// Work on a dma-buf that a device has begun and not ended: its fence lies in the buffer until
/// signal(), or the end of this object. (vgem itself gives up after 10 s.)
class LateFence {
public:
    LateFence(const Vgem& device, const DmaBuf& buffer, Turn turn) : device_(device) {
        if (drmPrimeFDToHandle(device.fd(), buffer.fd(), &handle_) != 0) {
            throw_errno("vgem does not import the dma-buf");
        }
        drm_vgem_fence_attach attach{.handle = handle_,
                                     .flags = turn == Turn::write ? VGEM_FENCE_WRITE : 0U,
                                     .out_fence = 0,
                                     .pad = 0};
        if (drmIoctl(device.fd(), DRM_IOCTL_VGEM_FENCE_ATTACH, &attach) != 0) {
            drmCloseBufferHandle(device.fd(), handle_);
            throw_errno("vgem attaches no fence");
        }
        fence_ = attach.out_fence;
    }
    LateFence(const LateFence&) = delete;
    LateFence& operator=(const LateFence&) = delete;
    LateFence(LateFence&&) = delete;
    LateFence& operator=(LateFence&&) = delete;
    ~LateFence() {
        if (fence_ != 0) {
            signal();
        }
        drmCloseBufferHandle(device_.fd(), handle_);
    }

    /// The device is done.
    void signal() {
        drm_vgem_fence_signal done{.fence = fence_, .flags = 0};
        drmIoctl(device_.fd(), DRM_IOCTL_VGEM_FENCE_SIGNAL, &done);
        fence_ = 0;
    }

private:
    const Vgem& device_;
    std::uint32_t handle_ = 0;
    std::uint32_t fence_ = 0;
};

} // namespace parallax::test
