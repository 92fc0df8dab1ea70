// SPDX-License-Identifier: MIT
#include "vgem_card.hpp"

#include <drm/drm.h>
#include <fcntl.h>
#include <sys/ioctl.h>

#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <stdexcept>
#include <system_error>

namespace stress {

void load_vgem() {
    if (std::system("modprobe vgem") != 0) {
        throw std::runtime_error("cannot load vgem, which imports by PRIME");
    }
}

std::string find_vgem_card() {
    for (const auto& entry : std::filesystem::directory_iterator("/dev/dri")) {
        const parallax::UniqueFd card(::open(entry.path().c_str(), O_RDWR | O_CLOEXEC));
        char name[8] = {};
        drm_version version{};
        version.name = name;
        version.name_len = sizeof(name) - 1;
        if (card && ::ioctl(card.get(), DRM_IOCTL_VERSION, &version) == 0 &&
            std::strcmp(name, "vgem") == 0) {
            return entry.path().string();
        }
    }
    throw std::system_error(ENODEV, std::generic_category(), "no card in /dev/dri is vgem");
}

parallax::UniqueFd open_vgem_card() {
    const std::string path = find_vgem_card();
    parallax::UniqueFd card(::open(path.c_str(), O_RDWR | O_CLOEXEC));
    if (!card) {
        throw std::system_error(errno, std::generic_category(), "cannot open " + path);
    }
    return card;
}

void close_handle(const parallax::UniqueFd& card, std::uint32_t handle) noexcept {
    drm_gem_close data{.handle = handle, .pad = 0};
    ::ioctl(card.get(), DRM_IOCTL_GEM_CLOSE, &data);
}

} // namespace stress
