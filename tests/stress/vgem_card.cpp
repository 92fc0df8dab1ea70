// SPDX-License-Identifier: MIT
#include "vgem_card.hpp"

#include <drm/drm.h>
#include <fcntl.h>
#include <sys/ioctl.h>

#include <cstring>
#include <filesystem>
#include <system_error>

namespace stress {

parallax::UniqueFd open_vgem_card() {
    for (const auto& entry : std::filesystem::directory_iterator("/dev/dri")) {
        parallax::UniqueFd card(::open(entry.path().c_str(), O_RDWR | O_CLOEXEC));
        char name[8] = {};
        drm_version version{};
        version.name = name;
        version.name_len = sizeof(name) - 1;
        if (card && ::ioctl(card.get(), DRM_IOCTL_VERSION, &version) == 0 &&
            std::strcmp(name, "vgem") == 0) {
            return card;
        }
    }
    throw std::system_error(ENODEV, std::generic_category(), "no card in /dev/dri is vgem");
}

void close_handle(const parallax::UniqueFd& card, std::uint32_t handle) noexcept {
    drm_gem_close data{.handle = handle, .pad = 0};
    ::ioctl(card.get(), DRM_IOCTL_GEM_CLOSE, &data);
}

} // namespace stress
