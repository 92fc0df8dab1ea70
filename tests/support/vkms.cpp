// SPDX-License-Identifier: MIT
#include "support/vkms.hpp"

#include "support/kernel.hpp"
#include "support/module.hpp"

#include <cstdlib>
#include <filesystem>
#include <format>

namespace parallax::test {

bool load_vkms() {
    if (std::system("modprobe --quiet vkms") == 0) {
        return true;
    }
    const auto built =
        std::filesystem::path(PARALLAX_KMOD_BUILD) / kernel_release() / "test-drivers" / "vkms.ko";
    if (!std::filesystem::exists(built)) {
        return false;
    }
    static_cast<void>(
        std::system("modprobe -a configfs drm_client_lib drm_kms_helper drm_shmem_helper"));
    uapi::load_module("vkms");
    return true;
}

} // namespace parallax::test
