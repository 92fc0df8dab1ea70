// SPDX-License-Identifier: MIT
#include "support/vgem.hpp"

#include <drm/drm.h>
#include <drm/vgem_drm.h>
#include <fcntl.h>
#include <sys/ioctl.h>

#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <stdexcept>
#include <system_error>

namespace parallax::test {
namespace {

[[noreturn]] void fail(int error, const std::string& sentence) {
    throw std::system_error(error, std::generic_category(), sentence);
}

} // namespace

void load_vgem() {
    if (std::system("modprobe vgem") != 0) {
        throw std::runtime_error("cannot load vgem");
    }
}

std::string find_vgem_card() {
    std::error_code none; // without /dev/dri there is no card
    for (const auto& entry : std::filesystem::directory_iterator("/dev/dri", none)) {
        const UniqueFd card(::open(entry.path().c_str(), O_RDWR | O_CLOEXEC));
        char name[8] = {};
        drm_version version{};
        version.name = name;
        version.name_len = sizeof(name) - 1;
        if (card && ::ioctl(card.get(), DRM_IOCTL_VERSION, &version) == 0 &&
            std::strcmp(name, "vgem") == 0) {
            return entry.path().string();
        }
    }
    return {};
}

Vgem::Vgem() {
    std::string path = find_vgem_card();
    if (path.empty()) {
        load_vgem();
        path = find_vgem_card();
    }
    fd_.reset(::open(path.c_str(), O_RDWR | O_CLOEXEC));
    if (!fd_) {
        fail(errno, "cannot open vgem's node '" + path + "'");
    }
}

int Vgem::import(int buffer, std::uint32_t& handle) const noexcept {
    drm_prime_handle data{.handle = 0, .flags = 0, .fd = buffer};
    if (::ioctl(fd(), DRM_IOCTL_PRIME_FD_TO_HANDLE, &data) != 0) {
        return errno;
    }
    handle = data.handle;
    return 0;
}

void Vgem::close(std::uint32_t handle) const noexcept {
    drm_gem_close data{.handle = handle, .pad = 0};
    ::ioctl(fd(), DRM_IOCTL_GEM_CLOSE, &data);
}

VgemImport::VgemImport(const Vgem& device, int buffer) : device_(device) {
    if (const int error = device.import(buffer, handle_)) {
        fail(error, "vgem does not import the dma-buf");
    }
}

UniqueFd VgemImport::exported() const {
    drm_prime_handle data{.handle = handle_, .flags = DRM_CLOEXEC | DRM_RDWR, .fd = -1};
    if (::ioctl(device_.fd(), DRM_IOCTL_PRIME_HANDLE_TO_FD, &data) != 0) {
        fail(errno, "vgem does not export the dma-buf again");
    }
    return UniqueFd(data.fd);
}

LateFence::LateFence(const Vgem& device, int buffer, Work work) : device_(device) {
    const VgemImport import(device, buffer);
    drm_vgem_fence_attach attach{.handle = import.handle(),
                                 .flags = work == writes ? VGEM_FENCE_WRITE : 0U,
                                 .out_fence = 0,
                                 .pad = 0};
    if (::ioctl(device.fd(), DRM_IOCTL_VGEM_FENCE_ATTACH, &attach) != 0) {
        fail(errno, "vgem attaches no fence");
    }
    fence_ = attach.out_fence;
}

void LateFence::signal() {
    drm_vgem_fence_signal done{.fence = fence_, .flags = 0};
    ::ioctl(device_.fd(), DRM_IOCTL_VGEM_FENCE_SIGNAL, &done);
    fence_ = 0;
}

} // namespace parallax::test
